/**
 * One simulated board, as the world sees it: a worker that runs MicroPython, and a kernel that carries out
 * its system calls. Nothing here waits for virtual time; the scheduler resumes the device, the world's events
 * move it on:
 *
 *     booting ──resume──▶ running ──call──▶ computing ──CPU time passed──▶ blocked ──result──▶ ready
 *     ready   ──resume──▶ running ──exit──▶ computing ──CPU time passed──▶ exited
 *                                                       └─reset, boot time─▶ booting
 *
 * "running" is the only state in which the worker works; the world stands still then. A request arrives
 * with the CPU time that the device spent before making it, and with what it saw meanwhile: the world lets
 * those events happen at their times and carries the request out when its time has come.
 */
import type { NetStack } from '../net/api.ts';
import type { Timer } from '../world/event-queue.ts';
import { type Nanoseconds, SECOND, type UnixSeconds } from '../world/time.ts';
import type { World } from '../world/world.ts';
import type { Board } from './boards/board.ts';
import type {
  CallMessage,
  DeviceFile,
  ExitMessage,
  ExitReason,
  HostCommand,
  WorkerMessage,
  WorldMessage,
} from './protocol.ts';
import type { SerialLine } from './serial-line.ts';
import type { CallResult, Kernel, Waiting } from './syscalls/call.ts';
import { carryOut } from './syscalls/index.ts';
import { SocketTable } from './syscalls/socket-table.ts';
import type { WifiPort } from './syscalls/wifi-port.ts';
import type { DeviceWorker, WorkerPool } from './worker-handle.ts';

/** The port's epoch; a board without power shows it at boot. */
const EPOCH_2000: UnixSeconds = 946_684_800;

/** `machine.reset_cause()`. */
const PWRON_RESET = 1;
const HARD_RESET = 2;

export interface DeviceOptions {
  /** The actor in the trace. */
  readonly name: string;
  readonly world: World;
  readonly workers: WorkerPool;
  readonly board: Board;
  readonly stack: NetStack;
  readonly wifi?: WifiPort;
  readonly files: readonly DeviceFile[];
  /** Six bytes. */
  readonly mac: Uint8Array;
  readonly crypto: 'node' | 'noble';
  readonly seed: number;
  /** What the RTC shows at power-on; by default 2000-01-01T00:00:00Z. */
  readonly rtc?: UnixSeconds;
  /** With a computer on the serial line the board runs boot.py, and then what that gives it instead of main.py. */
  readonly serial?: SerialLine;
  /** Runs this instead of what lies in the flash. */
  readonly command?: HostCommand;
}

export type DeviceState = 'booting' | 'running' | 'computing' | 'blocked' | 'ready' | 'exited';

export interface DeviceExit {
  /** As a process would return it: 0 when the program ended by itself. */
  readonly status: number;
  readonly reason: ExitReason | 'watchdog';
}

export class Device implements Kernel {
  readonly name: string;
  readonly world: World;
  readonly stack: NetStack;
  readonly wifi: WifiPort | undefined;
  readonly sockets = new SocketTable();
  readonly serial: SerialLine | undefined;
  rtcOrigin: UnixSeconds;
  private readonly options: DeviceOptions;
  private worker: DeviceWorker | undefined;
  /** The worker waits for the answer to a call; else it has said `idle` or `exit` and waits for a boot. */
  private inCall = false;
  /** Virtual time at which the worker was last resumed: its request counts from there. */
  private resumedAt: Nanoseconds = 0;
  private currentState: DeviceState = 'booting';
  private resetCause = PWRON_RESET;
  private reply: WorldMessage | undefined;
  private waiting: { call: CallMessage; since: Nanoseconds; attempt: Waiting['attempt'] } | undefined;
  private timeout: Timer | undefined;
  private exited: DeviceExit | undefined;

  constructor(options: DeviceOptions) {
    this.options = options;
    this.name = options.name;
    this.world = options.world;
    this.stack = options.stack;
    this.wifi = options.wifi;
    this.serial = options.serial;
    if (this.serial !== undefined) this.serial.onInput = () => this.wake();
    this.rtcOrigin = (options.rtc ?? EPOCH_2000) - Math.floor(options.world.now / SECOND);
  }

  get state(): DeviceState {
    return this.currentState;
  }

  /** Set once the state is `exited`. */
  get exit(): DeviceExit | undefined {
    return this.exited;
  }

  /** True when `resume()` would do something. */
  get canRun(): boolean {
    return this.currentState === 'booting' || this.currentState === 'ready';
  }

  /**
   * Lets the worker run until its next request. False when it makes none within `watchdog` milliseconds of
   * wall time: the worker is then terminated and the device has exited.
   */
  resume(watchdog: number): boolean {
    const request = this.start().channel.receive(watchdog);
    if (request === undefined) {
      this.stoppedByWatchdog();
      return false;
    }
    this.accept(request);
    return true;
  }

  /**
   * The same for a world that goes on meanwhile: a request made within `patience` milliseconds is taken at
   * once; else the promise tells that `collect()` will find one.
   */
  resumeOpen(patience: number): Promise<void> | undefined {
    const { channel } = this.start();
    const request = channel.receive(patience);
    if (request === undefined) return channel.arrival();
    this.accept(request);
    return undefined;
  }

  /** Takes the request that `resumeOpen` was told to wait for. */
  collect(): void {
    const request = this.worker?.channel.receive(0);
    if (request !== undefined) this.accept(request);
  }

  /** Looks again whether the call that waits can return. */
  wake(): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    const result = waiting.attempt();
    if (result !== undefined) this.finish(waiting.call, waiting.since, result);
  }

  /** Ends the run and gives the worker back. The device cannot be resumed after that. */
  close(): void {
    this.timeout?.cancel();
    this.waiting = undefined;
    const { worker } = this;
    this.worker = undefined;
    if (worker === undefined) return;
    this.currentState = 'exited';
    if (this.inCall) {
      worker.channel.send({ kind: 'abort' });
      const last = worker.channel.receive(ABORT_TIMEOUT);
      if (last?.kind !== 'exit') {
        worker.terminate();
        return;
      }
    }
    this.options.workers.giveBack(worker);
  }

  private start(): DeviceWorker {
    const worker = this.worker ?? this.startWorker();
    const message = this.currentState === 'booting' ? this.bootMessage() : this.reply!;
    this.reply = undefined;
    this.currentState = 'running';
    this.resumedAt = this.world.now;
    worker.channel.send(message);
    return worker;
  }

  private startWorker(): DeviceWorker {
    this.worker = this.options.workers.take();
    return this.worker;
  }

  private bootMessage(): WorldMessage {
    const { name, world, options } = this;
    world.trace.append(name, {
      type: 'device.boot',
      board: options.board.name,
      rtc: new Date((this.rtcOrigin + world.now / SECOND) * 1000).toISOString(),
      reason: this.resetCause === PWRON_RESET ? 'power-on' : 'reset',
    });
    return {
      kind: 'boot',
      device: name,
      board: options.board.name,
      crypto: options.crypto,
      seed: options.seed,
      now: world.now,
      rtcOrigin: this.rtcOrigin,
      resetCause: this.resetCause,
      mac: options.mac,
      files: options.files,
      serial: options.serial !== undefined,
      ...(options.command && { command: options.command }),
    };
  }

  private accept(request: WorkerMessage): void {
    if (request.kind === 'idle') return;
    if (request.kind === 'fault') {
      this.inCall = false;
      this.currentState = 'exited';
      throw new Error(`the worker of ${this.name} failed: ${request.message}`);
    }
    this.inCall = request.kind === 'call';
    this.currentState = 'computing';
    // In an open world time has gone on since the worker was resumed; what lies in the past happens now.
    const gone = this.world.now - this.resumedAt;
    for (const { offset, body } of request.events) {
      this.world.after(offset - gone, () => this.world.trace.append(this.name, body));
    }
    this.world.after(request.elapsed - gone, () => {
      if (request.kind === 'call') this.begin(request);
      else this.programEnded(request);
    });
  }

  private begin(call: CallMessage): void {
    const since = this.world.now;
    const outcome = carryOut(this, call.call, call.args);
    if (!('attempt' in outcome)) {
      this.finish(call, since, outcome);
      return;
    }
    this.currentState = 'blocked';
    this.waiting = { call, since, attempt: outcome.attempt };
    if (outcome.timeout < 0) return;
    this.timeout = this.world.after(outcome.timeout, () => this.finish(call, since, outcome.onTimeout()));
  }

  private finish(call: CallMessage, since: Nanoseconds, result: CallResult): void {
    this.timeout?.cancel();
    this.timeout = undefined;
    this.waiting = undefined;
    this.reply = { kind: 'result', now: this.world.now, value: result.value, data: result.data };
    this.currentState = 'ready';
    if (call.call === 'time.yield') return;
    this.world.trace.append(this.name, {
      type: 'device.syscall',
      name: call.call,
      args: call.args.map(shown),
      result: result.value,
      duration: this.world.now - since,
    });
  }

  private programEnded({ status, reason }: ExitMessage): void {
    if (reason === 'reset') {
      // The radio goes first: a board that resets says nothing to its peers.
      this.wifi?.setActive(false);
      this.sockets.abortAll();
      this.resetCause = HARD_RESET;
      this.world.after(this.options.board.bootTime, () => {
        this.currentState = 'booting';
      });
      return;
    }
    this.ended({ status, reason });
  }

  private stoppedByWatchdog(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.ended({ status: 1, reason: 'watchdog' });
  }

  private ended(exit: DeviceExit): void {
    this.currentState = 'exited';
    this.exited = exit;
    this.world.trace.append(this.name, { type: 'device.exit', ...exit });
  }
}

/** Milliseconds of wall time; unwinding takes far less. */
const ABORT_TIMEOUT = 1_000;

/** An argument as the trace shows it: payloads are in the frames already. */
function shown(argument: unknown): unknown {
  return argument instanceof Uint8Array ? `${argument.length} bytes` : argument;
}
