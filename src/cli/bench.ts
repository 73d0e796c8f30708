/** An open world with a board at whose console somebody sits: a scenario's, or one with the computer for its network. */
import { randomInt } from 'node:crypto';
import { Option } from 'commander';
import type { Board } from '../../emulator/device/boards/board.ts';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { Device } from '../../emulator/device/device.ts';
import type { DeviceFile, KeptState } from '../../emulator/device/flash.ts';
import { OpenWorld } from '../../emulator/device/open-world.ts';
import { World } from '../../emulator/world/world.ts';
import { buildGatewayNetwork } from '../gateway/network.ts';
import { Reach } from '../gateway/reach.ts';
import { loadProgram } from '../scenario/bare-program.ts';
import { deviceWorkers } from '../scenario/device-workers.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { loadScenario } from '../scenario/load.ts';
import { buildWorld } from '../scenario/run.ts';
import { findTarget } from './catalogue.ts';
import { UsageError } from './exit-codes.ts';
import { allowOption } from './options.ts';

/** Flags, as commander hands them over. */
export interface BenchOptions {
  readonly scenario?: string;
  readonly device?: string;
  readonly board?: Board;
  readonly seed?: number;
  readonly allow: readonly string[];
}

export interface BenchExtras {
  /** Instead of an empty flash; only without a scenario, which has files of its own. */
  readonly files?: readonly DeviceFile[];
  /** Told what has become of them. */
  readonly onKept?: (state: KeptState) => void;
  /** The chip's ROM is heard on the console. */
  readonly romMessages?: boolean;
  /** The run's events are wanted afterwards. */
  readonly keepsEvents?: boolean;
}

export interface Bench {
  readonly world: World;
  readonly device: Device;
  readonly open: OpenWorld;
  /** How something from outside comes into the world. */
  readonly enter: (action: () => void) => void;
}

const SEEDS = 2 ** 32;
const DEFAULT_DEVICE = 'device';
export const DEFAULT_BOARD = 'esp32';

export function scenarioOption(): Option {
  return new Option('--scenario <scenario>', "the scenario's world: a name, its folder or file, or FILE.py");
}

export function deviceOption(): Option {
  return new Option('--device <name>', 'which of the devices of the scenario');
}

export function reachOption(): Option {
  return allowOption('without a scenario: let it reach more than loopback (* for any)');
}

export async function buildBench(options: BenchOptions, extras: BenchExtras = {}): Promise<Bench> {
  const origin = process.hrtime.bigint();
  const enter = (action: () => void) => open.enter(action);
  const { world, devices, device } =
    options.scenario === undefined
      ? behindGateway(options, extras, enter)
      : await inScenario(options.scenario, options, extras);
  world.trace.keepsEvents = extras.keepsEvents ?? false;
  const open = new OpenWorld({ world, devices, clock: () => Number(process.hrtime.bigint() - origin) });
  return { world, device, open, enter };
}

interface Built {
  readonly world: World;
  readonly devices: readonly Device[];
  readonly device: Device;
}

function behindGateway(options: BenchOptions, extras: BenchExtras, enter: Bench['enter']): Built {
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
    files: extras.files ?? [],
    crypto: 'node',
    seed,
    prompt: true,
    romMessages: extras.romMessages ?? false,
    ...(extras.onKept && { onKept: extras.onKept }),
  });
  departures.watch(device);
  return { world, devices: [device], device };
}

async function inScenario(argument: string, options: BenchOptions, extras: BenchExtras): Promise<Built> {
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
  const { world, devices } = await buildWorld(loaded, {
    seed,
    ...(board && { board }),
    prompts: [wanted],
    romMessages: extras.romMessages ?? false,
  });
  return { world, devices, device: devices.find(({ name }) => name === wanted)! };
}

function reachOf({ allow }: BenchOptions): Reach {
  try {
    return new Reach(allow);
  } catch (error) {
    throw new UsageError(`--allow: ${(error as Error).message}`);
  }
}
