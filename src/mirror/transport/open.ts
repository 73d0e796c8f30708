/** What `--device` names: a serial port, a pty, or the address of one. */
import { realpathSync, statSync } from 'node:fs';
import { whyUnreadable } from '../../scenario/file-errors.ts';
import { MirrorUsageError } from '../problem.ts';
import { openPty } from './pty.ts';
import { MISSING, NO_PORT, openSerial } from './serial.ts';
import { openSocket } from './socket.ts';
import type { Transport } from './transport.ts';
import { openWebrepl } from './webrepl.ts';

export interface OpenOptions {
  /** Bits per second of a serial line. */
  readonly baud?: number;
  /** WebREPL's. */
  readonly password?: string;
}

/** Throws MirrorError that says why it cannot be opened; MirrorUsageError for what is no port. */
export async function openTransport(device: string, options: OpenOptions = {}): Promise<Transport> {
  const url = /^([a-z0-9]+):\/\/(.*)$/i.exec(device);
  if (url === null) return openPath(device, options);
  const [, scheme, rest] = url as unknown as [string, string, string];
  switch (scheme.toLowerCase()) {
    case 'socket':
      return openSocket(device, endpointOf(device, rest));
    case 'rfc2217':
      return (await import('./rfc2217.ts')).openRfc2217(device, endpointOf(device, rest));
    case 'ws':
    case 'wss':
      return openWebrepl(device, options.password);
    default:
      throw new MirrorUsageError(
        `${device}: there is no ${scheme}://; known are socket://, rfc2217://, ws://, and paths`,
      );
  }
}

function openPath(path: string, options: OpenOptions): Promise<Transport> {
  // Windows's ports are no files.
  if (/^(\\\\\.\\)?COM\d+$/i.test(path)) return openSerial(path, options.baud);
  const real = resolveLinks(path);
  if (!statSync(real).isCharacterDevice()) throw new MirrorUsageError(`${path} ${NO_PORT}`);
  return /^\/dev\/(pts\/|ttys\d)/.test(real) ? openPty(path, real) : openSerial(path, options.baud);
}

function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new MirrorUsageError(`${path}: ${isMissing ? MISSING : whyUnreadable(error)}`);
  }
}

function endpointOf(device: string, text: string): { host: string; port: number } {
  const [, host, port] = /^\[?([^\]/?]+?)\]?:(\d{1,5})\/?$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535)
    throw new MirrorUsageError(`${device}: expected HOST:PORT after ://`);
  return { host, port: Number(port) };
}
