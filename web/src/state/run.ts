/** The world on the page, as everybody sees it. Commands go through `world`; what it reports lands in the signals. */
import { signal } from '@preact/signals';
import type { Nanoseconds } from '../../../emulator/world/time.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { Figures } from '../../../src/report/figures.ts';
import type { PlacedProblem } from '../../../src/scenario/parse.ts';
import { WorldClient } from '../client/world-client.ts';
import type {
  DeviceInfo,
  ExpectedActor,
  Pace,
  Phase,
  Report,
  ScenarioSource,
  ServerAccess,
  Verdict,
} from '../world/protocol.ts';
import type { Settings } from '../world/settings.ts';

/** `starting`: asked for, not built yet. `over`: it has ended, by itself or because somebody stopped it. */
export type WorldPhase = 'none' | 'starting' | Phase | 'over' | 'refused' | 'broken';

export interface WorldState {
  readonly phase: WorldPhase;
  /** Name of the scenario. */
  readonly name: string;
  readonly settings: Settings;
  /** Keeps pace with the wall clock, and has a prompt at each device. */
  readonly live: boolean;
  readonly devices: readonly DeviceInfo[];
  readonly actors: readonly ExpectedActor[];
  /** Of a run that came to its own end. */
  readonly verdict: Verdict | undefined;
  /** With the verdict. */
  readonly figures: Figures | undefined;
  /** Why it is refused or broken. */
  readonly message: string | undefined;
  readonly problems: readonly PlacedProblem[];
}

const NOTHING: WorldState = {
  phase: 'none',
  name: '',
  settings: {},
  live: false,
  devices: [],
  actors: [],
  verdict: undefined,
  figures: undefined,
  message: undefined,
  problems: [],
};

/** Whether the world's worker has loaded MicroPython. */
export const worldReady = signal(false);
export const worldState = signal<WorldState>(NOTHING);
/** Virtual time of the last event. */
export const worldTime = signal<Nanoseconds>(0);
/** How many events there are: read it to be drawn again when there are more. */
export const eventCount = signal(0);
/** Counts worlds: another number, another trace. */
export const worldNumber = signal(0);

let events: TraceEvent[] = [];
type ConsoleListener = (device: string, bytes: Uint8Array) => void;
/** What devices have printed in this world, until somebody listens. */
let unheard: { device: string; bytes: Uint8Array }[] = [];
const consoleListeners = new Set<ConsoleListener>();

/** Whether there is a world that goes on, or can. */
export function isAtWork(phase: WorldPhase): boolean {
  return phase === 'running' || phase === 'paused' || phase === 'reading';
}

/** The trace so far. The array grows in place; `eventCount` tells when. */
export function traceEvents(): readonly TraceEvent[] {
  return events;
}

/** Hears what devices print; the first to listen, all that was printed before. Returns what ends the subscription. */
export function onConsole(listener: ConsoleListener): () => void {
  for (const { device, bytes } of unheard) listener(device, bytes);
  unheard = [];
  consoleListeners.add(listener);
  return () => consoleListeners.delete(listener);
}

export const world = new WorldClient(hear);

/** Runs a scenario in place of what there was. */
export function runScenario(source: ScenarioSource, settings: Settings = {}, pace: Pace = 'run'): void {
  clear(source.name, settings, false);
  world.run(source, settings, pace);
}

/** A live world in place of what there was: a prompt at each device of the scenario. */
export function openScenario(source: ScenarioSource, settings: Settings = {}, gateway?: ServerAccess): void {
  clear(source.name, settings, true);
  world.open(source, settings, gateway);
}

function clear(name: string, settings: Settings, live: boolean): void {
  events = [];
  unheard = [];
  eventCount.value = 0;
  worldTime.value = 0;
  worldNumber.value++;
  const last = worldState.peek();
  // The same again: what has its place for them keeps it.
  const actors = last.name === name ? last.actors : [];
  worldState.value = { ...NOTHING, phase: 'starting', name, settings, live, actors };
}

function hear(report: Report): void {
  switch (report.kind) {
    case 'ready':
      worldReady.value = true;
      return;
    case 'began':
      change({
        phase: 'running',
        live: report.live,
        devices: report.devices,
        actors: sameActors(report.actors),
      });
      return;
    case 'events':
      for (const event of report.events) events.push(event);
      worldTime.value = events.at(-1)?.t ?? 0;
      eventCount.value = events.length;
      return;
    case 'console':
      if (consoleListeners.size === 0) unheard.push(report);
      for (const listener of consoleListeners) listener(report.device, report.bytes);
      return;
    case 'phase':
      worldTime.value = report.now;
      change({ phase: report.phase });
      return;
    case 'ended':
      change({ phase: 'over', verdict: report.verdict, figures: report.figures });
      return;
    case 'refused':
      change({ phase: 'refused', message: report.message, problems: report.problems });
      return;
    case 'broken':
      change({ phase: 'broken', message: report.message });
  }
}

/** Of a run again: the same object, so that nothing is drawn anew. */
function sameActors(actors: readonly ExpectedActor[]): readonly ExpectedActor[] {
  const before = worldState.peek().actors;
  return JSON.stringify(before) === JSON.stringify(actors) ? before : actors;
}

function change(changes: Partial<WorldState>): void {
  worldState.value = { ...worldState.value, ...changes };
}
