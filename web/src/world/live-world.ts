/** A world that keeps pace with the wall clock, with a prompt at every device. */
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import { CTRL_C } from '../../../emulator/device/console.ts';
import { OpenWorld } from '../../../emulator/device/open-world.ts';
import type { BrowserWorkerPool } from '../../../emulator/device/spawn.browser.ts';
import { MILLISECOND, type Nanoseconds, SECOND } from '../../../emulator/world/time.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { WORLD } from '../../../src/scenario/addressing.ts';
import type { LoadedScenario } from '../../../src/scenario/parse.ts';
import { type Bench, buildBench } from '../../../src/scenario/simulate.ts';
import { ConsoleLine } from './console-line.ts';
import { PageGateway } from './gateway/page-gateway.ts';
import { deviceInfo, expectedActors, simulationOptions } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { Report, ServerAccess } from './protocol.ts';
import type { RunningWorld } from './running-world.ts';
import type { Settings } from './settings.ts';

/** Milliseconds until what has happened goes to the page: a frame of its screen. */
const FRAME = 16;

/**
 * Who opens a prompt wants to type at it, not to see a board join its Wi-Fi: until every prompt is there, time goes on by
 * itself. A program that goes on longer than this, in virtual time, is one to be watched at the pace of a clock.
 */
const RUN_UP: Nanoseconds = 20 * SECOND;
/** Milliseconds of the wall clock that this may take. */
const RUN_UP_PATIENCE = 3_000;

/** Events that a world keeps, and the page with it; a live world may go on for days. */
const TRACE_LIMIT = 100_000;

/** Workers that wait beside those at work: a board that hangs is reset, and its worker is lost. */
export const SPARE = 1;

export interface LiveWorldOptions {
  readonly run: number;
  readonly loaded: LoadedScenario;
  readonly settings: Settings;
  readonly workers: BrowserWorkerPool;
  readonly outbox: Outbox;
  readonly post: (report: Report) => void;
  /** The way to real hosts, where somebody asked for it. */
  readonly access?: ServerAccess | undefined;
}

export class LiveWorld implements RunningWorld {
  bench: Bench | undefined;
  private readonly options: LiveWorldOptions;
  private readonly lines = new Map<string, ConsoleLine>();
  private open: OpenWorld | undefined;
  private stopped: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** No prompt has been seen yet, and nobody has interrupted. */
  private runsUp = true;

  constructor(options: LiveWorldOptions) {
    this.options = options;
  }

  async run(): Promise<undefined> {
    const { loaded, settings, workers, run, post, access } = this.options;
    const gateway = access && new PageGateway(access, (action) => this.open?.enter(action));
    const devices = Object.keys(loaded.scenario.devices);
    const bench = await buildBench(
      loaded,
      { ...simulationOptions(settings), prompts: devices },
      {
        crypto: nobleProvider,
        workers,
        ...(gateway && { otherNames: (name, done) => gateway.resolve(name, done) }),
      },
    );
    await gateway?.join(bench);
    this.bench = bench;
    const origin = performance.now();
    const clock = () => Math.round((performance.now() - origin) * MILLISECOND);
    // Real hosts keep their own time.
    this.runsUp = gateway === undefined;
    const hurries = () => this.hurries(bench, performance.now() - origin);
    const open = new OpenWorld({ world: bench.world, devices: bench.devices, clock, hurries });
    this.open = open;
    this.listen(bench);
    const actors = expectedActors(loaded);
    post({ kind: 'began', run, live: true, devices: deviceInfo(loaded, settings), actors });
    try {
      await Promise.race([open.run(), this.untilStopped()]);
    } finally {
      clearTimeout(this.timer);
      for (const line of this.lines.values()) line.close();
      open.close();
    }
    return undefined;
  }

  /** Wall time does not stop. */
  pause(): void {}
  continue(): void {}
  step(): void {}

  stop(): void {
    this.stopped?.();
  }

  type(device: string, bytes: Uint8Array): void {
    if (bytes.includes(CTRL_C)) this.runsUp = false;
    this.lines.get(device)?.type(bytes);
  }

  line(device: string): ConsoleLine | undefined {
    return this.lines.get(device);
  }

  /** `elapsed`: milliseconds of the wall clock. */
  private hurries({ world, devices }: Bench, elapsed: number): boolean {
    if (!this.runsUp) return false;
    const isThere = devices.every(({ state, console }) => state === 'exited' || console.waitsForInput);
    this.runsUp = !isThere && world.now < RUN_UP && elapsed < RUN_UP_PATIENCE;
    return this.runsUp;
  }

  private untilStopped(): Promise<void> {
    return new Promise((resolve) => {
      this.stopped = resolve;
    });
  }

  private listen({ world, devices }: Bench): void {
    const { outbox } = this.options;
    for (const event of world.trace.events) outbox.addEvent(event);
    world.trace.listen((event) => this.hear(event));
    for (const device of devices) {
      const line = new ConsoleLine({
        device,
        enter: (action) => this.open?.enter(action),
        onOutput: (bytes) => {
          outbox.addOutput(device.name, bytes);
          this.sendSoon();
        },
      });
      this.lines.set(device.name, line);
    }
  }

  private hear(event: TraceEvent): void {
    const { trace } = this.bench!.world;
    if (event.type === 'device.boot') void this.options.workers.prepare(SPARE);
    if (!trace.keepsEvents) return;
    this.options.outbox.addEvent(event);
    this.sendSoon();
    if (trace.events.length !== TRACE_LIMIT) return;
    trace.append(WORLD, {
      type: 'note',
      level: 'warning',
      text: `the trace is full: what happens after its first ${TRACE_LIMIT} events is not kept`,
    });
    trace.keepsEvents = false;
  }

  private sendSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.options.outbox.flush();
    }, FRAME);
  }
}
