/** A pseudo-terminal: no baud rate, no DTR or RTS, and Node opens it by itself. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { MirrorError } from '../problem.ts';
import { BufferedTransport } from './buffered.ts';
import { BUSY, whyNotOpened } from './serial.ts';
import type { Transport } from './transport.ts';

export async function openPty(name: string, path: string): Promise<Transport> {
  const open = () => openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  let fd: number;
  try {
    fd = open();
  } catch (error) {
    throw new MirrorError(`${name}: ${whyNotOpened(error as NodeJS.ErrnoException)}`);
  }
  if (!lock(fd)) {
    closeSync(fd);
    throw new MirrorError(`${name}: ${BUSY}`);
  }
  try {
    return new PtyTransport(name, new ReadStream(fd), new WriteStream(open()));
  } catch (error) {
    closeSync(fd);
    throw new MirrorError(`${name}: ${(error as Error).message}`);
  }
}

/**
 * As serialport and pyserial do it (flock(2)), so that one of them does not take a part of what the other waits for. Node
 * has no such call; the lock that a child takes on an open file is its parent's too. Where there is no program `flock`,
 * nobody is asked.
 */
function lock(fd: number): boolean {
  const { status } = spawnSync('flock', ['--exclusive', '--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  return status !== 1;
}

class PtyTransport extends BufferedTransport {
  readonly name: string;
  readonly survivesReset = true;
  private readonly input: ReadStream;
  private readonly output: WriteStream;

  constructor(name: string, input: ReadStream, output: WriteStream) {
    super();
    this.name = name;
    this.input = input;
    this.output = output;
    input.setRawMode(true);
    let reason = 'its other side was closed';
    for (const stream of [input, output])
      stream.on('error', (error: NodeJS.ErrnoException) => {
        // EIO is how a terminal says that its master is gone.
        if (error.code !== 'EIO') reason = error.message;
        this.lost(reason);
      });
    input.on('data', (bytes) => this.received(new Uint8Array(bytes as Buffer)));
    input.on('close', () => this.lost(reason));
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.output.write(bytes, () => resolve());
    });
  }

  async close(): Promise<void> {
    this.onClose = undefined;
    this.input.destroy();
    this.output.destroy();
  }
}
