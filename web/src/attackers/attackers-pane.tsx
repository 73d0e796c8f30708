/** Eve, Mallory, and Trent's holiday: switched on and off, and what each of them comes to. */
import './attackers.css';
import { useComputed } from '@preact/signals';
import { describeAttacker, reportAttackers } from '../../../src/report/attackers.ts';
import { describeModes, modesOf } from '../../../src/report/modes.ts';
import { recentEvents } from '../state/recent-events.ts';
import { runScenario, worldState } from '../state/run.ts';
import { settings } from '../state/settings.ts';
import { source } from '../state/source.ts';
import type { Settings } from '../world/settings.ts';
import { IN_WORDS, judgements } from './outcome.ts';
import { type Place, placeOf } from './place.ts';
import {
  canAddEve,
  canAddMallory,
  hasEve,
  isHoliday,
  isPresent,
  MALLORY,
  namesOfServers,
  type Papers,
  papersOf,
  withEve,
  withHoliday,
  withMallory,
  withOwn,
} from './switches.ts';

export function AttackersPane() {
  const place = useComputed(() => source.value && placeOf(source.value));
  return (
    <article class="attackers">
      {place.value === undefined ? (
        <p>The scenario cannot be read at the moment.</p>
      ) : (
        <Switches place={place.value} />
      )}
      <Outcome />
    </article>
  );
}

/** A switch is seen at once, unless somebody is typing at a prompt. */
function turn(changed: Settings): void {
  settings.value = changed;
  const { live, phase } = worldState.peek();
  const next = source.peek();
  if (next !== undefined && !(live && phase === 'running')) runScenario(next, changed);
}

const TYPES: Readonly<Record<string, string>> = {
  eavesdropper: 'listens',
  'man-in-the-middle': 'stands in the way',
  'dns-spoofer': 'gives false addresses',
  'fake-access-point': 'has a Wi-Fi of the same name',
};

function Switches({ place }: { place: Place }) {
  const now = settings.value;
  const { own } = place;
  return (
    <fieldset class="attackers-switches">
      <legend>Who is in the world</legend>
      {own.map(({ name, type }) => (
        <Switch
          key={name}
          on={isPresent(now, name)}
          onTurn={(on) => turn(withOwn(now, name, on))}
          who={capital(name)}
          what={`${TYPES[type] ?? type}, as the scenario has it`}
        />
      ))}
      {canAddEve(place) && (
        <Switch
          on={hasEve(now)}
          onTurn={(on) => turn(withEve(now, on))}
          who="Eve"
          what="listens in the Wi-Fi and changes nothing"
        />
      )}
      {canAddMallory(place) && <Mallory place={place} />}
      {namesOfServers(place).length > 0 && (
        <Switch
          on={isHoliday(now, place)}
          onTurn={(on) => turn(withHoliday(now, place, on))}
          who="Trent's holiday"
          what="the certificates of the servers ended yesterday, and nobody has renewed them"
        />
      )}
      {worldState.value.live && <p class="faint">For the next run, or the next prompt.</p>}
    </fieldset>
  );
}

interface SwitchProps {
  readonly on: boolean;
  readonly onTurn: (on: boolean) => void;
  readonly who: string;
  readonly what: string;
}

function Switch({ on, onTurn, who, what }: SwitchProps) {
  return (
    <label>
      <input type="checkbox" checked={on} onChange={({ currentTarget }) => onTurn(currentTarget.checked)} />
      <span>
        <b>{who}</b> <span class="faint">{what}</span>
      </span>
    </label>
  );
}

const PAPERS: Readonly<Record<Papers, string>> = {
  made: 'a certificate that she has made herself',
  stolen: "the server's certificate, with its stolen key",
  none: 'nothing: she passes on what she gets',
};

function Mallory({ place }: { place: Place }) {
  const now = settings.value;
  const at = now.attackers?.[MALLORY];
  const { victims } = place;
  const chosen =
    victims.find(
      ({ host, port }) => at?.type === 'man-in-the-middle' && at.victim === host && (at.port ?? 443) === port,
    ) ??
    victims.find(({ certificate }) => certificate !== undefined) ??
    victims[0]!;
  const papers = papersOf(now);
  const usual: Papers = chosen.certificate === undefined ? 'none' : 'made';
  return (
    <div>
      <Switch
        on={papers !== undefined}
        onTurn={(on) => turn(withMallory(now, place, chosen, on ? usual : undefined))}
        who="Mallory"
        what={`stands between the board and ${chosen.host}`}
      />
      {papers !== undefined && (
        <div class="attackers-choices">
          {victims.length > 1 && (
            <label>
              before{' '}
              <select
                value={victims.indexOf(chosen)}
                onChange={({ currentTarget }) => {
                  const victim = victims[Number(currentTarget.value)]!;
                  turn(withMallory(now, place, victim, victim.certificate === undefined ? 'none' : papers));
                }}
              >
                {victims.map(({ host, port }, i) => (
                  <option key={`${host}:${port}`} value={i}>
                    {host}, port {port}
                  </option>
                ))}
              </select>
            </label>
          )}
          {chosen.certificate !== undefined && (
            <label>
              shows{' '}
              <select
                value={papers}
                onChange={({ currentTarget }) =>
                  turn(withMallory(now, place, chosen, currentTarget.value as Papers))
                }
              >
                {Object.entries(PAPERS).map(([each, words]) => (
                  <option key={each} value={each}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
      )}
    </div>
  );
}

function Outcome() {
  const { phase, message } = worldState.value;
  const attackers = useComputed(() => reportAttackers(recentEvents.value));
  const modes = useComputed(() => describeModes(modesOf(recentEvents.value)));
  const checks = useComputed(() => judgements(recentEvents.value));
  return (
    <section aria-label="What comes of it" aria-live="polite">
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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
