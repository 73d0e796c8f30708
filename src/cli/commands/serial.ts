import { type Command, Option } from 'commander';
import { boardByName } from '../../../emulator/device/boards/index.ts';
import type { FlashImage } from '../../../emulator/device/flash.ts';
import { whyUnwritable } from '../../scenario/file-errors.ts';
import { FlashFolder } from '../../serial/flash-folder.ts';
import { openSerialPorts, type SerialPorts } from '../../serial/ports.ts';
import { PtyError } from '../../serial/pty.ts';
import {
  type Bench,
  type BenchOptions,
  buildBench,
  DEFAULT_BOARD,
  deviceOption,
  reachOption,
  scenarioOption,
} from '../bench.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { boardOption, readPort, seedOption } from '../options.ts';

interface Options extends BenchOptions {
  readonly rfc2217?: number;
  readonly socket?: number;
  readonly pty?: string;
  readonly listen: string;
  readonly flash?: string;
}

const HELP = `
At least one of --rfc2217, --socket and --pty. One client at a time has the line; Ctrl-C ends the command.
Exit status: 0 ended by Ctrl-C, 1 the device has ended by itself, 2 usage, or a port that cannot be had.
  npx tls-sandbox serial --rfc2217 4000    then: mpremote connect rfc2217://127.0.0.1:4000`;

export function define(command: Command): void {
  command
    .addOption(
      new Option('--rfc2217 <port>', 'serve RFC 2217 on this TCP port: bytes, DTR and RTS').argParser(
        readPort,
      ),
    )
    .addOption(new Option('--socket <port>', 'serve the bare bytes on this TCP port').argParser(readPort))
    .addOption(new Option('--pty <path>', 'link a pseudo-terminal here, to be opened as /dev/ttyUSB0 is'))
    .addOption(
      new Option('--listen <address>', 'the address of this computer for the TCP ports').default('127.0.0.1'),
    )
    .addOption(
      new Option('--flash <folder>', 'without a scenario: keep the files of the flash here, from run to run'),
    )
    .addOption(scenarioOption())
    .addOption(deviceOption())
    .addOption(reachOption())
    .addOption(boardOption())
    .addOption(seedOption())
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      process.exitCode = await run(options);
      // Workers and sockets of the gateway do not outlive the command.
      process.exit();
    });
}

async function run(options: Options): Promise<number> {
  const { rfc2217, socket, pty } = options;
  if (rfc2217 === undefined && socket === undefined && pty === undefined) {
    throw new UsageError('serial: say where the line shall be: --rfc2217 PORT, --socket PORT or --pty PATH');
  }
  const flash = options.flash === undefined ? undefined : openFlash(options.flash, options);
  const bench = await buildBench(options, {
    romMessages: true,
    ...(flash && { files: flash.files, onKept: ({ flash: image }) => save(flash, image) }),
  });
  const ports = await openPorts(options, bench);
  // Before anybody is told that it can be ended.
  const whenStopped = stopped();
  process.stdout.write(`Serial line of ${bench.device.name} (${bench.device.boardName})\n`);
  for (const url of ports.urls) process.stdout.write(`  ${url}\n`);
  const end = await Promise.race([whenStopped, bench.open.run()]);
  await ports.close();
  bench.open.close();
  if (end !== undefined) return EXIT.pass;
  const { exit } = bench.device;
  process.stderr.write(`${bench.device.name} has ended: ${exit?.detail ?? exit?.reason}\n`);
  return EXIT.failed;
}

function openFlash(path: string, { scenario, board = boardByName(DEFAULT_BOARD) }: Options): FlashFolder {
  if (scenario !== undefined) throw new UsageError('--flash: a scenario has files of its own');
  let folder: FlashFolder;
  try {
    folder = new FlashFolder(path);
  } catch (error) {
    throw new UsageError(`--flash ${path}: ${whyUnwritable(error)}`);
  }
  const room = board.flash.fileSystem;
  if (folder.size <= room) return folder;
  throw new UsageError(
    `--flash ${path}: ${folder.size} bytes lie there; the board's flash has room for ${room}`,
  );
}

/** The board runs on when its files cannot be kept, on a full disk for one. */
function save(folder: FlashFolder, image: FlashImage): void {
  try {
    folder.save(image);
  } catch (error) {
    process.stderr.write(`--flash: not all files are kept: ${whyUnwritable(error)}\n`);
  }
}

async function openPorts(options: Options, { device, enter }: Bench): Promise<SerialPorts> {
  const { rfc2217, socket, pty, listen: host } = options;
  const log = (text: string) => process.stderr.write(`${text}\n`);
  try {
    return await openSerialPorts({ device, enter, tcp: { rfc2217, socket }, host, pty, log });
  } catch (error) {
    throw new UsageError(reasonOf(error as NodeJS.ErrnoException & { port?: number }, options));
  }
}

function reasonOf(error: NodeJS.ErrnoException & { port?: number }, { listen }: Options): string {
  if (error instanceof PtyError) return error.message;
  if (error.code === 'EADDRINUSE') {
    return `port ${error.port} of ${listen} is in use by another program; name a free one, or 0 for any`;
  }
  if (error.code === 'EACCES') return `port ${error.port}: only root may take it; name one above 1023`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `--listen ${listen}: this computer has no such address`;
  }
  throw error;
}

/** Ctrl-C, or a kill. */
function stopped(): Promise<'stopped'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve('stopped'));
  });
}
