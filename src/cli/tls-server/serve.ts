/** The listener: accepts connections until it is told to end. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { ServerSessions } from '../../../emulator/tls/server-sessions.ts';
import { UsageError } from '../exit-codes.ts';
import { ServedConnection } from './connection.ts';
import { jsonLog, type Log, textLog } from './log.ts';
import type { ServerSettings } from './settings.ts';

/** Never another: what is served here is for this computer, with keys that may be public. */
const ADDRESS = '127.0.0.1';

/** Serves until SIGINT or SIGTERM. Throws UsageError when the port cannot be had. */
export async function serve(settings: ServerSettings): Promise<void> {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const log = settings.json ? jsonLog(write) : textLog(write);
  const sessions = new ServerSessions({ ticketKey: new Uint8Array(randomBytes(32)), capacity: 10_000 });
  const open = new Set<ServedConnection>();
  const totals = { served: 0, failed: 0 };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => {
    const connection = new ServedConnection(socket, settings, sessions);
    open.add(connection);
    connection.onReport = (report) => {
      open.delete(connection);
      totals[report.failure === undefined ? 'served' : 'failed']++;
      log.connection(report);
    };
    connection.start();
  });
  server.maxConnections = settings.maxConnections;
  await listen(server, settings.port, log);
  await toldToEnd();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of open) connection.close();
  await closed;
  log.ended(totals);
}

function listen(server: Server, port: number, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new UsageError(explain(error, port))));
    server.listen(port, ADDRESS, () => {
      const { port: chosen } = server.address() as { port: number };
      log.listening(ADDRESS, chosen);
      resolve();
    });
  });
}

function explain({ code, message }: NodeJS.ErrnoException, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} is taken: stop what listens there, or use --listen 0`;
  if (code === 'EACCES') return `port ${port} is not allowed to this user: use one from 1024 on`;
  return `cannot listen on ${ADDRESS}:${port}: ${message}`;
}

/** The first signal ends it in good order; a second one at once, as Node does by itself. */
function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
