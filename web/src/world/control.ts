/** Holds a closed world where somebody wants it, and lets this worker hear what is wanted. */
import type { Nanoseconds } from '../../../emulator/world/time.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { Pace, Phase } from './protocol.ts';
import { stepName } from './steps.ts';

/** Milliseconds that the world goes on without a look at what the page says. */
const SLICE = 8;

/** Ends a run that somebody stopped. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export interface ControlOptions {
  readonly pace: Pace;
  /** The world begins to wait for somebody, or goes on; with the virtual time of what was shown last. */
  readonly onPhase: (phase: Phase, now: Nanoseconds) => void;
  /** Before this worker turns to its messages. */
  readonly onRest: () => void;
  /** Hands an event to whoever looks. */
  readonly show: (event: TraceEvent) => void;
}

export class Control {
  private readonly options: ControlOptions;
  private mode: Pace | 'paused' | 'stopped';
  /** What a step ends with has been shown. */
  private stepDone = false;
  /** Several messages may go out in one instant: those after the first wait for the steps to come. */
  private held: TraceEvent[] = [];
  private shownAt: Nanoseconds = 0;
  private resume: (() => void) | undefined;
  private restedAt = performance.now();

  constructor(options: ControlOptions) {
    this.options = options;
    this.mode = options.pace;
  }

  /** For the trace's listener. */
  see(event: TraceEvent): void {
    if (this.mode === 'step' && this.stepDone) this.held.push(event);
    else this.show(event);
  }

  pause(): void {
    if (this.mode !== 'stopped') this.mode = 'paused';
  }

  /** To the next message, from wherever the world is. */
  step(): void {
    if (this.mode === 'stopped') return;
    this.stepDone = false;
    while (!this.stepDone && this.held.length > 0) this.show(this.held.shift()!);
    if (this.stepDone) this.tellPause();
    else this.goOn('step');
  }

  continue(): void {
    if (this.mode === 'stopped') return;
    this.showHeld();
    this.goOn('run');
  }

  stop(): void {
    this.showHeld();
    this.mode = 'stopped';
    this.resume?.();
  }

  /** The run is over: nothing waits for a step any more. */
  finish(): void {
    this.showHeld();
  }

  /** After each event of the world. Rejected with `Stopped`. */
  async idle(): Promise<void> {
    if (this.mode === 'step' && this.stepDone) this.mode = 'paused';
    if (this.mode === 'paused') await this.waitForSomebody();
    else if (performance.now() - this.restedAt >= SLICE) await this.rest();
    if (this.mode === 'stopped') throw new Stopped('somebody stopped the run');
  }

  private show(event: TraceEvent): void {
    this.stepDone ||= stepName(event) !== undefined;
    this.shownAt = event.t;
    this.options.show(event);
  }

  private showHeld(): void {
    for (const event of this.held) this.show(event);
    this.held = [];
  }

  private goOn(mode: Pace): void {
    this.stepDone = false;
    this.mode = mode;
    this.resume?.();
  }

  private tellPause(): void {
    this.options.onRest();
    this.options.onPhase('paused', this.shownAt);
  }

  private async waitForSomebody(): Promise<void> {
    this.tellPause();
    await new Promise<void>((resolve) => {
      this.resume = resolve;
    });
    this.resume = undefined;
    if (this.mode !== 'stopped') this.options.onPhase('running', this.shownAt);
    this.restedAt = performance.now();
  }

  private async rest(): Promise<void> {
    this.options.onRest();
    await turnOfTheLoop();
    this.restedAt = performance.now();
  }
}

/** A timer would wait for 4 ms, as soon as it is one of many. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
