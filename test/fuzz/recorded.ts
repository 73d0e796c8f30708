/** An honest conversation, recorded: what each side receives in it, record by record, and what that means. */
import type { AnnotatedField } from '../../emulator/world/trace-events.ts';
import { converse, type End, records } from '../tls/support.ts';

export type Side = 'client' | 'server';

export interface RecordedRecord {
  /** With its header. */
  readonly bytes: Uint8Array;
  /** Fields of the message in it, when it can be read on the wire; offsets count from the message's start. */
  readonly fields: readonly AnnotatedField[] | undefined;
}

/** How to make a fresh pair of ends; the same seeds each time, so that recorded bytes fit a fresh end. */
export type MakeEnd = (side: Side) => End;

/** What `side` receives in a handshake that goes well. */
export function record(make: MakeEnd, side: Side): readonly RecordedRecord[] {
  const ends = { client: make('client'), server: make('server') };
  const received: Uint8Array[] = [];
  converse(ends.client, ends.server, (bytes, to) => {
    if (to === side) received.push(...records(bytes));
    return bytes;
  });
  const sender = ends[side === 'client' ? 'server' : 'client'];
  const said = sender.all('tls.message').filter(({ direction }) => direction === 'sent');
  let next = 0;
  return received.map((bytes) => {
    // A message a record, in order; those that are encrypted cannot be changed from outside.
    const message = said[next];
    const readable = message !== undefined && !message.encrypted && bytes.length === 5 + message.bytes.length;
    if (readable) next++;
    return { bytes, fields: readable ? message.fields : undefined };
  });
}
