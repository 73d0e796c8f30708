/** What was chosen in the ladder, taken apart. */
import './details.css';
import { useMemo } from 'preact/hooks';
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { formatBytes, formatClock, formatDuration } from '../../../src/report/format.ts';
import { sectionOfMessage } from '../../../src/report/rfc-sections.ts';
import { showPane } from '../state/layout.ts';
import { traceEvents } from '../state/run.ts';
import { selected, selectedEvent } from '../state/selection.ts';
import { BytesView } from './bytes-view.tsx';
import { explain } from './meanings.ts';
import { openedBy } from './opened-by.ts';
import { PlainFields } from './plain-fields.tsx';
import { Views } from './views.tsx';
import { wireRecords } from './wire-bytes.ts';

export function DetailsPane() {
  const event = selectedEvent();
  if (event === undefined) {
    return (
      <p class="details faint">
        Choose a row of the ladder: a message shows its bytes and what they mean, a verdict the certificates.
      </p>
    );
  }
  return (
    <article class="details" aria-label="Details">
      <Content event={event} />
    </article>
  );
}

function Content({ event }: { event: TraceEvent }) {
  switch (event.type) {
    case 'tls.message':
      return <Message event={event} />;
    case 'tls.data':
    case 'tls.alert':
      return <Record event={event} />;
    case 'device.exception':
      return <Exception event={event} />;
    default:
      return <PlainFields event={event} />;
  }
}

function Message({ event }: { event: TraceEventOf<'tls.message'> }) {
  const { message, bytes, fields, encrypted, summary } = event;
  const section = sectionOfMessage(message);
  return (
    <>
      <h2>{message}</h2>
      <Facts event={event} encrypted={encrypted} size={bytes.length} />
      {section && <p class="faint">{section}</p>}
      {summary.length > 0 && <p>{summary.join(' · ')}</p>}
      <p class="links">
        {message === 'Certificate' && <Link pane="certificates">Look at the certificates</Link>}
        {KEY_MESSAGES.has(message) && <Link pane="keys">What the keys are made of</Link>}
      </p>
      <Bytes event={event} encrypted={encrypted}>
        <BytesView bytes={bytes} fields={fields} explain={explain} section={section} />
      </Bytes>
    </>
  );
}

const KEY_MESSAGES: ReadonlySet<string> = new Set([
  'ClientHello',
  'ServerHello',
  'ServerKeyExchange',
  'ClientKeyExchange',
  'Finished',
  'ChangeCipherSpec',
]);

function Link({ pane, children }: { pane: string; children: string }) {
  return (
    <button type="button" onClick={() => showPane('side', pane)}>
      {children}
    </button>
  );
}

function Facts({
  event,
  encrypted,
  size,
}: {
  event: TraceEventOf<'tls.message' | 'tls.data' | 'tls.alert'>;
  encrypted: boolean;
  size: number;
}) {
  return (
    <p class="faint">
      {formatClock(event.t)} s · {event.direction} by {event.actor} · {formatBytes(size)} ·{' '}
      <span class={encrypted ? 'sealed' : 'plain'}>
        {encrypted ? 'encrypted on the wire' : 'readable for everybody on the way'}
      </span>
    </p>
  );
}

/** As it was meant, and as it passed over the network. */
function Bytes({
  event,
  encrypted,
  children,
}: {
  event: TraceEvent;
  encrypted: boolean;
  children: preact.ComponentChildren;
}) {
  const index = selected.value!;
  const wire = useMemo(() => wireRecords(traceEvents(), index), [event]);
  const secret = encrypted ? openedBy(traceEvents(), index) : undefined;
  return (
    <Views
      label="Bytes"
      views={[
        {
          title: encrypted ? 'Decrypted' : 'Message',
          content: (
            <>
              {secret && (
                <p class="faint">
                  Opened with the run’s secret <code>{secret}</code>. Nobody on the way has it.
                </p>
              )}
              {children}
            </>
          ),
        },
        {
          title: 'On the wire',
          content:
            wire === undefined ? (
              <p class="faint">The trace does not hold the segments of this record.</p>
            ) : (
              <BytesView bytes={wire.bytes} fields={wire.fields} explain={explain} />
            ),
        },
      ]}
    />
  );
}

function Record({ event }: { event: TraceEventOf<'tls.data' | 'tls.alert'> }) {
  const encrypted = event.type === 'tls.data' || event.encrypted;
  const content = useMemo(() => contentOf(event), [event]);
  return (
    <>
      <h2>{event.type === 'tls.data' ? 'Application data' : `Alert ${event.description}`}</h2>
      <Facts event={event} encrypted={encrypted} size={content.bytes.length} />
      {event.type === 'tls.data' && (
        <pre class="said">{new TextDecoder().decode(event.bytes.subarray(0, 4096))}</pre>
      )}
      <Bytes event={event} encrypted={encrypted}>
        <BytesView bytes={content.bytes} fields={content.fields} explain={explain} />
      </Bytes>
    </>
  );
}

/** RFC 8446 section 6: an alert is two bytes. */
function contentOf(event: TraceEventOf<'tls.data' | 'tls.alert'>) {
  if (event.type === 'tls.data') {
    const { bytes } = event;
    return {
      bytes,
      fields: [{ name: 'data', offset: 0, length: bytes.length, value: formatBytes(bytes.length) }],
    };
  }
  const { level, code, description } = event;
  return {
    bytes: Uint8Array.of(level === 'fatal' ? 2 : 1, code),
    fields: [
      { name: 'level', offset: 0, length: 1, value: level },
      { name: 'description', offset: 1, length: 1, value: `${description} (${code})` },
    ],
  };
}

function Exception({ event }: { event: TraceEventOf<'device.exception'> }) {
  const alert = alertBefore(selected.value!, event);
  return (
    <>
      <h2>Python raises {event.name}</h2>
      <p class="bad">{event.message.trim()}</p>
      <pre class="said">{event.traceback}</pre>
      {alert && (
        <p>
          The other side was told {formatDuration(event.t - alert.t)} before: alert <b>{alert.description}</b>{' '}
          ({alert.code}).
        </p>
      )}
    </>
  );
}

/** What the device told its peer, or heard of it, about the same trouble. */
function alertBefore(index: number, { actor }: TraceEvent): TraceEventOf<'tls.alert'> | undefined {
  const event = traceEvents()
    .slice(0, index)
    .findLast(
      (each) => each.actor === actor && (each.type === 'tls.alert' || each.type === 'tls.established'),
    );
  return event?.type === 'tls.alert' && event.direction === 'sent' && event.level === 'fatal'
    ? event
    : undefined;
}
