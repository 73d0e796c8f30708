/** Runs a test file on simulated devices of one closed world, all on one Wi-Fi. */
import { boardByName } from '../../emulator/device/boards/index.ts';
import { Device } from '../../emulator/device/device.ts';
import { type RunOutcome, runWorld } from '../../emulator/device/scheduler.ts';
import { SerialLine } from '../../emulator/device/serial-line.ts';
import type { Nanoseconds, UnixSeconds } from '../../emulator/world/time.ts';
import { TRACE_SCHEMA_VERSION, type TraceEvent } from '../../emulator/world/trace-events.ts';
import { World } from '../../emulator/world/world.ts';
import { WORLD } from '../scenario/addressing.ts';
import { deviceWorkers } from '../scenario/device-workers.ts';
import { buildHomeNetwork } from '../scenario/home-network.ts';
import boot from './boot.py';
import { Conductor } from './conductor.ts';
import { Instance } from './instance.ts';
import type { TestFile } from './test-file.ts';

export interface MultitestOptions {
  readonly seed: number;
  readonly crypto: 'node' | 'noble';
  readonly board: string;
  /** What the world's clock shows at its beginning, and the devices', as if a computer had set them. */
  readonly startTime: UnixSeconds;
  /** Virtual time after which the run ends. */
  readonly timeLimit: Nanoseconds;
  /** Wall time, in milliseconds, that a program may compute without making a system call. */
  readonly timeoutMs: number;
  readonly onLine?: (milliseconds: number, instance: number, text: string) => void;
}

export interface MultitestResult {
  readonly verdict: 'pass' | 'fail' | 'skip';
  /** A block for each instance. */
  readonly output: string;
  readonly metrics: readonly string[];
  readonly outcome: RunOutcome;
  readonly events: readonly TraceEvent[];
}

const WIFI = { ssid: 'workshop', password: 'correct horse' };

const utf8 = new TextEncoder();

export function runMultitest(test: TestFile, options: MultitestOptions): MultitestResult {
  const { seed, startTime, timeLimit, timeoutMs } = options;
  const world = new World({ seed, startTime });
  world.trace.append(WORLD, {
    type: 'run.start',
    schema: TRACE_SCHEMA_VERSION,
    scenario: test.path,
    seed,
    startTime: new Date(startTime * 1000).toISOString(),
  });
  const { join } = buildHomeNetwork(world, { wifi: WIFI, internet: {}, dnsServers: [] });
  const files = [...test.beside, { path: '/boot.py', bytes: utf8.encode(boot) }];
  const instances = Array.from({ length: test.instances }, (_, index) => {
    const name = `instance${index}`;
    const serial = new SerialLine();
    const device = new Device({
      ...join(name, index),
      name,
      world,
      workers: deviceWorkers(),
      board: boardByName(options.board),
      files,
      crypto: options.crypto,
      seed,
      rtc: startTime,
      serial,
    });
    return new Instance(device, serial);
  });
  const conductor = new Conductor({ world, instances, source: test.source, onLine: options.onLine });
  const devices = instances.map(({ device }) => device);
  const outcome = runWorld(world, devices, {
    timeLimit,
    watchdogMs: timeoutMs,
    until: () => conductor.ended,
  });
  world.trace.append(WORLD, { type: 'run.end', outcome: outcome.outcome });
  const { output, metrics } = conductor;
  return { verdict: verdict(test, conductor), output, metrics, outcome, events: world.trace.events };
}

function verdict({ expected }: TestFile, { ended, skipped, output }: Conductor): MultitestResult['verdict'] {
  if (skipped) return 'skip';
  return ended && output === expected ? 'pass' : 'fail';
}
