import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Board } from '../../../emulator/device/boards/board.ts';
import { boardByName } from '../../../emulator/device/boards/index.ts';
import { Device } from '../../../emulator/device/device.ts';
import { OpenWorld } from '../../../emulator/device/open-world.ts';
import { type Nanoseconds, SECOND } from '../../../emulator/world/time.ts';
import { World } from '../../../emulator/world/world.ts';
import { buildGatewayNetwork } from '../../gateway/network.ts';
import { Reach } from '../../gateway/reach.ts';
import { Terminal } from '../../repl/terminal.ts';
import { loadProgram } from '../../scenario/bare-program.ts';
import { deviceWorkers } from '../../scenario/device-workers.ts';
import { didYouMean } from '../../scenario/did-you-mean.ts';
import { loadScenario } from '../../scenario/load.ts';
import { buildWorld } from '../../scenario/run.ts';
import { findTarget } from '../catalogue.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { boardOption, seedOption, timeoutOption } from '../options.ts';

interface Options {
  readonly scenario?: string;
  readonly device?: string;
  readonly board?: Board;
  readonly seed?: number;
  readonly allow: readonly string[];
  readonly pcap?: string;
  readonly keylog?: string;
  /** Nanoseconds. */
  readonly timeout: Nanoseconds;
}

/** A world with a board at whose console somebody sits. */
interface Bench {
  readonly world: World;
  readonly devices: readonly Device[];
  readonly device: Device;
}

const SEEDS = 2 ** 32;
const DEFAULT_DEVICE = 'device';
const DEFAULT_BOARD = 'esp32';

export function define(command: Command): void {
  command
    .addOption(
      new Option('--scenario <scenario>', "the scenario's world: a name, its folder or file, or FILE.py"),
    )
    .addOption(new Option('--device <name>', 'which of the devices of the scenario'))
    .addOption(
      new Option('--allow <host:port>', 'without a scenario: let it reach more than loopback (* for any)')
        .argParser((value: string, all: readonly string[]) => [...all, value])
        .default([], 'nothing'),
    )
    .addOption(boardOption())
    .addOption(seedOption())
    .addOption(timeoutOption())
    .addOption(new Option('--pcap <file>', 'write a capture that Wireshark opens already decrypted (pcapng)'))
    .addOption(new Option('--keylog <file>', "write the connections' secrets (NSS key log)"))
    .addHelpText('after', '\nCtrl-] or Ctrl-X leaves, Ctrl-C interrupts the program, Ctrl-D resets it.')
    .action(async (options: Options) => {
      process.exitCode = await run(options);
      // Workers and sockets of the gateway do not outlive the prompt.
      process.exit();
    });
}

async function run(options: Options): Promise<number> {
  const origin = process.hrtime.bigint();
  const enter = (action: () => void) => open.enter(action);
  const { world, devices, device } =
    options.scenario === undefined
      ? behindGateway(options, enter)
      : await inScenario(options.scenario, options);
  world.trace.keepsEvents = options.pcap !== undefined || options.keylog !== undefined;
  const open = new OpenWorld({ world, devices, clock: () => Number(process.hrtime.bigint() - origin) });
  const { stdin, stdout } = process;
  const terminal = new Terminal({ device, enter, stdin, stdout, patience: options.timeout });
  if (process.stdin.isTTY) process.stderr.write(`${greeting(options, device)}\r\n`);
  const end = await Promise.race([terminal.run(), open.run()]);
  open.close();
  await writeCaptures(options, world);
  if (process.stdin.isTTY) process.stdout.write('\n');
  if (end !== 'hung') return EXIT.pass;
  process.stderr.write(
    `${device.name}: the program has made no call for ${options.timeout / SECOND} s, and was ended\n`,
  );
  return EXIT.timeout;
}

function greeting({ scenario }: Options, { name }: Device): string {
  const place = scenario === undefined ? '' : ` in ${scenario}`;
  return `Serial console of ${name}${place}. Ctrl-] leaves.`;
}

function behindGateway(options: Options, enter: (action: () => void) => void): Bench {
  if (options.device !== undefined) throw new UsageError('--device: goes with --scenario');
  const now = Date.now() / 1000;
  const seed = options.seed ?? randomInt(SEEDS);
  const world = new World({ seed, startTime: Math.floor(now) });
  const {
    gateway: _,
    departures,
    ...place
  } = buildGatewayNetwork(world, DEFAULT_DEVICE, reachOf(options), enter);
  const device = new Device({
    ...place,
    name: DEFAULT_DEVICE,
    world,
    workers: deviceWorkers(),
    board: options.board ?? boardByName(DEFAULT_BOARD),
    files: [],
    crypto: 'node',
    seed,
    prompt: true,
  });
  departures.watch(device);
  return { world, devices: [device], device };
}

async function inScenario(argument: string, options: Options): Promise<Bench> {
  if (options.allow.length > 0) throw new UsageError('--allow: a scenario has no way to the real network');
  const target = findTarget(argument);
  const loaded = 'program' in target ? loadProgram(target.program) : loadScenario(target.scenario);
  const names = Object.keys(loaded.scenario.devices);
  const wanted = options.device ?? names[0];
  if (wanted === undefined)
    throw new UsageError(`${loaded.name} has no device at whose console one could sit`);
  if (!names.includes(wanted)) {
    throw new UsageError(
      `--device ${wanted}: there is no such device${didYouMean(wanted, names)} (${names.join(', ')})`,
    );
  }
  const { seed, board } = options;
  const { world, devices } = await buildWorld(loaded, { seed, ...(board && { board }), prompts: [wanted] });
  return { world, devices, device: devices.find(({ name }) => name === wanted)! };
}

function reachOf({ allow }: Options): Reach {
  try {
    return new Reach(allow);
  } catch (error) {
    throw new UsageError(`--allow: ${(error as Error).message}`);
  }
}

async function writeCaptures({ pcap, keylog }: Options, { trace }: World): Promise<void> {
  if (pcap !== undefined) {
    writeFileSync(pcap, (await import('../../report/pcapng.ts')).renderPcapng(trace.events));
  }
  if (keylog !== undefined) {
    writeFileSync(keylog, (await import('../../report/keylog.ts')).renderKeyLog(trace.events));
  }
}
