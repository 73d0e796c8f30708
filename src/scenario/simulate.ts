/**
 * A scenario run to its end, wherever that is: who computes, where devices get their workers and how fast time goes on is
 * the caller's. `run.ts` is the same in Node.
 */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { type Board, boardOf } from '../../emulator/device/boards/board.ts';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { Device } from '../../emulator/device/device.ts';
import { type RunOutcome, runWorld, runWorldWith } from '../../emulator/device/scheduler.ts';
import type { WorkerPool } from '../../emulator/device/worker-handle.ts';
import type { TlsEngine } from '../../emulator/hosts/tls-engine.ts';
import { type Nanoseconds, SECOND } from '../../emulator/world/time.ts';
import { TRACE_SCHEMA_VERSION, type TraceEvent } from '../../emulator/world/trace-events.ts';
import { World } from '../../emulator/world/world.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { formatDuration } from '../report/format.ts';
import { WORLD } from './addressing.ts';
import { evaluate } from './expect/evaluate.ts';
import type { Failure } from './expect/failure.ts';
import { flashFiles } from './flash.ts';
import { Values } from './lessons/values.ts';
import { loadMqtt } from './mqtt-service.ts';
import type { LoadedScenario } from './parse.ts';
import { refuseUnplayable } from './peer-engine.ts';
import { buildPki, type Pki } from './pki/build.ts';
import { ScenarioError } from './problem.ts';
import type { Device as DeviceSpec } from './schema/device.ts';
import type { Scenario } from './schema.ts';
import type { OtherNames } from './services.ts';
import { Output } from './steps/output.ts';
import { Script } from './steps/script.ts';
import { type HandshakeSummary, summariseHandshakes } from './summary.ts';
import { buildTopology, type Topology } from './topology.ts';

export interface SimulationOptions {
  /** Instead of the scenario's. */
  readonly seed?: number;
  /** Virtual time after which the run ends; by default ten minutes. */
  readonly timeLimit?: Nanoseconds;
  /** Wall time, in milliseconds, that a program may compute without making a system call; by default 30 s. */
  readonly timeoutMs?: number;
  /** Instead of the scenario's. */
  readonly board?: Board;
  /** Runs the scenario as its `withoutDefect` changes it. */
  readonly withoutDefect?: boolean;
  /** Names of the devices at whose consoles somebody sits. */
  readonly prompts?: readonly string[];
  /** The ROMs of those devices are heard on their consoles. */
  readonly romMessages?: boolean;
  /** Devices are on the first Wi-Fi network from power-on and stay there, whatever their programs say. */
  readonly staysJoined?: boolean;
}

/** What a simulation needs of the platform. */
export interface Means {
  readonly crypto: CryptoProvider;
  /** Where devices get their workers. */
  readonly workers: WorkerPool;
  /** Who speaks TLS for the hosts; by default the emulator's own engine. */
  readonly tlsEngine?: TlsEngine;
  /** Where DNS servers ask for names that are none of the scenario's; by default such a name is nobody's. */
  readonly otherNames?: OtherNames;
  /** Waited for after each event of the world, before virtual time goes on; by default nothing is. */
  readonly idle?: () => Promise<void>;
  /** With `idle`: see `RunLimits.patienceMs`. */
  readonly patienceMs?: number;
  /** With `idle`: see `RunLimits.typed`. A scenario with steps goes on without. */
  readonly typed?: () => Promise<void>;
  /** Told of the world before anything has happened in it. */
  readonly onWorld?: (bench: Bench) => void;
}

/** The world of a scenario and its devices. */
export interface Bench {
  readonly world: World;
  readonly devices: readonly Device[];
  readonly topology: Topology;
  readonly pki: Pki;
  readonly crypto: CryptoProvider;
}

export interface RunResult {
  /** The scenario's. */
  readonly name: string;
  readonly passed: boolean;
  /** Everything that happened, in order. */
  readonly events: readonly TraceEvent[];
  readonly outcome: RunOutcome['outcome'];
  /** What came out differently from what the scenario expects. */
  readonly failures: readonly Failure[];
  /** The handshakes, normalised, in the order in which they began. */
  readonly summary: readonly HandshakeSummary[];
  /** What each device printed, by name. */
  readonly output: Readonly<Record<string, string>>;
  /** 0 as expected, 1 otherwise, 42 when a limit ended the run. */
  readonly exitCode: 0 | 1 | 42;
}

/** Whose times are told of operations that no device does. */
const DEFAULT_BOARD = 'esp32';
export const DEFAULT_TIME_LIMIT: Nanoseconds = 600 * SECOND;
export const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Builds the world of a scenario, runs it to its end and holds the trace against the expectations.
 * Throws ScenarioError when it shall run without its defect and does not say how.
 */
export async function simulate(
  given: LoadedScenario,
  options: SimulationOptions,
  means: Means,
): Promise<RunResult> {
  const loaded = options.withoutDefect ? repaired(given) : given;
  const timeLimit = options.timeLimit ?? DEFAULT_TIME_LIMIT;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;

  const { scenario, name } = loaded;
  const bench = await buildBench(loaded, options, means);
  const { world, devices } = bench;
  means.onWorld?.(bench);
  const script = startScript(loaded, bench, options);
  const { patienceMs } = means;
  // Steps may be what writes to a console.
  const typed = scenario.steps.length === 0 ? means.typed : undefined;
  const limits = { timeLimit, watchdogMs: timeoutMs, patienceMs, typed };
  const ended =
    devices.length === 0
      ? runScript(world, script, timeLimit)
      : means.idle
        ? await runWorldWith(world, devices, limits, means.idle)
        : runWorld(world, devices, limits);
  world.trace.append(WORLD, { type: 'run.end', outcome: ended.outcome });

  const { events } = world.trace;
  const limit = exceeded(ended, timeLimit, timeoutMs);
  const failures =
    limit === undefined
      ? [...script.unfinished(), ...evaluate(scenario, events)]
      : [{ ...limit, at: [], moment: events.at(-1) }, ...script.unfinished()];
  return {
    name,
    passed: failures.length === 0,
    events,
    outcome: ended.outcome,
    failures,
    summary: summariseHandshakes(events),
    output: Object.fromEntries(devices.map((device) => [device.name, outputOf(device.name, events)])),
    exitCode: exitCode(ended, failures),
  };
}

/** The scenario's steps begin with its world. */
export function startScript(...given: Parameters<typeof newScript>): Script {
  const script = newScript(...given);
  script.start();
  return script;
}

export function newScript(
  { scenario }: Pick<LoadedScenario, 'scenario'>,
  { world, devices, topology, pki, crypto }: Bench,
  { board }: Pick<SimulationOptions, 'board'> = {},
): Script {
  return new Script(scenario.steps, {
    world,
    network: topology.network,
    linkChanges: new Map(),
    devices: new Map(devices.map((device) => [device.name, device])),
    output: new Output(world.trace),
    lesson: {
      pki,
      crypto,
      random: world.random.fork('lesson'),
      board: board ?? boardByName(DEFAULT_BOARD),
      values: new Values(),
    },
  });
}

/** A world without devices lasts as long as its steps. */
function runScript(world: World, script: Script, timeLimit: Nanoseconds): RunOutcome {
  while (!script.isDone) {
    const next = world.nextEventTime();
    if (next === undefined || next > timeLimit) return { outcome: 'time-limit', unfinished: ['the steps'] };
    world.step();
  }
  return { outcome: 'finished', unfinished: [] };
}

function repaired(loaded: LoadedScenario): LoadedScenario {
  const { name, withoutDefect: scenario } = loaded;
  if (scenario === undefined)
    throw new ScenarioError([`${name}: it does not say what takes its defect away (withoutDefect)`]);
  return { ...loaded, scenario };
}

function outputOf(device: string, events: readonly TraceEvent[]): string {
  return events
    .filter((event) => event.actor === device)
    .map((event) => (event.type === 'device.output' ? event.text : ''))
    .join('');
}

/** The world of a scenario and its devices, before anything has happened. */
export async function buildBench(
  loaded: LoadedScenario,
  options: SimulationOptions,
  { crypto, workers, tlsEngine, otherNames }: Means,
): Promise<Bench> {
  const { scenario, name } = loaded;
  const seed = options.seed ?? scenario.seed;
  const world = new World({ seed, startTime: scenario.time });
  const startTime = new Date(scenario.time * 1000).toISOString();
  world.trace.append(WORLD, {
    type: 'run.start',
    schema: TRACE_SCHEMA_VERSION,
    scenario: name,
    seed,
    startTime,
  });
  const pki = buildPki(scenario, loaded.files, world.random.fork('pki'), crypto);
  if (tlsEngine !== undefined) refuseUnplayable(scenario, pki);
  const createBroker = await loadMqtt(scenario);
  const boards = new Map(
    Object.entries(scenario.devices).map(([device, spec]) => [device, boardFor(spec, options.board)]),
  );
  const topology = buildTopology(world, loaded, pki, {
    crypto,
    boards,
    createBroker,
    tlsEngine,
    otherNames,
    staysJoined: options.staysJoined,
  });
  const devices = buildDevices(world, loaded, { ...options, seed }, pki, topology, boards, {
    crypto,
    workers,
  });
  return { world, devices, topology, pki, crypto };
}

function buildDevices(
  world: World,
  { scenario, files }: LoadedScenario,
  options: SimulationOptions & { seed: number },
  pki: Pki,
  { stations }: Topology,
  boards: ReadonlyMap<string, Board>,
  { crypto, workers }: Means,
): Device[] {
  return Object.entries(scenario.devices).map(([name, spec]) => {
    return new Device({
      ...stations.get(name)!,
      name,
      world,
      workers,
      board: boards.get(name)!,
      files: flashFiles(spec, files, pki),
      ...(spec.boots !== undefined && { boots: spec.boots }),
      ...(spec.heapPressure && { heapPressure: spec.heapPressure }),
      ...(spec.secureElement && { secureElementKey: elementKey(name, spec.secureElement, pki) }),
      crypto: crypto.name,
      seed: options.seed,
      rtc: rtcAtPowerOn(spec.rtc, scenario),
      prompt: options.prompts?.includes(name) ?? false,
      romMessages: options.romMessages ?? false,
    });
  });
}

/** A key in a secure element needs one to be in. */
function boardFor(spec: DeviceSpec, instead: Board | undefined): Board {
  const board = instead ?? boardByName(spec.board);
  return spec.secureElement === undefined ? board : boardOf({ ...board.profile, secureElement: true });
}

function elementKey(device: string, certificate: string, pki: Pki): Uint8Array {
  const key = pki.key(certificate);
  if (key.kind === 'ec' && key.curve === 'secp256r1') return encodePrivateKey(key, 'pkcs8');
  throw new ScenarioError([
    `devices.${device}.secureElement: the key of '${certificate}' is not on P-256, which is all that an ATECC608 has`,
  ]);
}

function rtcAtPowerOn(rtc: 'unset' | 'set' | number, scenario: Scenario): number | undefined {
  if (rtc === 'unset') return undefined;
  return rtc === 'set' ? scenario.time : rtc;
}

/** How a run that did not come to its own end missed that. */
function exceeded(
  { outcome, unfinished }: RunOutcome,
  timeLimit: Nanoseconds,
  timeoutMs: number,
): Omit<Failure, 'moment' | 'at'> | undefined {
  const names = unfinished.join(', ');
  switch (outcome) {
    case 'finished':
      return undefined;
    case 'time-limit':
      return {
        what: 'virtual time',
        expected: `every program to end within ${formatDuration(timeLimit)}`,
        observed: `still running: ${names}`,
      };
    case 'watchdog':
      return {
        what: 'wall-clock time',
        expected: `a system call every ${timeoutMs / 1000} s at least`,
        observed: `${names} computes without end; it was stopped`,
      };
    case 'deadlock':
      return {
        what: 'progress',
        expected: 'every program to end',
        observed: `${names} waits, and nothing is left to happen`,
      };
  }
}

function exitCode({ outcome }: RunOutcome, failures: readonly Failure[]): RunResult['exitCode'] {
  if (outcome === 'time-limit' || outcome === 'watchdog') return 42;
  return failures.length === 0 ? 0 : 1;
}
