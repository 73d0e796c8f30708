/** One connection that goes through Mallory's hands: what one end says, the other hears, as she lets it. */
import type { Way } from '../../world/trace-events.ts';
import type { ByteStream } from '../byte-stream.ts';

/** What becomes of bytes on their way: those to pass on, or "cut" where nothing more shall pass. */
export type Handling = (bytes: Uint8Array) => readonly Uint8Array[] | 'cut';

export interface End {
  readonly stream: ByteStream;
  /** RST. */
  abort(): void;
}

export interface CrossingEvents {
  /** The end that broke first, and why. */
  onBroken?(end: 'client' | 'server', message: string): void;
}

/** Joins two ends; the server's stream may still be opening. Call `start` on both streams afterwards. */
export function join(
  client: End,
  server: End,
  handling: Readonly<Record<Way, Handling>>,
  events: CrossingEvents = {},
): void {
  let over = false;
  const pipe = (from: End, to: End, handle: Handling, name: 'client' | 'server') => {
    let cut = false;
    from.stream.onData = (bytes) => {
      if (cut) return;
      const passed = handle(bytes);
      if (passed === 'cut') {
        cut = true;
        to.stream.end();
        return;
      }
      for (const piece of passed) to.stream.write(piece);
    };
    from.stream.onEnd = () => to.stream.end();
    from.stream.onError = (message) => {
      if (over) return;
      over = true;
      events.onBroken?.(name, message);
      to.abort();
    };
  };
  pipe(client, server, handling['to-server'], 'client');
  pipe(server, client, handling['to-client'], 'server');
}
