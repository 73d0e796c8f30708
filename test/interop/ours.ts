/** The engine on a socket, as the client or as an echoing server. Both sides are heard out: close_notify goes both ways. */
import { createConnection, createServer, type Socket } from 'node:net';
import { type End, ignoringTlsErrors } from '../tls/support.ts';

/** Milliseconds without a byte after which a connection is given up. */
const PATIENCE = 30_000;

/** What an end does with what it has received so far, after each byte that came. */
type Part = (received: string) => void;

/** Carries bytes until the transport is closed; resolves to the application data received. */
function carry(socket: Socket, end: End, part: Part): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const flush = (): void => {
      const bytes = end.take();
      if (bytes.length > 0 && socket.writable) socket.write(bytes);
    };
    const step = (action: () => void): void => {
      action();
      received += Buffer.from(end.tls.read(Number.MAX_SAFE_INTEGER)).toString('latin1');
      // Who speaks last in the handshake is done with it only when that was taken.
      flush();
      part(received);
      if (end.tls.peerClosed) end.tls.close();
      flush();
      if (end.tls.peerClosed || end.error !== undefined) socket.end();
    };
    socket.setTimeout(PATIENCE, () =>
      socket.destroy(new Error(`no word from the other end, state ${end.tls.state}`)),
    );
    socket.on('error', reject);
    socket.on('data', (bytes) => step(() => end.receive(new Uint8Array(bytes))));
    socket.on('end', () => step(() => ignoringTlsErrors(() => end.tls.receiveEnd())));
    socket.on('close', () => resolve(received));
    step(() => end.tls.start());
  });
}

/** What our end does beside talking. */
export interface Habits {
  /** New keys for both directions before it speaks. */
  readonly updatesKeys?: boolean;
  /** A client that says nothing: what it has written when it is refused can cost it the alert. */
  readonly silent?: boolean;
}

/** Our client says the lines, waits for an answer of the same length, and closes. */
export function speak(
  client: End,
  port: number,
  lines: string,
  { updatesKeys, silent }: Habits,
): Promise<string> {
  let said = false;
  return carry(createConnection({ host: '127.0.0.1', port }), client, (received) => {
    if (!said && !silent && client.tls.state === 'established') {
      said = true;
      if (updatesKeys) client.tls.updateKeys(true);
      client.tls.send(Buffer.from(lines, 'latin1'));
    }
    if (received.length >= lines.length) client.tls.close();
  });
}

interface EchoHabits extends Habits {
  /** Octets received, after which it closes. */
  readonly closesAfter: number;
}

/** Our server sends back what it receives. */
function echo(server: End, socket: Socket, { updatesKeys, closesAfter }: EchoHabits): Promise<string> {
  let answered = 0;
  return carry(socket, server, (received) => {
    if (updatesKeys && answered === 0 && received !== '') server.tls.updateKeys(true);
    server.tls.send(Buffer.from(received.slice(answered), 'latin1'));
    answered = received.length;
    if (received.length >= closesAfter) server.tls.close();
  });
}

/** What our server heard in each connection, and what the client that made them had to say in the end. */
export interface Visit {
  readonly ends: readonly End[];
  readonly received: readonly string[];
  readonly printed: string;
}

/** Listens while `visit` connects, as often as it does; a new server end for each. */
export async function receive(
  makeServer: () => End,
  habits: EchoHabits,
  visit: (port: number) => Promise<string>,
): Promise<Visit> {
  const ends: End[] = [];
  const talks: Promise<string>[] = [];
  const listener = createServer((socket) => {
    const end = makeServer();
    ends.push(end);
    talks.push(echo(end, socket, habits));
  });
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  try {
    const printed = await visit((listener.address() as { port: number }).port);
    return { ends, received: await Promise.all(talks), printed };
  } finally {
    listener.close();
  }
}
