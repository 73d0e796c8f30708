import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Board } from '../../../emulator/device/boards/board.ts';
import type { Nanoseconds } from '../../../emulator/world/time.ts';
import { describeBoard } from '../../mirror/board/capabilities.ts';
import { readCredentials } from '../../mirror/board/network.ts';
import { BoardSession } from '../../mirror/board/session.ts';
import { type Mirrored, mirror } from '../../mirror/mirror.ts';
import { DEFAULT_TOLERANCE } from '../../mirror/parity/compare.ts';
import { hasParity } from '../../mirror/parity/report.ts';
import type { TimedRow } from '../../mirror/parity/row.ts';
import { MirrorError, MirrorUsageError } from '../../mirror/problem.ts';
import { promotionOf } from '../../mirror/run/promotable.ts';
import { openTransport } from '../../mirror/transport/open.ts';
import type { LoadedScenario } from '../../scenario/load.ts';
import { nameOf } from '../catalogue.ts';
import { drawOptions } from '../draw.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { MirrorOutput, type MirrorOutputOptions } from '../mirror/output.ts';
import { boardOption, durationOption, seedOption } from '../options.ts';
import { loadAll, select } from '../select-scenarios.ts';

interface Options extends MirrorOutputOptions {
  readonly device?: string;
  readonly all?: boolean;
  readonly tag?: readonly string[];
  readonly host?: string;
  readonly wifi?: string;
  readonly baud?: number;
  readonly keep?: boolean;
  readonly board?: Board;
  readonly seed?: number;
  readonly timeLimit: Nanoseconds;
  readonly tolerance: number;
}

/** Each ends the run in good order. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const HELP = `
The board is told of Wi-Fi by the environment: TLS_SANDBOX_WIFI_SSID and TLS_SANDBOX_WIFI_PASSWORD, or by --wifi FILE.
Exit status: 0 parity, 1 a line differs or the run broke off, 2 usage.
  npx tls-sandbox mirror mode2-server-auth --device /dev/ttyUSB0`;

export function define(command: Command): void {
  command
    .argument('[scenario...]', 'names of scenarios, parts of names, or paths')
    .addOption(
      new Option(
        '--device <url or path>',
        'the board: /dev/ttyUSB0, COM3, a pty, rfc2217://HOST:PORT, socket://HOST:PORT, ws://HOST:8266 (WebREPL)',
      ),
    )
    .addOption(new Option('--all', 'every scenario that can run on a board'))
    .addOption(new Option('--tag <tag...>', 'only those with one of these tags'))
    .addOption(
      new Option(
        '--host <address>',
        'address of this computer that the board can reach (default: by the routes)',
      ),
    )
    .addOption(
      new Option('--wifi <file>', "the network's name on the first line, its password on the second"),
    )
    .addOption(
      new Option('--baud <n>', 'bits per second of a serial port').argParser(parseCount).default(115_200),
    )
    .addOption(new Option('--keep', "leave the scenario's folder on the board"))
    .addOption(boardOption())
    .addOption(seedOption())
    .addOption(durationOption('--time-limit <duration>', 'end a program on the board after so long', '2min'))
    .addOption(
      new Option('--tolerance <percent>', 'times are equal that are no further apart')
        .argParser(parsePercent)
        .default(DEFAULT_TOLERANCE, '25'),
    );
  MirrorOutput.addOptions(command)
    .addHelpText('after', HELP)
    .action(async (names: string[], options: Options) => {
      process.exitCode = await run(names, options);
    });
}

async function run(names: readonly string[], options: Options): Promise<number> {
  const { device } = options;
  if (device === undefined)
    throw new UsageError(
      'mirror: say which board: --device PATH or URL (tls-sandbox ports shows what there is)',
    );
  if (names.length === 0 && options.all !== true && options.tag === undefined)
    throw new UsageError('mirror: say which scenario, or --all, or --tag TAG (tls-sandbox list shows all)');
  const scenarios = loadAll(select(names), { tag: options.tag });
  const output = new MirrorOutput(options, drawOptions(), [...scenarios.keys()].map(nameOf));
  try {
    const wifi = readCredentials(options.wifi, process.env);
    output.progress(`opening ${device}`);
    const transport = await openTransport(device, { baud: options.baud });
    const { signal, release } = toldToStop();
    try {
      const session = await BoardSession.open(transport, {}, signal);
      output.progress(`found ${describeBoard(session.board)}`);
      try {
        for (const [file, loaded] of scenarios)
          output.row(await one(session, file, loaded, { ...options, device, wifi, signal }, output));
      } finally {
        output.progress('leaving the board as it was');
        await session.close();
        output.progress('');
      }
    } finally {
      release();
    }
  } catch (error) {
    output.progress('');
    if (!(error instanceof MirrorError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof MirrorUsageError ? EXIT.usage : EXIT.failed;
  }
  await output.end();
  const ran = output.rows.filter(({ report }) => report !== undefined);
  const isGood =
    ran.length > 0 &&
    output.rows.every(({ failed }) => failed === undefined) &&
    ran.every(({ report }) => hasParity(report!));
  return isGood ? EXIT.pass : EXIT.failed;
}

/** The first signal stops it in good order; a second one at once, as Node does by itself. */
function toldToStop(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const stop = () => {
    controller.abort(new MirrorError('stopped; the board is as it was'));
    release();
  };
  const release = () => {
    for (const signal of SIGNALS) process.off(signal, stop);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return { signal: controller.signal, release };
}

/** One alone that cannot run is an error of the command; one of many has its line in the summary. */
async function one(
  session: BoardSession,
  file: string,
  loaded: LoadedScenario,
  options: Omit<Options, 'wifi'> & {
    readonly device: string;
    readonly wifi: ReturnType<typeof readCredentials>;
    readonly signal: AbortSignal;
  },
  output: MirrorOutput,
): Promise<TimedRow & { readonly mirrored?: Mirrored }> {
  const started = performance.now();
  const base = { name: nameOf(file), file, tags: loaded.scenario.tags };
  const row = () => ({ ...base, milliseconds: performance.now() - started });
  const { obstacles } = promotionOf(loaded);
  if (obstacles.length > 0 && output.isMany) return { ...row(), skipped: obstacles.join('; ') };
  try {
    const mirrored = await mirror(session, loaded, {
      ...options,
      onProgress: (text) => output.progress(text === '' ? '' : `${base.name}: ${text}`),
      onRemark: (text) => output.remark(text),
    });
    return { ...row(), report: mirrored.report, mirrored };
  } catch (error) {
    if (!(error instanceof MirrorError) || !output.isMany || session.isLost || options.signal.aborted)
      throw error;
    return { ...row(), failed: error.message };
  }
}

function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

function parsePercent(text: string): number {
  const percent = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('Expected a percentage such as 25.');
  return percent / 100;
}
