/**
 * The main loop of a closed world. Exactly one device runs at a time, ties go by index, and virtual time moves
 * only when every device waits: that makes a run repeatable to the byte.
 */
import { MILLISECOND, type Nanoseconds } from '../world/time.ts';
import type { World } from '../world/world.ts';
import type { Device } from './device.ts';

export interface RunLimits {
  /** Virtual time at which the world ends. */
  readonly timeLimit: Nanoseconds;
  /** Wall time, in milliseconds, that a device may compute without making a system call. */
  readonly watchdogMs: number;
  /**
   * Milliseconds that this thread sleeps for a device that computes; then it turns to its event loop until the device
   * makes its system call. By default it sleeps for as long as the watchdog has patience. For `runWorldWith` only.
   */
  readonly patienceMs?: number;
  /**
   * Somebody may type: where programs do nothing but read their consoles, time stands still until this is fulfilled. By
   * default nobody does. For `runWorldWith` only.
   */
  readonly typed?: () => Promise<void>;
  /** Virtual time that the network goes on after the last program ended, so that connections close. */
  readonly settle?: Nanoseconds;
  /** The run is over as soon as this says so, even with programs that go on. */
  readonly until?: () => boolean;
}

export interface RunOutcome {
  /**
   * `deadlock`: a device waits and nothing is left to happen. `watchdog`: a program made no system call for
   * too long in wall time; the only outcome that depends on the computer.
   */
  readonly outcome: 'finished' | 'time-limit' | 'deadlock' | 'watchdog';
  /** Names of the devices that had not ended, or of the one the watchdog stopped. */
  readonly unfinished: readonly string[];
}

const DEFAULT_SETTLE: Nanoseconds = 500 * MILLISECOND;

/** Runs until every program has ended or a limit is reached. Closes the devices; no worker keeps running. */
export function runWorld(world: World, devices: readonly Device[], limits: RunLimits): RunOutcome {
  const run = worldRun(world, devices, { ...limits, patienceMs: undefined, typed: undefined });
  for (;;) {
    const turn = run.next();
    if (turn.done) return turn.value;
  }
}

/**
 * The same in a world that somebody else keeps time for, or some of whose hosts answer in their own: before virtual time
 * goes on, `idle` is waited for. Its rejection ends the run.
 */
export async function runWorldWith(
  world: World,
  devices: readonly Device[],
  limits: RunLimits,
  idle: () => Promise<void>,
): Promise<RunOutcome> {
  const run = worldRun(world, devices, limits);
  try {
    for (;;) {
      const turn = run.next();
      if (turn.done) return turn.value;
      if (turn.value === undefined) await idle();
      else await waitForRequest(turn.value, limits, idle);
    }
  } finally {
    // Its own end closes the devices.
    run.return({ outcome: 'finished', unfinished: [] });
  }
}

/** Milliseconds between two looks whether somebody wants a world to end whose device computes. */
const LOOK_INTERVAL = 50;

/** Until the request is there, or the watchdog has no more patience. */
async function waitForRequest(
  { arrival }: Computing,
  { watchdogMs }: RunLimits,
  idle: () => Promise<void>,
): Promise<void> {
  const deadline = performance.now() + watchdogMs;
  let arrived = false;
  const request = arrival.then(() => {
    arrived = true;
  });
  while (!arrived && performance.now() < deadline) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LOOK_INTERVAL);
    });
    await Promise.race([request, look]);
    clearTimeout(timer);
    await idle();
  }
}

/** A device computes, or somebody thinks: `arrival` tells when that is over. */
interface Computing {
  readonly arrival: Promise<void>;
}

/** What makes a run stop for a while. */
type Pause = Computing | undefined;

/** Stops after each event, when every device waits; and for a device that computes longer than there is patience. */
function* worldRun(
  world: World,
  devices: readonly Device[],
  limits: RunLimits,
): Generator<Pause, RunOutcome> {
  try {
    const outcome = yield* runPrograms(world, devices, limits);
    if (outcome.outcome === 'finished') yield* settle(world, limits);
    return outcome;
  } finally {
    for (const device of devices) device.close();
  }
}

function* runPrograms(
  world: World,
  devices: readonly Device[],
  limits: RunLimits,
): Generator<Pause, RunOutcome> {
  const unfinished = () => devices.filter((device) => device.state !== 'exited').map(({ name }) => name);
  for (;;) {
    if (limits.until?.()) return { outcome: 'finished', unfinished: unfinished() };
    const device = devices.find((candidate) => candidate.canRun);
    if (device !== undefined) {
      const quietUntil = foresight(world, devices, limits);
      if (!(yield* resume(device, limits, quietUntil)))
        return { outcome: 'watchdog', unfinished: [device.name] };
      continue;
    }
    if (devices.every(({ state }) => state === 'exited')) return { outcome: 'finished', unfinished: [] };
    if (limits.typed !== undefined && allRead(devices)) {
      yield { arrival: limits.typed() };
      continue;
    }
    const next = world.nextEventTime();
    if (next === undefined) return { outcome: 'deadlock', unfinished: unfinished() };
    if (next > limits.timeLimit) {
      world.advanceTo(limits.timeLimit);
      return { outcome: 'time-limit', unfinished: unfinished() };
    }
    world.step();
    yield undefined;
  }
}

/** Until when the one device that can run is alone in the world; undefined where somebody waits to look or to act. */
function foresight(world: World, devices: readonly Device[], limits: RunLimits): Nanoseconds | undefined {
  if (limits.until !== undefined || devices.filter(({ canRun }) => canRun).length > 1) return undefined;
  return Math.min(world.nextEventTime() ?? Infinity, limits.timeLimit);
}

/** Whether whoever has not ended waits for somebody who types. */
function allRead(devices: readonly Device[]): boolean {
  return devices.every(({ state, console }) => state === 'exited' || console.waitsForInput);
}

/** False when it made no request for as long as the watchdog had patience. */
function* resume(
  device: Device,
  { watchdogMs, patienceMs }: RunLimits,
  quietUntil: Nanoseconds | undefined,
): Generator<Pause, boolean> {
  if (patienceMs === undefined) return device.resume(watchdogMs, quietUntil);
  const arrival = device.resumeOpen(patienceMs, quietUntil);
  if (arrival === undefined) return true;
  yield { arrival };
  return device.collect() || device.giveUp();
}

function* settle(world: World, limits: RunLimits): Generator<Pause, void> {
  const end = Math.min(world.now + (limits.settle ?? DEFAULT_SETTLE), limits.timeLimit);
  for (let next = world.nextEventTime(); next !== undefined && next <= end; next = world.nextEventTime()) {
    world.step();
    yield undefined;
  }
}
