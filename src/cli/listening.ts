import type { Server } from 'node:net';
import { UsageError } from './exit-codes.ts';

/** Fulfilled with the port it got. Rejected with UsageError when it cannot be had. */
export function listen(server: Server, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new UsageError(explain(error, port, address))),
    );
    server.listen(port, address, () => resolve((server.address() as { port: number }).port));
  });
}

function explain({ code, message }: NodeJS.ErrnoException, port: number, address: string): string {
  if (code === 'EADDRINUSE') return `port ${port} is taken: stop what listens there, or use --listen 0`;
  if (code === 'EACCES') return `port ${port} is not allowed to this user: use one from 1024 on`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${address} is no address of this computer (--address)`;
  return `cannot listen on ${address}:${port}: ${message}`;
}

/** The first signal ends it in good order; a second one at once, as Node does by itself. */
export function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
