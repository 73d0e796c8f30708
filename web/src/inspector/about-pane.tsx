/** What the scenario at hand is about, and how its run came out. */
import './about.css';
import { chosen, chosenName } from '../state/catalogue.ts';
import { worldState } from '../state/run.ts';
import { survey } from '../state/survey.ts';
import { Exceptions } from '../why/exceptions.tsx';

export function AboutPane() {
  // A scenario of one's own is in no catalogue: its text says it.
  const entry = chosen.value ?? survey.value;
  if (entry === undefined) return null;
  return (
    <article class="about">
      <h2>{entry.title}</h2>
      <p>{entry.why}</p>
      {entry.remedy && <p>{entry.remedy}</p>}
      <Exceptions />
      {worldState.value.name === chosenName.value && <Outcome />}
    </article>
  );
}

function Outcome() {
  const { phase, verdict, message, problems } = worldState.value;
  if (phase === 'refused' || phase === 'broken') return <pre class="bad">{message}</pre>;
  if (verdict === undefined || problems.length > 0) return null;
  if (verdict.passed) return <p class="good">✓ It came out as the scenario expects.</p>;
  return (
    <section aria-label="What came out differently">
      <h3 class="bad">✗ Not as the scenario expects</h3>
      <dl>
        {verdict.failures.map(({ what, expected, observed }) => (
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
