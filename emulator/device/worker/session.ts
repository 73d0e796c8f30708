/**
 * One run of a program, worker side: how its time passes, how it calls the world, what it leaves in the trace.
 *
 * The device's clock is the virtual time at which the world last resumed it, plus the CPU time charged since.
 * Events are kept with their offset and travel with the next call; the world puts them in their place.
 */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { Errno } from '../../net/api.ts';
import { concat } from '../../world/bytes.ts';
import { Random } from '../../world/random.ts';
import { MILLISECOND, type Nanoseconds, SECOND, type UnixSeconds } from '../../world/time.ts';
import type { TraceEventBody } from '../../world/trace-events.ts';
import { type Board, boardOf } from '../boards/board.ts';
import type { ChannelEnd } from '../channel.ts';
import { CTRL_C } from '../console.ts';
import type { KeptState } from '../flash.ts';
import type { Block } from '../heap.ts';
import type {
  AbortMessage,
  BootMessage,
  ExitMessage,
  ExitReason,
  PrintedBytes,
  Progress,
  ResultMessage,
  WorkerEvent,
  WorkerMessage,
  WorldMessage,
} from '../protocol.ts';
import { type CallResult, failure } from '../syscalls/call.ts';
import { UNTOLD } from '../syscalls/kinds.ts';
import type { SystemCallArgs, SystemCallData, SystemCallName } from '../syscalls/table.ts';
import { Console } from './console.ts';
import { DeviceHeap } from './device-heap.ts';
import { DuplicateTerminal } from './duplicate-terminal.ts';
import type { FlashFiles } from './flash-files.ts';
import { type Foreseen, Foresight } from './foresight.ts';
import type { HostComputer } from './host-computer.ts';
import { KeptStore } from './kept.ts';
import type { Prompt } from './prompt.ts';
import { Timers, WAITS } from './timers.ts';
import { watchdogText } from './watchdog-text.ts';

/** After these another program begins, with what this one leaves behind. */
const RESTARTS: ReadonlySet<ExitReason> = new Set([
  'reset',
  'wdt',
  'power-on',
  'deepsleep',
  'bootloader',
  'soft-reset',
]);

/** A program that only looks at the clock still lets the world go on this often. */
const LONGEST_UNSEEN: Nanoseconds = 10 * MILLISECOND;

/** Bytes of input that travel with one call. */
const INPUT_CHUNK = 4096;

/** Bytes of the region that an IDF heap has besides the board's so that it does not run out. */
const PLENTY = 2 ** 31 - 1;

/**
 * Thrown through the interpreter to end the run: Python cannot catch it, and the interpreter is of no use
 * after it.
 */
export class Unwind extends Error {
  override readonly name = 'Unwind';
  readonly reason: ExitReason;
  readonly status: number;
  /** For `deepsleep`: how long, negative when no timer ends it. */
  readonly sleep: Nanoseconds | undefined;

  constructor(reason: ExitReason, status: number, sleep?: Nanoseconds) {
    super(`the program ended: ${reason}`);
    this.reason = reason;
    this.status = status;
    this.sleep = sleep;
  }
}

export type Channel = ChannelEnd<WorkerMessage, WorldMessage>;

export interface SessionOptions {
  readonly channel: Channel;
  readonly boot: BootMessage;
  readonly crypto: CryptoProvider;
  /** Only for a device that runs a command of the computer's. */
  readonly host?: HostComputer | undefined;
}

export class Session {
  readonly boot: BootMessage;
  readonly board: Board;
  readonly crypto: CryptoProvider;
  readonly heap: DeviceHeap;
  readonly console: Console;
  /** Hardware random numbers: `os.urandom`, and what mbedTLS draws. */
  readonly random: Random;
  readonly host: HostComputer | undefined;
  /** Set while the prompt runs: it sees first what is printed. */
  prompt: Prompt | undefined;
  /** Makes the interpreter raise KeyboardInterrupt as soon as it goes on. */
  onInterrupt: () => void = () => {};
  /** Whether Ctrl-C interrupts the interpreter now: `micropython.kbd_intr`. */
  isInterruptible: () => boolean = () => false;
  readonly kept: KeptStore;
  readonly timers = new Timers();
  readonly duplicate = new DuplicateTerminal();
  /** `machine.freq()`, in hertz; a soft reset sets it back. */
  frequency: number;
  /** `machine.disable_irq()`: what becomes due waits. */
  timersHeld = false;
  /** Runs a timer's callback. */
  onTimer: (id: number) => void = () => {};
  /** The files, from when the interpreter has them. */
  flash: FlashFiles | undefined;
  /** What the Wi-Fi driver holds of the heap. */
  wifiDriver: Block[] | undefined;
  /** Interfaces of the radio that are on, by MicroPython's numbers. */
  readonly wifiActive: Set<number>;
  private readonly channel: Channel;
  /** The wall clock as virtual time, where computing takes what it takes on this computer. */
  private readonly wallClock: (() => Nanoseconds) | undefined;
  private resumedAt: Nanoseconds;
  private charged: Nanoseconds = 0;
  private events: WorkerEvent[] = [];
  private printed: PrintedBytes[] = [];
  private inTimer = false;
  /** By a key that did not come by the serial line; the program is told once the callback that took it is over. */
  private interrupted = false;
  private readonly foresight = new Foresight();
  private rtcOrigin: UnixSeconds;
  /** Bytes of the console that have come over and nobody has read yet. */
  private input: Uint8Array = new Uint8Array(0);

  constructor({ channel, boot, crypto, host }: SessionOptions) {
    this.channel = channel;
    this.boot = boot;
    this.resumedAt = boot.now;
    this.host = host;
    this.wallClock = wallClock(boot, host);
    this.board = boardOf(boot.board);
    this.frequency = this.board.cpuFrequency;
    this.crypto = crypto;
    const { memory } = this.board;
    const plenty = { ...memory, idfRegions: [...memory.idfRegions, PLENTY] };
    this.heap = new DeviceHeap(boot.command?.memory === 'host' ? plenty : memory, (body) => this.emit(body));
    this.kept = new KeptStore(boot);
    this.wifiActive = new Set(boot.wifiActive);
    if (this.wifiActive.size > 0) this.wifiDriver = this.heap.take(this.board.memory.wifi, 'Wi-Fi driver');
    this.console = new Console(
      (text) => {
        this.foresight.forget();
        this.emit({ type: 'device.output', text });
      },
      (bytes, raw) => {
        this.foresight.forget();
        this.printed.push({ offset: this.elapsed, bytes, ...(raw && { raw }) });
      },
    );
    // A board that boots again does not repeat its random numbers.
    this.random = new Random(boot.seed).fork(`device/${boot.device}/${boot.now}`);
    this.rtcOrigin = boot.rtcOrigin;
    if (boot.heapPressure) this.heap.press(boot.heapPressure);
  }

  /** Virtual time, as far as this device has got. */
  get now(): Nanoseconds {
    return this.resumedAt + this.elapsed;
  }

  /** Time since boot, as the chip's counters have it. */
  get uptime(): Nanoseconds {
    return this.now - this.boot.countersFrom;
  }

  /** Time since the world last resumed this device. The world may be a moment ahead of the wall clock. */
  private get elapsed(): Nanoseconds {
    if (this.wallClock === undefined) return this.charged;
    return Math.max(0, this.wallClock() - this.resumedAt);
  }

  get isPacedByWallClock(): boolean {
    return this.wallClock !== undefined;
  }

  /** What the device's RTC shows, in seconds since 1970, with a fraction. */
  get rtc(): UnixSeconds {
    return this.rtcOrigin + this.now / SECOND;
  }

  setRtc(time: UnixSeconds): void {
    this.rtcOrigin = this.call('rtc.set', time).data!;
  }

  /** How long the CPU takes, at the frequency it has, for what takes `duration` at the board's own. */
  cpuTime(duration: Nanoseconds): Nanoseconds {
    return Math.round((duration * this.board.cpuFrequency) / this.frequency);
  }

  /** CPU time passes, stated for the board's own frequency. */
  charge(duration: Nanoseconds): void {
    this.charged += this.cpuTime(duration);
  }

  /** CPU time passes in the interpreter. */
  chargeLocal(duration: Nanoseconds): void {
    this.pass(this.cpuTime(duration));
  }

  /** Time passes, whatever the CPU's frequency; now and then the world gets a chance to catch up. */
  pass(duration: Nanoseconds): void {
    this.charged += duration;
    if (this.elapsed >= LONGEST_UNSEEN) this.call('time.yield');
  }

  /** Bytes leave by the console; `raw` ones with no \r put before \n. */
  print(bytes: Uint8Array, raw = false): void {
    this.host?.write('stdout', bytes);
    this.duplicate.print(bytes, raw);
    if (this.isPacedByWallClock) {
      this.console.write(bytes, raw);
      this.pass(0);
      return;
    }
    for (const byte of bytes) {
      this.console.write(Uint8Array.of(byte), raw);
      this.pass(this.board.consoleByte);
    }
  }

  /** Something happened on this device, now. */
  emit(body: TraceEventBody): void {
    this.events.push({ offset: this.elapsed, body });
  }

  /** Sleeps until the world has carried the call out; timers that become due run meanwhile. Throws only `Unwind`. */
  call<N extends SystemCallName>(name: N, ...args: SystemCallArgs<N>): CallResult<SystemCallData<N>> {
    this.runTimers();
    const wait = WAITS[name];
    const result =
      wait === undefined ? this.exchange(name, args) : this.waitInPieces(name, args, wait.argument);
    this.runTimers();
    this.takeInterrupt();
    return result;
  }

  private waitInPieces<N extends SystemCallName>(
    name: N,
    args: SystemCallArgs<N>,
    argument: number,
  ): CallResult<SystemCallData<N>> {
    if (this.takeInterrupt()) return failure(Errno.EINTR);
    const limit = args[argument] as Nanoseconds;
    const deadline = limit < 0 ? Infinity : this.now + limit;
    for (;;) {
      const next = this.inTimer || this.timersHeld ? undefined : this.timers.next;
      const left = deadline - this.now;
      if (next === undefined || next >= this.now + left)
        return this.exchange(name, withRest(args, argument, left));
      const piece = withRest(args, argument, Math.max(1, next - this.now));
      const result = this.exchange(name, piece);
      this.runTimers();
      if (this.takeInterrupt()) return failure(Errno.EINTR);
      if (name === 'console.read' && this.hasInput) return result;
      if (!WAITS[name]!.isOver(result) || this.now >= deadline) return result;
    }
  }

  /** True: the program gets its KeyboardInterrupt as the call returns. */
  private takeInterrupt(): boolean {
    if (!this.interrupted || this.inTimer) return false;
    this.interrupted = false;
    this.onInterrupt();
    return true;
  }

  /** Calls what is due; while one runs, others wait. */
  private runTimers(): void {
    if (this.inTimer || this.timersHeld) return;
    this.inTimer = true;
    for (let id = this.timers.take(this.now); id !== undefined; id = this.timers.take(this.now)) {
      this.onTimer(id);
    }
    this.inTimer = false;
  }

  private exchange<N extends SystemCallName>(
    name: N,
    args: SystemCallArgs<N>,
  ): CallResult<SystemCallData<N>> {
    if (name === 'time.yield') this.console.transmit();
    else {
      this.console.flush();
      this.charge(this.board.systemCall);
    }
    const foreseen = this.foresight.answer(name, args, this.now);
    if (foreseen !== undefined) return this.answerHere(name, args, foreseen);
    this.channel.send({
      kind: 'call',
      call: name,
      args,
      interruptible: this.isInterruptible(),
      // The computer keeps a command's files.
      ...(name === 'console.read' &&
        this.host === undefined &&
        this.prompt?.takeExecuted() &&
        this.keptState()),
      ...this.progress(),
    });
    const answer = this.channel.receive() as ResultMessage | AbortMessage;
    this.resumedAt = answer.now;
    this.charged = 0;
    this.events = [];
    this.printed = [];
    if (answer.kind === 'abort') {
      if (answer.reason === 'wdt') this.console.write(watchdogText(this.uptime));
      throw new Unwind(answer.reason, 0);
    }
    this.rtcOrigin = answer.rtcOrigin;
    this.foresight.learn(name, args, answer);
    if (answer.interrupted) this.onInterrupt();
    return answer as CallResult<SystemCallData<N>>;
  }

  private answerHere<N extends SystemCallName>(
    name: N,
    args: SystemCallArgs<N>,
    { result, duration, owed }: Foreseen,
  ): CallResult<SystemCallData<N>> {
    this.charged += duration;
    if (!UNTOLD.has(name)) {
      const body = { type: 'device.syscall', name, args, result: result.value, duration } as const;
      this.events.push({ offset: this.elapsed, body, ...(owed && { owed: { call: name, args } }) });
    }
    return result as CallResult<SystemCallData<N>>;
  }

  /** The next byte from the console; null at its end, and when Ctrl-C interrupts the wait. */
  readInput(): number | null {
    if (this.input.length === 0) this.fetchInput(-1);
    // What outlasts the board is told before anything else is executed.
    else if (this.prompt?.hasExecuted) this.fetchInput(0);
    const byte = this.input[0];
    this.input = this.input.subarray(1);
    return byte ?? null;
  }

  /** Up to `limit` bytes from the console, at least one; none at its end, and when Ctrl-C interrupts the wait. */
  readInputBytes(limit: number): Uint8Array {
    if (this.input.length === 0) this.fetchInput(-1);
    const bytes = this.input.slice(0, limit);
    this.input = this.input.subarray(limit);
    return bytes;
  }

  /** A byte for whoever reads the console, from elsewhere than the serial line. True: it interrupts. */
  receive(byte: number): boolean {
    this.interrupted = byte === CTRL_C && this.isInterruptible();
    if (!this.interrupted) this.input = concat(this.input, Uint8Array.of(byte));
    return this.interrupted;
  }

  /** A read would not wait, as far as is known on this side. */
  get hasInput(): boolean {
    return this.input.length > 0;
  }

  private fetchInput(timeout: Nanoseconds): void {
    const { data } = this.call('console.read', INPUT_CHUNK, timeout);
    if (data === undefined) return;
    this.input = this.input.length === 0 ? data : concat(this.input, data);
  }

  exitMessage({ reason, status, sleep }: Unwind): ExitMessage {
    this.console.flush();
    return {
      kind: 'exit',
      status,
      reason,
      ...this.progress(),
      ...(sleep !== undefined && { sleep }),
      // Whoever sits at a console may want what a program left that was cut short.
      ...((RESTARTS.has(reason) || this.boot.prompt !== undefined) && this.keptState()),
      ...(this.prompt && { prompt: this.prompt.mode }),
      ...(this.input.length > 0 && { unread: this.input }),
    };
  }

  private keptState(): { kept: KeptState } | undefined {
    return this.flash && { kept: this.kept.state(this.flash.contents()) };
  }

  private progress(): Progress {
    return { elapsed: this.elapsed, events: this.events, printed: this.printed };
  }
}

/** `left` is infinite for a call that waits for ever. */
function withRest<Args extends readonly unknown[]>(args: Args, argument: number, left: Nanoseconds): Args {
  return args.with(argument, left === Infinity ? -1 : Math.max(0, left)) as readonly unknown[] as Args;
}

function wallClock(
  { command }: BootMessage,
  host: HostComputer | undefined,
): (() => Nanoseconds) | undefined {
  if (command?.cpu !== 'host' || host === undefined) return undefined;
  return () => host.clock() - command.clockOrigin;
}
