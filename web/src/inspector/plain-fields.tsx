/** Any other event: its fields as the trace has them. */
import { toHex } from '../../../emulator/world/bytes.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { formatClock, formatDuration } from '../../../src/report/format.ts';

export function PlainFields({ event }: { event: TraceEvent }) {
  const { t, actor, type, ...fields } = event;
  return (
    <>
      <h2>{type}</h2>
      <p class="faint">
        {formatClock(t)} s · {actor}
      </p>
      <dl class="plain-fields">
        {Object.entries(fields).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text(name, value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Of bytes, as much as can be recognised. */
const MOST_BYTES = 64;

function text(name: string, value: unknown): string {
  if (value instanceof Uint8Array) {
    const more = value.length > MOST_BYTES ? ` … ${value.length} bytes` : '';
    return toHex(value.subarray(0, MOST_BYTES), ' ') + more;
  }
  if (name === 'duration' && typeof value === 'number') return formatDuration(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
