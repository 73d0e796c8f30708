/** How the keys of a connection came to be, as steps with what goes in and what comes out. */
import './details.css';
import './keys.css';
import { useComputed, useSignal } from '@preact/signals';
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import { toHex } from '../../../emulator/world/bytes.ts';
import type { KeyPart, KeyStep } from '../../../src/report/key-parts.ts';
import { keySteps } from '../../../src/report/key-steps.ts';
import { eventCount, traceEvents, worldNumber } from '../state/run.ts';
import { selectedEvent } from '../state/selection.ts';

export function KeysPane() {
  const secrets = useComputed(() => {
    void worldNumber.value;
    void eventCount.value;
    return traceEvents().filter(({ type }) => type === 'tls.secret' || type === 'tls.established').length;
  });
  const all = useComputed(() => {
    void worldNumber.value;
    return secrets.value === 0 ? [] : keySteps(traceEvents(), nobleProvider);
  });
  const wish = useSignal(0);
  if (all.value.length === 0) return <p class="details faint">No keys have been agreed on in this run.</p>;
  const event = selectedEvent();
  const asked = all.value.findIndex(
    ({ connection }) => event !== undefined && 'connection' in event && event.connection === connection,
  );
  const at = asked >= 0 ? asked : Math.min(wish.value, all.value.length - 1);
  const shown = all.value[at]!;
  return (
    <article class="details keys" aria-label="Key schedule">
      {all.value.length > 1 && (
        <p>
          <label>
            Connection{' '}
            <select
              value={at}
              disabled={asked >= 0}
              onChange={({ currentTarget }) => {
                wish.value = Number(currentTarget.value);
              }}
            >
              {all.value.map(({ connection }, i) => (
                <option key={connection} value={i}>
                  {connection}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
      <h2>How the keys come to be</h2>
      <p class="faint">
        {shown.suite}, as {shown.actor} has it
      </p>
      <ol class="steps">
        {shown.steps.map((step) => (
          <Step key={step.title} step={step} />
        ))}
      </ol>
    </article>
  );
}

function Step({ step: { title, meaning, how, section, inputs, outputs } }: { step: KeyStep }) {
  return (
    <li class="step">
      <h3>{title}</h3>
      <p>{meaning}</p>
      <Parts label="goes in" parts={inputs} />
      <p class="how">
        <code>{how}</code> <small class="faint">{section}</small>
      </p>
      <Parts label="comes out" parts={outputs} />
    </li>
  );
}

function Parts({ label, parts }: { label: string; parts: readonly KeyPart[] }) {
  if (parts.length === 0) return null;
  return (
    <dl class="parts" aria-label={label}>
      {parts.map(({ name, bytes, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {bytes === undefined ? <span class="faint">{text}</span> : <code>{toHex(bytes)}</code>}
            {bytes && <small class="faint"> {bytes.length} bytes</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
