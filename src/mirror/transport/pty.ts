/** A pseudo-terminal: no baud rate, no DTR or RTS, and Node opens it by itself. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { MirrorError } from '../problem.ts';
import { called, EmitterTransport } from './emitter.ts';
import { BUSY, notOpened } from './serial.ts';
import type { Transport } from './transport.ts';

const GONE = 'its other side was closed';

export async function openPty(name: string, path: string): Promise<Transport> {
  const open = () => openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  let fd: number;
  try {
    fd = open();
  } catch (error) {
    throw notOpened(name, error as NodeJS.ErrnoException);
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

class PtyTransport extends EmitterTransport {
  readonly survivesReset = true;
  private readonly input: ReadStream;
  private readonly output: WriteStream;

  constructor(name: string, input: ReadStream, output: WriteStream) {
    super(name);
    this.input = input;
    this.output = output;
    input.setRawMode(true);
    // EIO is how a terminal says that its master is gone.
    for (const stream of [input, output])
      stream.on('error', ({ code, message }: NodeJS.ErrnoException) =>
        this.lost(code === 'EIO' ? GONE : message),
      );
    this.follow(input, GONE);
  }

  write(bytes: Uint8Array): Promise<void> {
    return called((done) => this.output.write(bytes, done));
  }

  async close(): Promise<void> {
    this.forgetEnd();
    this.input.destroy();
    this.output.destroy();
  }
}
