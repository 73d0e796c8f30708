/** The listener: accepts connections until it is told to end. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { ServerSessions } from '../../../emulator/tls/server-sessions.ts';
import { listen, toldToEnd } from '../listening.ts';
import { ServedConnection } from './connection.ts';
import { jsonLog, textLog } from './log.ts';
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
  log.listening(ADDRESS, await listen(server, settings.port, ADDRESS));
  await toldToEnd();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of open) connection.close();
  await closed;
  log.ended(totals);
}
