/** One run of a scenario: as fast as it goes, and to the byte what the command line makes of it. */
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import type { WorkerPool } from '../../../emulator/device/worker-handle.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { LoadedScenario } from '../../../src/scenario/parse.ts';
import { type Bench, simulate } from '../../../src/scenario/simulate.ts';
import { Control, Stopped } from './control.ts';
import { deviceInfo, expectedActors, simulationOptions } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { Pace, Phase, Report, Verdict } from './protocol.ts';
import type { RunningWorld } from './running-world.ts';
import type { Settings } from './settings.ts';

/** Milliseconds that this worker hears nothing because a device computes. */
const PATIENCE = 8;

/** Milliseconds after a key in which a program that wants the next one is not said to be at work. */
const CALM = 100;

const utf8 = new TextEncoder();

export interface ClosedRunOptions {
  readonly run: number;
  readonly loaded: LoadedScenario;
  readonly settings: Settings;
  readonly pace: Pace;
  readonly workers: WorkerPool;
  readonly outbox: Outbox;
  readonly post: (report: Report) => void;
}

export class ClosedRun implements RunningWorld {
  bench: Bench | undefined;
  private readonly options: ClosedRunOptions;
  private readonly control: Control;
  private calm: ReturnType<typeof setTimeout> | undefined;
  /** Set while somebody is asked to type. */
  private keys: { readonly pressed: Promise<void>; readonly done: () => void } | undefined;

  constructor(options: ClosedRunOptions) {
    this.options = options;
    const { run, post, outbox, pace } = options;
    this.control = new Control({
      pace,
      onRest: () => outbox.flush(),
      onPhase: (phase, now) => post({ kind: 'phase', run, phase, now }),
      show: (event) => this.show(event),
    });
  }

  /** Undefined when somebody stopped it. */
  async run(): Promise<Verdict | undefined> {
    const { loaded, settings, workers } = this.options;
    try {
      const { events: _, ...verdict } = await simulate(loaded, simulationOptions(settings), {
        crypto: nobleProvider,
        workers,
        idle: () => this.control.idle(),
        patienceMs: PATIENCE,
        typed: () => this.untilTyped(),
        onWorld: (bench) => this.watch(bench),
      });
      this.control.finish();
      return verdict;
    } catch (error) {
      if (error instanceof Stopped) return undefined;
      throw error;
    } finally {
      clearTimeout(this.calm);
    }
  }

  pause(): void {
    this.control.pause();
  }

  continue(): void {
    this.control.continue();
  }

  line(): undefined {
    return undefined;
  }

  step(): void {
    this.control.step();
  }

  stop(): void {
    this.control.stop();
  }

  type(device: string, bytes: Uint8Array): void {
    const { world, devices } = this.bench ?? { devices: [] };
    const typed = devices.find(({ name }) => name === device);
    if (typed?.state === 'exited') return;
    // Where the world stands still for it, no event would come to write.
    if (this.keys === undefined) world?.after(0, () => typed?.console.write(bytes));
    else {
      typed?.console.write(bytes);
      this.keys.done();
    }
  }

  /** A board prints what ends its program; in a closed world that is an event, and no output of the program. */
  private show(event: TraceEvent): void {
    const { outbox } = this.options;
    outbox.addEvent(event);
    if (event.type !== 'device.exception') return;
    outbox.addOutput(event.actor, utf8.encode(event.traceback.replaceAll('\n', '\r\n')));
  }

  /** Programs do nothing but read: somebody at the page is asked to type. */
  private untilTyped(): Promise<void> {
    if (this.keys === undefined) {
      const { run, post, outbox } = this.options;
      const tell = (phase: Phase) => post({ kind: 'phase', run, phase, now: this.bench!.world.now });
      let done = () => {};
      const pressed = new Promise<void>((resolve) => {
        done = () => {
          this.keys = undefined;
          this.calm = setTimeout(() => tell('running'), CALM);
          resolve();
        };
      });
      this.keys = { pressed, done };
      outbox.flush();
      clearTimeout(this.calm);
      tell('reading');
    }
    return this.keys.pressed;
  }

  private watch(bench: Bench): void {
    const { outbox, run, post, loaded, settings } = this.options;
    this.bench = bench;
    const { trace } = bench.world;
    const actors = expectedActors(loaded);
    post({ kind: 'began', run, live: false, devices: deviceInfo(loaded, settings), actors });
    for (const event of trace.events) this.control.see(event);
    trace.listen((event) => this.control.see(event));
    for (const { name, console } of bench.devices) console.onOutput((bytes) => outbox.addOutput(name, bytes));
  }
}
