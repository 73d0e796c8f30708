/**
 * One simulated board, as the world sees it: a worker that runs MicroPython, and a kernel that carries out
 * its system calls. Nothing here waits for virtual time; the scheduler resumes the device, the world's events
 * move it on:
 *
 *     booting ──resume──▶ running ──call──▶ computing ──CPU time passed──▶ blocked ──result──▶ ready
 *     ready   ──resume──▶ running ──exit──▶ computing ──CPU time passed──▶ exited
 *                                                       └─reset─▶ restarting ──boot time─▶ booting
 *
 * "running" is the only state in which the worker works; the world stands still then. A request arrives
 * with the CPU time that the device spent before making it, and with what it saw meanwhile: the world lets
 * those events happen at their times and carries the request out when its time has come.
 */
import type { NetStack } from '../net/api.ts';
import type { Timer } from '../world/event-queue.ts';
import { MILLISECOND, type Nanoseconds, SECOND, type UnixSeconds } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { type RomStart, romText } from './boards/rom.ts';
import { CallInHand } from './call-in-hand.ts';
import { type ConsoleHost, DeviceConsole } from './console.ts';
import type { DeviceExit, DeviceOptions, DeviceState } from './device-options.ts';
import type { FlashImage } from './flash.ts';
import { DeviceLife, rtcAtPowerOn } from './life.ts';
import { lossText } from './loss-text.ts';
import type { AbortMessage, CallMessage, ExitMessage, WorkerMessage, WorldMessage } from './protocol.ts';
import { replay } from './replay.ts';
import type { Kernel } from './syscalls/call.ts';
import { MAX_SOCKETS, SocketTable } from './syscalls/socket-table.ts';
import { activeInterfaces, type WifiPort } from './syscalls/wifi-port.ts';
import type { DeviceWorker } from './worker-handle.ts';
import { bootMessage, resultMessage } from './world-messages.ts';

export type { DeviceExit, DeviceOptions, DeviceState } from './device-options.ts';

export class Device implements Kernel, ConsoleHost {
  readonly name: string;
  readonly world: World;
  readonly stack: NetStack;
  readonly wifi: WifiPort | undefined;
  readonly sockets: SocketTable;
  /** Its serial line. */
  readonly console: DeviceConsole = new DeviceConsole(this);
  rtcOrigin: UnixSeconds;
  /** The program waits, looks at what has come, or has ended: what it has done so far stands for itself. */
  onPause: (() => void) | undefined;
  private readonly options: DeviceOptions;
  private worker: DeviceWorker | undefined;
  /** The worker waits for the answer to a call; else it has said `idle` or `exit` and waits for a boot. */
  private inCall = false;
  /** Virtual time at which the worker was last resumed: its request counts from there. */
  private resumedAt: Nanoseconds = 0;
  private currentState: DeviceState = 'booting';
  private readonly life: DeviceLife;
  /** The board's own watchdog (`machine.WDT`). */
  private watchdogTimer: Timer | undefined;
  /** Why the worker gets no result any more. */
  private abort: AbortMessage['reason'] | undefined;
  /** EN is low, or the ROM waits for a download: the board does not start by itself. */
  private held = false;
  private restartTimer: Timer | undefined;
  private readonly call = new CallInHand(this, {
    onPause: () => this.onPause?.(),
    onReply: () => {
      this.currentState = 'ready';
    },
  });
  /** Asked for while no call waited; the next one takes it along. */
  private interruptPending = false;
  private promptMode: 'friendly' | 'raw' = 'friendly';
  /** Whether Ctrl-C interrupts the program, as of its last request. */
  private interruptible = false;
  private exited: DeviceExit | undefined;

  constructor(options: DeviceOptions) {
    this.options = options;
    this.name = options.name;
    this.world = options.world;
    this.stack = options.stack;
    this.wifi = options.wifi;
    this.sockets = new SocketTable(options.command?.memory === 'host' ? Infinity : MAX_SOCKETS);
    this.life = new DeviceLife(options.files, options.board.bootTime, options.boots);
    this.life.onKept = options.onKept;
    this.rtcOrigin = rtcAtPowerOn(this.options);
  }

  get state(): DeviceState {
    return this.currentState;
  }

  get boardName(): string {
    return this.options.board.name;
  }

  /** Set once the state is `exited`. */
  get exit(): DeviceExit | undefined {
    return this.exited;
  }

  /** What lies in the flash, as of the boot or, later, of the last prompt or restart. */
  get flash(): FlashImage {
    return this.life.flash;
  }

  /** For how long the program has made no call, in a world that goes on meanwhile. */
  get silence(): Nanoseconds {
    return this.currentState === 'running' ? this.world.now - this.resumedAt : 0;
  }

  /** True when `resume()` would do something. */
  get canRun(): boolean {
    return (this.currentState === 'booting' && !this.held) || this.currentState === 'ready';
  }

  /**
   * Lets the worker run until its next request. False when it makes none within `watchdog` milliseconds of
   * wall time: the worker is then terminated and the device has exited. `quietUntil`: see `ResultMessage`.
   */
  resume(watchdog: number, quietUntil?: Nanoseconds): boolean {
    const request = this.start(quietUntil).channel.receive(watchdog);
    if (request === undefined) return this.giveUp();
    this.accept(request);
    return true;
  }

  /** Its program has computed for too long: the worker is terminated and the device has exited. */
  giveUp(): false {
    this.discardWorker();
    this.ended({ status: 1, reason: 'watchdog' });
    return false;
  }

  /**
   * The same for a world that goes on meanwhile: a request made within `patience` milliseconds is taken at
   * once; else the promise tells that `collect()` will find one.
   */
  resumeOpen(patience: number, quietUntil?: Nanoseconds): Promise<void> | undefined {
    const { channel } = this.start(quietUntil);
    const request = channel.receive(patience);
    if (request === undefined) return channel.arrival();
    this.accept(request);
    return undefined;
  }

  /** Takes the request that `resumeOpen` was told to wait for. False when it is not there. */
  collect(): boolean {
    const request = this.worker?.channel.receive(0);
    if (request !== undefined) this.accept(request);
    return request !== undefined;
  }

  /** The program is at work, or about to go on: more may follow at once on what it has done last. */
  get computes(): boolean {
    const { currentState: state } = this;
    return state === 'running' || state === 'computing' || state === 'ready';
  }

  /** Looks again whether the call that waits can return. */
  wake(): void {
    this.call.wake();
  }

  /**
   * Ctrl-C: a call that waits returns EINTR now, and the program gets a KeyboardInterrupt as it returns. A program
   * that computes gets it with its next call; one that makes no more calls cannot be reached. A program sees several
   * of them at once as one.
   */
  interrupt(): void {
    if (this.currentState === 'exited') return;
    this.interruptPending = true;
    this.call.interrupt();
  }

  /** True until the program has been told of an `interrupt()`. */
  get hasPendingInterrupt(): boolean {
    return this.interruptPending || this.worker?.channel.interruptRequested === true;
  }

  /** The key Ctrl-C, as the UART's interrupt handler sees it; see `ConsoleHost`. */
  keyInterrupt(): boolean {
    if (this.currentState === 'running') {
      this.worker!.channel.requestInterrupt();
      return true;
    }
    if (!this.interruptible) return false;
    this.interrupt();
    return true;
  }

  /**
   * Ends a program that computes without a call in which Ctrl-C could reach it, as a watchdog does a board that
   * hangs: nothing but the files and the RTC outlasts it.
   */
  resetByWatchdog(): void {
    if (this.currentState !== 'running') return;
    this.discardWorker();
    this.console.send(lossText(this.sockets.size));
    this.programEnded({ kind: 'exit', status: 0, reason: 'wdt', elapsed: 0, events: [], printed: [] });
  }

  /** EN goes low: the program ends where it is, and nothing but the flash outlasts it. */
  holdInReset(): void {
    if (this.currentState === 'exited') return;
    this.held = true;
    this.restartTimer?.cancel();
    this.cutShort('power-on');
    this.powerDown();
    if (this.currentState === 'running') this.world.after(HOLD_PATIENCE, () => this.endHeldProgram());
  }

  /** EN goes high: the board starts as after power-on, or its ROM waits for a program by the serial line. */
  releaseReset(boot: 'flash' | 'download'): void {
    if (!this.held) return;
    this.life.powerCycle();
    this.rtcOrigin = rtcAtPowerOn(this.options);
    this.console.forget();
    this.held = false;
    if (boot === 'download') this.waitForDownload('power-on');
    else if (this.currentState === 'restarting') this.restartAfter(this.options.board.bootTime);
  }

  get reads(): boolean {
    return this.call.reads;
  }

  /** From now on the program has `timeout` to say again that it is alive; else the board is reset. */
  armWatchdog(timeout: Nanoseconds): void {
    this.watchdogTimer?.cancel();
    this.watchdogTimer = this.world.after(timeout, () => this.cutShort('wdt'));
  }

  /** Ends the run and gives the worker back. The device cannot be resumed after that. */
  close(): void {
    this.call.drop();
    this.watchdogTimer?.cancel();
    this.restartTimer?.cancel();
    const { worker } = this;
    this.worker = undefined;
    if (worker === undefined) return;
    const computes = this.currentState === 'running';
    this.currentState = 'exited';
    if (computes) {
      worker.terminate();
      return;
    }
    if (this.inCall) {
      worker.channel.send({ kind: 'abort', now: this.world.now, reason: 'aborted' });
      const last = worker.channel.receive(ABORT_TIMEOUT);
      if (last?.kind !== 'exit') {
        worker.terminate();
        return;
      }
      if (last.kept !== undefined) this.life.keep(last.kept);
    }
    this.options.workers.giveBack(worker);
  }

  private start(quietUntil?: Nanoseconds): DeviceWorker {
    const worker = this.worker ?? this.startWorker();
    const message = this.currentState === 'booting' ? this.bootMessage() : this.answer(quietUntil);
    this.currentState = 'running';
    this.resumedAt = this.world.now;
    worker.channel.send(message);
    return worker;
  }

  private answer(quietUntil?: Nanoseconds): WorldMessage {
    const { abort, rtcOrigin, interruptPending: interrupted } = this;
    const { now } = this.world;
    const reply = this.call.takeReply(quietUntil !== undefined && this.onPause === undefined);
    this.abort = undefined;
    if (abort !== undefined) return { kind: 'abort', now, reason: abort };
    this.interruptPending = false;
    const { result, outlook } = reply!;
    return resultMessage(result, { now, rtcOrigin, interrupted, quietUntil, ...outlook });
  }

  private startWorker(): DeviceWorker {
    this.worker = this.options.workers.take();
    return this.worker;
  }

  private bootMessage(): WorldMessage {
    const { name, world, options, life, rtcOrigin, wifi } = this;
    const { romStart } = life;
    world.trace.append(name, {
      type: 'device.boot',
      board: options.board.name,
      rtc: new Date((rtcOrigin + world.now / SECOND) * 1000).toISOString(),
      reason: life.bootReason,
    });
    if (options.romMessages && romStart !== undefined) this.console.send(romText(options.board, romStart));
    return bootMessage(options, {
      ...life.boot(world.now),
      now: world.now,
      rtcOrigin,
      wifiActive: activeInterfaces(wifi),
      ...(options.prompt && { prompt: this.promptMode }),
    });
  }

  private accept(request: WorkerMessage): void {
    if (request.kind === 'idle') return;
    if (request.kind === 'fault') {
      this.broken(request.message);
      return;
    }
    this.inCall = request.kind === 'call';
    this.currentState = 'computing';
    // In an open world time has gone on since the worker was resumed; what lies in the past happens now.
    const gone = this.world.now - this.resumedAt;
    replay(request, gone, this);
    if (request.kind === 'call' && request.kept !== undefined) this.life.keep(request.kept);
    this.interruptible = request.kind === 'call' && request.interruptible;
    if (this.worker!.channel.takeInterrupt()) {
      if (this.interruptible) this.interruptPending = true;
      else this.console.receiveCtrlC();
    }
    this.world.after(request.elapsed - gone, () => {
      if (request.kind === 'call') this.begin(request);
      else this.programEnded(request);
    });
  }

  private begin(call: CallMessage): void {
    if (this.abort !== undefined) {
      this.currentState = 'ready';
      return;
    }
    this.call.begin(call, this.interruptPending);
    if (this.call.waits) this.currentState = 'blocked';
  }

  /** A program that computes is told when its next call begins; one that waits, at once. */
  private cutShort(reason: AbortMessage['reason']): void {
    if (!this.inCall) return;
    this.abort = reason;
    if (!this.call.waits) return;
    this.call.drop();
    this.currentState = 'ready';
  }

  private programEnded(exit: ExitMessage): void {
    this.abort = undefined;
    this.interruptPending = false;
    this.promptMode = exit.prompt ?? this.promptMode;
    if (exit.unread !== undefined) this.console.giveBack(exit.unread);
    const restart = this.life.restart(exit);
    if (restart === undefined) {
      this.ended({ status: exit.status, reason: exit.reason });
      return;
    }
    this.currentState = 'restarting';
    if (restart.hard) this.powerDown();
    else this.sockets.closeAll();
    if (restart.over) this.ended({ status: exit.status, reason: exit.reason });
    else if (exit.reason === 'bootloader') this.waitForDownload('reset');
    else this.restartAfter(restart.delay);
  }

  /** Until EN falls the next time. */
  private waitForDownload(start: RomStart): void {
    this.held = true;
    if (this.options.romMessages) this.console.send(romText(this.options.board, start, 'download'));
  }

  private powerDown(): void {
    this.promptMode = 'friendly';
    // The radio goes first: a board that resets says nothing to its peers.
    this.wifi?.powerOff();
    this.sockets.abortAll();
    this.watchdogTimer?.cancel();
  }

  private restartAfter(delay: Nanoseconds | undefined): void {
    if (this.held || delay === undefined) return;
    this.restartTimer = this.world.after(delay, () => {
      this.currentState = 'booting';
    });
  }

  /** A program that makes no call cannot be told that its board is held in reset. */
  private endHeldProgram(): void {
    if (this.currentState !== 'running') return;
    this.discardWorker();
    this.programEnded({ kind: 'exit', status: 0, reason: 'power-on', elapsed: 0, events: [], printed: [] });
  }

  private broken(detail: string): void {
    this.discardWorker();
    this.ended({ status: 1, reason: 'fault', detail });
  }

  /** What it left behind is of no use to the next run. */
  private discardWorker(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.inCall = false;
  }

  private ended(exit: DeviceExit): void {
    this.watchdogTimer?.cancel();
    this.currentState = 'exited';
    this.exited = exit;
    this.onPause?.();
    this.world.trace.append(this.name, { type: 'device.exit', ...exit });
  }
}

/** How long a program that computes may go on while its board is held in reset, to find out that it is. */
const HOLD_PATIENCE: Nanoseconds = 200 * MILLISECOND;

/** Milliseconds of wall time; unwinding takes far less. */
const ABORT_TIMEOUT = 1_000;
