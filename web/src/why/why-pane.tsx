/** What an exception or a log of a board can come from: the likeliest first, each with a scenario in which it happens. */
import './why.css';
import { useComputed } from '@preact/signals';
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import type { Decoded } from '../../../src/why/decode.ts';
import type { Diagnosis, Suspicion } from '../../../src/why/diagnose.ts';
import { PLEASE_SEND, UNKNOWN } from '../../../src/why/render.ts';
import { whyText, whyTrace } from '../../../src/why/why.ts';
import { choose } from '../state/address.ts';
import { visibleArea } from '../state/layout.ts';
import { recentEvents } from '../state/recent-events.ts';
import { worldState } from '../state/run.ts';
import { question } from '../state/why.ts';
import { askedLine, canBeAsked, leadingTo } from './asked-about.ts';
import { Exceptions } from './exceptions.tsx';

/** Characters of a log that are looked at: its end, where the exception is. */
const MOST = 200_000;
/** So many causes are told in full. */
const IN_FULL = 4;

export function WhyPane() {
  const diagnosis = useComputed(diagnose);
  const asked = question.value;
  return (
    <article class="why">
      <h2 class="unseen">Why</h2>
      <label for="why-text">What the board says: an exception, a number, or a log from its start</label>
      <textarea
        id="why-text"
        rows={5}
        spellcheck={false}
        placeholder="OSError: (-30592, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE')"
        value={asked.about === 'text' ? asked.text : ''}
        onInput={({ currentTarget }) => {
          question.value = { about: 'text', text: currentTarget.value };
        }}
      />
      <Exceptions />
      <div class="why-answer" aria-live="polite">
        {diagnosis.value !== undefined && <Answer diagnosis={diagnosis.value} />}
      </div>
      <p class="faint">
        Whether a board will connect to a real server can be asked before it is tried. That takes a connection
        of this computer's, which a page cannot make: <code>npx tls-sandbox probe api.example.com:443</code>{' '}
        in a terminal.
      </p>
    </article>
  );
}

function diagnose(): Diagnosis | undefined {
  const asked = question.value;
  if (asked.about === 'text') return asked.text.trim() === '' ? undefined : whyText(asked.text.slice(-MOST));
  return whyTrace(leadingTo(recentEvents.value, asked.at), nobleProvider);
}

function Answer({ diagnosis: { decoded, suspicions } }: { diagnosis: Diagnosis }) {
  return (
    <>
      <AskedAbout />
      {decoded.length > 0 && <DecodedList decoded={decoded} />}
      {suspicions.length === 0 && <Unknown />}
      <ol class="why-causes">
        {suspicions.slice(0, IN_FULL).map((each) => (
          <Cause key={each.cause.id} suspicion={each} />
        ))}
      </ol>
      {suspicions.length > IN_FULL && (
        <>
          <h3>Less likely</h3>
          <ul>
            {suspicions.slice(IN_FULL).map(({ cause, scenario }) => (
              <li key={cause.id}>
                {cause.title} <Open scenario={scenario} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function AskedAbout() {
  const asked = question.value;
  if (asked.about === 'text') return null;
  const event = recentEvents.value[asked.at];
  return (
    <>
      <h3>The run of {worldState.value.name}</h3>
      {canBeAsked(event) && (
        <p class="why-asked">
          <code class="bad">{askedLine(event)}</code>
        </p>
      )}
    </>
  );
}

function DecodedList({ decoded }: { decoded: readonly Decoded[] }) {
  return (
    <dl class="why-decoded" aria-label="Numbers and names in it">
      {decoded.map(({ found, is, means }) => (
        <div key={found + is}>
          <dt>
            <code>{found}</code>
          </dt>
          <dd>{means === '' ? is : `${is}: ${means}`}</dd>
        </div>
      ))}
    </dl>
  );
}

function Cause({ suspicion: { cause, scenario, evidence } }: { suspicion: Suspicion }) {
  return (
    <li>
      <h3>{cause.title}</h3>
      <ul class="why-evidence">
        {evidence.map(({ where, text, says }) => (
          <li key={where + text}>
            <span class="faint">{where}:</span> <code>{text}</code>
            {says.map((each) => (
              <div key={each}>→ {each}</div>
            ))}
          </li>
        ))}
      </ul>
      <p>{cause.why}</p>
      <p>
        See it: <Open scenario={scenario} />
      </p>
      <p>
        <b>Mend it:</b> {cause.fix.text} <Open scenario={cause.fix.scenario} />
      </p>
    </li>
  );
}

/** Opens a scenario, which runs then. */
function Open({ scenario }: { scenario: string }) {
  return (
    <button
      type="button"
      class="why-open"
      onClick={() => {
        choose(scenario);
        visibleArea.value = 'main';
      }}
    >
      ▶ {scenario}
    </button>
  );
}

function Unknown() {
  return (
    <>
      <p class="warn">{UNKNOWN} To find out, somebody needs:</p>
      <ul>
        {PLEASE_SEND.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </>
  );
}
