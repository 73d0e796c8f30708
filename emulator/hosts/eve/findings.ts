/** What somebody on the way finds out about a connection, and how it comes into the trace. */
import type { ConnectionId, TraceEventBody, TraceEventOf, Way } from '../../world/trace-events.ts';

/** What an onlooker finds out; all of it goes into the trace. */
export interface Findings {
  /** Bytes in clear. `what`: the message's name, or "data". */
  read(what: string, bytes: Uint8Array): void;
  /** Something that was not said to her but lies open all the same. */
  learned(what: TraceEventOf<'attacker.learned'>['what'], text: string): void;
  /** Sealed bytes: their kind and their length are all there is. */
  saw(what: string, length: number): void;
}

/** Puts what is found in one direction of a connection into the trace. */
export function findingsOf(
  emit: (event: TraceEventBody) => void,
  connection: ConnectionId,
  direction: Way,
): Findings {
  return {
    read: (what, bytes) => emit({ type: 'attacker.read', connection, direction, what, bytes: bytes.slice() }),
    learned: (what, text) => emit({ type: 'attacker.learned', connection, what, text }),
    saw: (what, length) => emit({ type: 'attacker.saw', connection, direction, what, length }),
  };
}
