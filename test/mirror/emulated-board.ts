/** An emulated device at the other end of a serial line, in this process: a board for tests that need one. */

import type { Board } from '../../emulator/device/boards/board.ts';
import type { DeviceFile } from '../../emulator/device/flash.ts';
import { buildBench } from '../../src/cli/bench.ts';
import { openSerialPorts } from '../../src/serial/ports.ts';

export interface EmulatedBoard {
  /** What `--device` takes. */
  readonly url: string;
  close(): Promise<void>;
}

export interface EmulatedBoardOptions {
  readonly line?: 'socket' | 'rfc2217';
  /** A pseudo-terminal at this path instead. */
  readonly pty?: string;
  /** Text of files in its flash, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly board?: Board;
  /** In the world of this scenario instead of the computer's. */
  readonly scenario?: string;
}

export async function startEmulatedBoard(options: EmulatedBoardOptions = {}): Promise<EmulatedBoard> {
  const { line = 'socket', pty, files = {}, board, scenario } = options;
  const flash: DeviceFile[] = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: new TextEncoder().encode(text),
  }));
  const { device, open, enter } = await buildBench(
    { allow: [], seed: 1, ...(board && { board }), ...(scenario !== undefined && { scenario }) },
    { romMessages: true, ...(scenario === undefined && { files: flash }) },
  );
  void open.run();
  const ports = await openSerialPorts({
    device,
    enter,
    tcp: pty === undefined ? { [line]: 0 } : {},
    host: '127.0.0.1',
    pty,
    log: () => {},
  });
  return {
    url: ports.urls[0]!,
    async close() {
      await ports.close();
      open.close();
    },
  };
}
