/** What the scenario at hand is about, and how its run came out. */
import './about.css';
import { chosen, chosenName } from '../state/catalogue.ts';
import { worldState } from '../state/run.ts';
import { survey } from '../state/survey.ts';
import { Exceptions } from '../why/exceptions.tsx';
import type { Verdict } from '../world/protocol.ts';

export function AboutPane() {
  // A scenario of one's own is in no catalogue: its text says it.
  const entry = chosen.value ?? survey.value;
  if (entry === undefined) return null;
  return (
    <article class="about">
      <h2>{entry.title}</h2>
      <p>{entry.why}</p>
      {entry.remedy && <p>{entry.remedy}</p>}
      {worldState.value.name === chosenName.value && <Outcome />}
    </article>
  );
}

function Outcome() {
  const { phase, verdict, message, live } = worldState.value;
  if (phase === 'refused' || phase === 'broken') return <pre class="bad">{message}</pre>;
  return (
    <>
      {!live && <VerdictLine verdict={verdict} />}
      <Exceptions />
      {verdict !== undefined && verdict.failures.length > 0 && <Failures verdict={verdict} />}
    </>
  );
}

/** Has its place before there is one: what stands below it stays where it is. */
function VerdictLine({ verdict }: { verdict: Verdict | undefined }) {
  if (verdict === undefined) return <p class="faint">Has not come to its end.</p>;
  if (verdict.passed) return <p class="good">✓ It came out as the scenario expects.</p>;
  return <p class="bad">✗ Not as the scenario expects</p>;
}

function Failures({ verdict: { failures } }: { verdict: Verdict }) {
  return (
    <section aria-label="What came out differently">
      <dl>
        {failures.map(({ what, expected, observed }) => (
          <div key={`${what}${expected}`}>
            <dt>{what}</dt>
            <dd>expected: {expected}</dd>
            <dd>observed: {observed}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
