/**
 * One run of a program, worker side: how its time passes, how it calls the world, what it leaves in the trace.
 *
 * The device's clock is the virtual time at which the world last resumed it, plus the CPU time charged since.
 * Events are kept with their offset and travel with the next call; the world puts them in their place.
 */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { Random } from '../../world/random.ts';
import { MILLISECOND, type Nanoseconds, SECOND, type UnixSeconds } from '../../world/time.ts';
import type { TraceEventBody } from '../../world/trace-events.ts';
import type { Board } from '../boards/board.ts';
import { boardByName } from '../boards/index.ts';
import type { ChannelEnd } from '../channel.ts';
import { IdfHeap } from '../heap.ts';
import type {
  BootMessage,
  ExitMessage,
  ExitReason,
  PrintedBytes,
  Progress,
  WorkerEvent,
  WorkerMessage,
  WorldMessage,
} from '../protocol.ts';
import type { CallResult } from '../syscalls/call.ts';
import type { SystemCallArgs, SystemCallData, SystemCallName } from '../syscalls/table.ts';
import { Console } from './console.ts';
import { DeviceHeap } from './device-heap.ts';
import type { HostComputer } from './host-computer.ts';
import type { Prompt } from './prompt.ts';

/** A program that only looks at the clock still lets the world go on this often. */
const LONGEST_UNSEEN: Nanoseconds = 10 * MILLISECOND;

/** Bytes of input that travel with one call. */
const INPUT_CHUNK = 4096;

/** Bytes of an IDF heap that does not run out. */
const PLENTY = 2 ** 31 - 1;

/**
 * Thrown through the interpreter to end the run: Python cannot catch it, and the interpreter is of no use
 * after it.
 */
export class Unwind extends Error {
  override readonly name = 'Unwind';
  readonly reason: ExitReason;
  readonly status: number;

  constructor(reason: ExitReason, status: number) {
    super(`the program ended: ${reason}`);
    this.reason = reason;
    this.status = status;
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
  private readonly channel: Channel;
  /** The wall clock as virtual time, where computing takes what it takes on this computer. */
  private readonly wallClock: (() => Nanoseconds) | undefined;
  private resumedAt: Nanoseconds;
  private charged: Nanoseconds = 0;
  private events: WorkerEvent[] = [];
  private printed: PrintedBytes[] = [];
  private rtcOrigin: UnixSeconds;
  /** Bytes of the console that nobody has read yet, last first. */
  private input: number[] = [];

  constructor({ channel, boot, crypto, host }: SessionOptions) {
    this.channel = channel;
    this.boot = boot;
    this.host = host;
    this.wallClock = wallClock(boot, host);
    this.board = boardByName(boot.board);
    this.crypto = crypto;
    const regions = boot.command?.memory === 'host' ? [PLENTY] : this.board.memory.idfRegions;
    this.heap = new DeviceHeap(new IdfHeap(regions), (body) => this.emit(body));
    this.console = new Console(
      (text) => this.emit({ type: 'device.output', text }),
      (bytes) => this.printed.push({ offset: this.elapsed, bytes }),
    );
    // A board that boots again does not repeat its random numbers.
    this.random = new Random(boot.seed).fork(`device/${boot.device}/${boot.now}`);
    this.resumedAt = boot.now;
    this.rtcOrigin = boot.rtcOrigin;
  }

  /** Virtual time, as far as this device has got. */
  get now(): Nanoseconds {
    return this.resumedAt + this.elapsed;
  }

  /** Time since the world last resumed this device. The world may be a moment ahead of the wall clock. */
  private get elapsed(): Nanoseconds {
    if (this.wallClock === undefined) return this.charged;
    return Math.max(0, this.wallClock() - this.resumedAt);
  }

  /** What the device's RTC shows, in seconds since 1970, with a fraction. */
  get rtc(): UnixSeconds {
    return this.rtcOrigin + this.now / SECOND;
  }

  setRtc(time: UnixSeconds): void {
    this.rtcOrigin = this.call('rtc.set', time).data!;
  }

  /** CPU time passes. */
  charge(duration: Nanoseconds): void {
    this.charged += duration;
  }

  /** CPU time passes in the interpreter; now and then the world gets a chance to catch up. */
  chargeLocal(duration: Nanoseconds): void {
    this.charge(duration);
    if (this.elapsed >= LONGEST_UNSEEN) this.call('time.yield');
  }

  /** Bytes leave by the console. */
  print(bytes: Uint8Array): void {
    this.host?.write('stdout', bytes);
    this.console.write(bytes);
    this.chargeLocal(bytes.length * this.board.consoleByte);
  }

  /** Something happened on this device, now. */
  emit(body: TraceEventBody): void {
    this.events.push({ offset: this.elapsed, body });
  }

  /** Sleeps until the world has carried the call out. Throws only `Unwind`. */
  call<N extends SystemCallName>(name: N, ...args: SystemCallArgs<N>): CallResult<SystemCallData<N>> {
    if (name !== 'time.yield') {
      this.console.flush();
      this.charge(this.board.systemCall);
    }
    this.channel.send({
      kind: 'call',
      call: name,
      args,
      interruptible: this.isInterruptible(),
      ...this.progress(),
    });
    const answer = this.channel.receive()!;
    if (answer.kind !== 'result') throw new Unwind('aborted', 0);
    this.resumedAt = answer.now;
    this.rtcOrigin = answer.rtcOrigin;
    this.charged = 0;
    this.events = [];
    this.printed = [];
    if (answer.interrupted) this.onInterrupt();
    return answer as CallResult<SystemCallData<N>>;
  }

  /** The next byte from the console; null at its end, and when Ctrl-C interrupts the wait. */
  readInput(): number | null {
    if (this.input.length === 0) {
      const { data } = this.call('console.read', INPUT_CHUNK, -1);
      this.input = [...(data ?? [])].reverse();
    }
    return this.input.pop() ?? null;
  }

  exitMessage(reason: ExitReason, status: number): ExitMessage {
    this.console.flush();
    return {
      kind: 'exit',
      status,
      reason,
      ...this.progress(),
      ...(this.prompt && { prompt: this.prompt.mode }),
    };
  }

  private progress(): Progress {
    return { elapsed: this.elapsed, events: this.events, printed: this.printed };
  }
}

function wallClock(
  { command }: BootMessage,
  host: HostComputer | undefined,
): (() => Nanoseconds) | undefined {
  if (command?.cpu !== 'host' || host === undefined) return undefined;
  return () => host.clock() - command.clockOrigin;
}
