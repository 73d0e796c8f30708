/** Eve, Mallory, and Trent's holiday: switched on and off, and what each of them comes to. */
import './attackers.css';
import { useComputed } from '@preact/signals';
import { describeAttacker, reportAttackers } from '../../../src/report/attackers.ts';
import { describeModes, modesOf } from '../../../src/report/modes.ts';
import { recentEvents } from '../state/recent-events.ts';
import { worldState } from '../state/run.ts';
import { AttackerSwitches } from './attacker-switches.tsx';
import { capital } from './capital.ts';
import { IN_WORDS, judgements } from './outcome.ts';

export function AttackersPane() {
  return (
    <article class="attackers">
      <AttackerSwitches title="Who is in the world" />
      <Outcome />
    </article>
  );
}

function Outcome() {
  const { phase, message } = worldState.value;
  const attackers = useComputed(() => reportAttackers(recentEvents.value));
  const modes = useComputed(() => describeModes(modesOf(recentEvents.value)));
  const checks = useComputed(() => judgements(recentEvents.value));
  return (
    <section aria-label="What comes of it" aria-live="polite">
      <h2 class="unseen">What comes of it</h2>
      {(phase === 'refused' || phase === 'broken') && <p class="bad">{message}</p>}
      {attackers.value.length === 0 && phase === 'over' && (
        <p class="faint">Nobody who means ill has done anything in this run.</p>
      )}
      {attackers.value.map((attacker) => (
        <section key={attacker.name} class="attacker" aria-label={capital(attacker.name)}>
          <h3>{capital(attacker.name)}</h3>
          <p class={attacker.achieved.length > 0 ? 'bad' : 'good'}>
            {attacker.achieved.length > 0
              ? `✗ ${capital(attacker.achieved.map((each) => IN_WORDS[each]).join(', '))}`
              : '✓ Achieves nothing'}
          </p>
          <ul>
            {describeAttacker(attacker).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      ))}
      {checks.value.length > 0 && (
        <section aria-label="Certificates">
          <h3>Who looked at a certificate</h3>
          <ul>
            {checks.value.map(({ text, good }) => (
              <li key={text} class={good ? '' : 'warn'}>
                {text}
              </li>
            ))}
          </ul>
        </section>
      )}
      {modes.value.length > 0 && (
        <section aria-label="Who has proved to be who">
          <h3>Who has proved to be who</h3>
          <ul class="attackers-modes">
            {modes.value.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      )}
    </section>
  );
}
