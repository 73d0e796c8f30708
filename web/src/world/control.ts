/** Holds a closed world where somebody wants it, and lets this worker hear what is wanted. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { Pace, Phase } from './protocol.ts';

/** Milliseconds that the world goes on without a look at what the page says. */
const SLICE = 8;

/** Ends a run that somebody stopped. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export interface ControlOptions {
  readonly pace: Pace;
  /** The world begins to wait for somebody, or goes on. */
  readonly onPhase: (phase: Phase) => void;
  /** Before this worker turns to its messages. */
  readonly onRest: () => void;
}

export class Control {
  private readonly options: ControlOptions;
  private mode: Pace | 'paused' | 'stopped';
  /** Something happened that a step ends with. */
  private stepDone = false;
  private resume: (() => void) | undefined;
  private restedAt = performance.now();

  constructor(options: ControlOptions) {
    this.options = options;
    this.mode = options.pace;
  }

  /** For the trace's listener. */
  see(event: TraceEvent): void {
    this.stepDone ||= isStep(event);
  }

  pause(): void {
    if (this.mode !== 'stopped') this.mode = 'paused';
  }

  /** To the next message, from wherever the world is. */
  step(): void {
    this.goOn('step');
  }

  continue(): void {
    this.goOn('run');
  }

  stop(): void {
    this.mode = 'stopped';
    this.resume?.();
  }

  /** After each event of the world. Rejected with `Stopped`. */
  async idle(): Promise<void> {
    if (this.mode === 'step' && this.stepDone) this.mode = 'paused';
    if (this.mode === 'paused') await this.waitForSomebody();
    else if (performance.now() - this.restedAt >= SLICE) await this.rest();
    if (this.mode === 'stopped') throw new Stopped('somebody stopped the run');
  }

  private goOn(mode: Pace): void {
    if (this.mode === 'stopped') return;
    this.stepDone = false;
    this.mode = mode;
    this.resume?.();
  }

  private async waitForSomebody(): Promise<void> {
    this.options.onRest();
    this.options.onPhase('paused');
    await new Promise<void>((resolve) => {
      this.resume = resolve;
    });
    this.resume = undefined;
    if (this.mode !== 'stopped') this.options.onPhase('running');
    this.restedAt = performance.now();
  }

  private async rest(): Promise<void> {
    this.options.onRest();
    await turnOfTheLoop();
    this.restedAt = performance.now();
  }
}

/** What a person who steps through a handshake wants to see by itself. */
function isStep(event: TraceEvent): boolean {
  switch (event.type) {
    case 'tls.message':
    case 'tls.alert':
    case 'tls.data':
      return event.direction === 'sent';
    case 'tls.established':
    case 'tls.failed':
    case 'tls.fault':
    case 'x509.verdict':
    case 'device.exception':
      return true;
    default:
      return false;
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
