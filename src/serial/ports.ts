/** All the ways to one board's serial line that a person has asked for, opened and closed together. */
import type { Device } from '../../emulator/device/device.ts';
import { BoardLine } from './board-line.ts';
import { openPty } from './pty.ts';
import { type OpenPort, openTcpPort, type TcpPortKind } from './tcp-port.ts';

export interface SerialPortsOptions {
  /** With a prompt (`prompt: true`), in an open world. */
  readonly device: Device;
  /** `OpenWorld.enter` of its world. */
  readonly enter: (action: () => void) => void;
  /** TCP ports by what is spoken there; 0 takes a free one. */
  readonly tcp: Readonly<Partial<Record<TcpPortKind, number>>>;
  /** The address of this computer on which they are. */
  readonly host: string;
  /** Where the link to a pseudo-terminal shall be. */
  readonly pty?: string | undefined;
  readonly log: (text: string) => void;
}

export interface SerialPorts {
  /** What clients open: `rfc2217://…`, `socket://…`, the path of the pseudo-terminal. */
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/** Opens all or none. */
export async function openSerialPorts(options: SerialPortsOptions): Promise<SerialPorts> {
  const { device, enter, tcp, host, pty, log } = options;
  const line = new BoardLine({ device, enter, log });
  const open: OpenPort[] = [];
  const close = async () => {
    line.close();
    await Promise.all(open.map((port) => port.close()));
  };
  try {
    for (const [kind, port] of Object.entries(tcp) as [TcpPortKind, number | undefined][]) {
      if (port !== undefined) open.push(await openTcpPort({ kind, host, port, line, log }));
    }
    if (pty !== undefined) open.push(await openPty({ path: pty, line, log }));
  } catch (error) {
    await close();
    throw error;
  }
  return { urls: open.map(({ url }) => url), close };
}
