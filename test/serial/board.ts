/** A board in an open world with its serial line on free TCP ports, as `tls-sandbox serial` makes one. */
import { after } from 'node:test';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { type Bench, type BenchExtras, buildBench } from '../../src/cli/bench.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { openSerialPorts, type SerialPorts } from '../../src/serial/ports.ts';

export interface SerialBoard {
  readonly bench: Bench;
  readonly ports: SerialPorts;
  /** TCP ports. */
  readonly rfc2217: number;
  readonly socket: number;
  readonly pty: string | undefined;
  /** What whoever runs the tool is told. */
  readonly log: readonly string[];
}

export interface SerialBoardOptions extends BenchExtras {
  readonly pty?: string;
  /** A name of `tls-sandbox boards`; the default is a plain ESP32. */
  readonly board?: string;
}

/** One for a test file; it ends with the file's tests. */
export async function openBoard({ pty, board, ...extras }: SerialBoardOptions = {}): Promise<SerialBoard> {
  const bench = await buildBench(
    { allow: [], seed: 1, ...(board && { board: boardByName(board) }) },
    { romMessages: true, ...extras },
  );
  void bench.open.run();
  const log: string[] = [];
  const { device, enter } = bench;
  const ports = await openSerialPorts({
    device,
    enter,
    tcp: { rfc2217: 0, socket: 0 },
    host: '127.0.0.1',
    pty,
    log: (text) => log.push(text),
  });
  after(async () => {
    await ports.close();
    bench.open.close();
    await closeDeviceWorkers();
  });
  const [rfc2217, socket] = ports.urls.map((url) => Number(url.split(':').at(-1)));
  return { bench, ports, rfc2217: rfc2217!, socket: socket!, pty, log };
}
