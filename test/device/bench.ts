/** A world for tests of devices: scripts in, the trace out. */

import type { Board } from '../../emulator/device/boards/board.ts';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { Device, type DeviceOptions } from '../../emulator/device/device.ts';
import { type RunLimits, type RunOutcome, runWorld } from '../../emulator/device/scheduler.ts';
import { NodeWorkerPool } from '../../emulator/device/spawn.node.ts';
import type { WifiPort } from '../../emulator/device/syscalls/wifi-port.ts';
import type { NetStack } from '../../emulator/net/api.ts';
import { SECOND } from '../../emulator/world/time.ts';
import type { TraceEvent, TraceEventOf, TraceEventType } from '../../emulator/world/trace-events.ts';
import { World } from '../../emulator/world/world.ts';

/** 2026-06-01T00:00:00Z. */
export const START_TIME = 1_780_272_000;

export interface Bench {
  readonly world: World;
  readonly devices: readonly Device[];
  readonly outcome: RunOutcome;
  /** Everything the devices printed. */
  readonly output: string;
  of<T extends TraceEventType>(type: T): TraceEventOf<T>[];
}

export interface BenchOptions
  extends Partial<RunLimits>,
    Pick<DeviceOptions, 'boots' | 'heapPressure' | 'secureElementKey'> {
  readonly board?: Board;
  readonly pool: NodeWorkerPool;
  readonly world?: World;
  /** One for each device; without them there is no network. */
  readonly stacks?: readonly NetStack[];
  readonly wifi?: readonly WifiPort[];
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly seed?: number;
  readonly crypto?: 'node' | 'noble';
  /** Somebody is at the console. */
  readonly prompt?: boolean;
  /** What shall be done to the devices meanwhile is put into the world here. */
  readonly prepare?: (devices: readonly Device[]) => void;
}

/** Runs one device for each script. */
export function run(scripts: string | readonly string[], options: BenchOptions): Bench {
  const world = options.world ?? new World({ seed: options.seed ?? 1, startTime: START_TIME });
  const devices = [scripts].flat().map(
    (script, index) =>
      new Device({
        name: index === 0 ? 'device' : `device${index + 1}`,
        world,
        workers: options.pool,
        board: options.board ?? boardByName('esp32'),
        ...(options.boots !== undefined && { boots: options.boots }),
        ...(options.heapPressure && { heapPressure: options.heapPressure }),
        ...(options.secureElementKey && { secureElementKey: options.secureElementKey }),
        stack: options.stacks?.[index] ?? noNetwork,
        ...(options.wifi && { wifi: options.wifi[index]! }),
        files: Object.entries({ ...options.files, 'main.py': script }).map(([path, contents]) => ({
          path,
          bytes: typeof contents === 'string' ? new TextEncoder().encode(contents) : contents,
        })),
        mac: Uint8Array.of(0x24, 0x0a, 0xc4, 0, 0, 4 * index + 1),
        crypto: options.crypto ?? 'node',
        seed: options.seed ?? 1,
        ...(options.prompt && { prompt: true }),
      }),
  );
  options.prepare?.(devices);
  const outcome = runWorld(world, devices, {
    timeLimit: options.timeLimit ?? 3600 * SECOND,
    watchdogMs: options.watchdogMs ?? 20_000,
    ...(options.until && { until: options.until }),
  });
  const of = <T extends TraceEventType>(type: T) =>
    world.trace.events.filter((event: TraceEvent): event is TraceEventOf<T> => event.type === type);
  const output = of('device.output')
    .map(({ text }) => text)
    .join('');
  return { world, devices, outcome, output, of };
}

/** A device without a network interface. */
const noNetwork: NetStack = {
  name: 'none',
  address: undefined,
  isTcpPortTaken: () => false,
  joinGroup: () => {},
  connectTcp: unreachable,
  listenTcp: unreachable,
  bindUdp: unreachable,
  resolve: (_name, done) => done({ error: -202 }),
};

function unreachable(): never {
  throw new Error('no network in this test');
}

export { NodeWorkerPool };
