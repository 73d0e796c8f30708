/** What commands that listen on ports of this computer have in common. */
import type { Server } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { UsageError } from './exit-codes.ts';

export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return port;
}

export function readCount(text: string): number {
  const count = Number(text);
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('Expected a whole number above 0.');
  }
  return count;
}

/** The port that it listens on, which was chosen where `port` is 0. Throws UsageError when it cannot be had. */
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
  if (code === 'EADDRNOTAVAIL') return `${address} is no address of this computer (--address)`;
  return `cannot listen on ${address}:${port}: ${message}`;
}

/** The first signal ends it in good order; a second one at once, as Node does by itself. */
export function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
