/** Runs a test file on simulated devices of one closed world, all on one Wi-Fi. */
import type { Board } from '../../emulator/device/boards/board.ts';
import { type RunOutcome, runWorld } from '../../emulator/device/scheduler.ts';
import type { Nanoseconds, UnixSeconds } from '../../emulator/world/time.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { WORLD } from '../scenario/addressing.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { buildWorld } from '../scenario/run.ts';
import { scenarioSchema } from '../scenario/schema.ts';
import { Conductor } from './conductor.ts';
import { Instance } from './instance.ts';
import main from './main.py';
import type { TestFile } from './test-file.ts';

export interface MultitestOptions {
  readonly seed: number;
  readonly crypto: 'node' | 'noble';
  readonly board: Board;
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

export async function runMultitest(test: TestFile, options: MultitestOptions): Promise<MultitestResult> {
  const { seed, crypto, board, startTime, timeLimit, timeoutMs } = options;
  const loaded = asScenario(test, startTime);
  const prompts = Object.keys(loaded.scenario.devices);
  const { world, devices } = await buildWorld(loaded, { seed, crypto, board, prompts });
  const instances = devices.map((device) => new Instance(device));
  const conductor = new Conductor({ world, instances, source: test.source, onLine: options.onLine });
  const outcome = runWorld(world, devices, {
    timeLimit,
    watchdogMs: timeoutMs,
    until: () => conductor.ended,
  });
  world.trace.append(WORLD, { type: 'run.end', outcome: outcome.outcome });
  const { output, metrics } = conductor;
  return { verdict: verdict(test, conductor), output, metrics, outcome, events: world.trace.events };
}

/** The default world without hosts, with a device for each instance. */
function asScenario(test: TestFile, startTime: UnixSeconds): LoadedScenario {
  const beside = [...test.beside.keys()].map((name) => [`/${name}`, { file: name }]);
  const device = { main: 'main.py', rtc: 'set', files: Object.fromEntries(beside) };
  const scenario = scenarioSchema.parse({
    title: test.path,
    why: "A test of several devices in the format of MicroPython's run-multitests.py.",
    devices: Object.fromEntries(
      Array.from({ length: test.instances }, (_, index) => [`instance${index}`, device]),
    ),
  });
  return {
    name: test.path,
    scenario: { ...scenario, time: startTime },
    files: new Map([...test.beside, ['main.py', new TextEncoder().encode(main)]]),
  };
}

function verdict({ expected }: TestFile, { ended, skipped, output }: Conductor): MultitestResult['verdict'] {
  if (skipped) return 'skip';
  return ended && output === expected ? 'pass' : 'fail';
}
