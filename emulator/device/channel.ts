/**
 * How a device's worker and the world talk: one shared area, used by one side at a time. Both sides are
 * synchronous (each sleeps in `Atomics.wait` while the other works), and a browser has no way to receive a
 * posted message without returning to its event loop, so every byte goes through the shared memory.
 *
 * The area has an owner, and only the owner may touch it:
 *
 *     DEVICE ──send──▶ WORLD ──send──▶ DEVICE …
 *
 * A message longer than the area travels in parts: the sender hands over a part marked "more follows", the
 * receiver copies it out and hands the empty area back, until a part is the last. After a whole message the
 * receiver owns the area, so requests and replies alternate. The device owns it first: it speaks first.
 */
import { decodeMessage, encodeMessage } from './message.ts';

/** Who owns the area. */
const DEVICE = 0;
const WORLD = 1;

// Control words, then the data area.
const OWNER = 0;
const PART_LENGTH = 1;
const MORE_FOLLOWS = 2;
/** Set by the world, whoever owns the area: Ctrl-C was pressed while the device computes. */
const INTERRUPT = 3;
const CONTROL_BYTES = 16;

/** Holds every ordinary message in one part; a large one (a program's files) takes several. */
const DEFAULT_AREA = 65_536;

/** Younger than all else that is needed here: Firefox has it since version 145. */
const waitAsync = (Atomics as Partial<typeof Atomics>).waitAsync?.bind(Atomics);

/** As short as timers are. */
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

export function createChannelMemory(area: number = DEFAULT_AREA): SharedArrayBuffer {
  return new SharedArrayBuffer(CONTROL_BYTES + area);
}

/** One end of a channel. `Out` and `In` are the messages that this end sends and receives. */
export class ChannelEnd<Out, In> {
  private readonly control: Int32Array;
  private readonly area: Uint8Array;
  private readonly self: number;
  private readonly other: number;

  constructor(memory: SharedArrayBuffer, side: 'device' | 'world') {
    this.control = new Int32Array(memory, 0, CONTROL_BYTES / 4);
    this.area = new Uint8Array(memory, CONTROL_BYTES);
    this.self = side === 'device' ? DEVICE : WORLD;
    this.other = side === 'device' ? WORLD : DEVICE;
  }

  /** Hands a whole message over. Only after a message was received (or, for the device, at the beginning). */
  send(message: Out): void {
    const bytes = encodeMessage(message);
    for (let start = 0; ; start += this.area.length) {
      const part = bytes.subarray(start, start + this.area.length);
      const more = start + part.length < bytes.length;
      this.area.set(part);
      this.control[PART_LENGTH] = part.length;
      this.control[MORE_FOLLOWS] = more ? 1 : 0;
      this.handOver();
      if (!more) return;
      this.waitForArea(Infinity);
    }
  }

  /**
   * Sleeps until a message is there. Undefined when none has begun within `timeout` milliseconds of wall time; one that
   * has begun comes whole.
   */
  receive(timeout = Infinity): In | undefined {
    if (!this.waitForArea(timeout)) return undefined;
    const parts: Uint8Array[] = [];
    for (;;) {
      parts.push(this.area.slice(0, this.control[PART_LENGTH]));
      if (this.control[MORE_FOLLOWS] === 0) return decodeMessage(parts) as In;
      this.handOver();
      this.waitForArea(Infinity);
    }
  }

  /** Fulfilled when `receive` would return at once; meanwhile this thread's event loop turns. */
  async arrival(): Promise<void> {
    while (Atomics.load(this.control, OWNER) !== this.self) {
      const waiting = waitAsync?.(this.control, OWNER, this.other) ?? { async: true, value: pause() };
      if (waiting.async) await waiting.value;
    }
  }

  /** World side: the key was pressed. */
  requestInterrupt(): void {
    Atomics.store(this.control, INTERRUPT, 1);
  }

  /** Either side: true once for each request. */
  takeInterrupt(): boolean {
    return this.interruptRequested && Atomics.exchange(this.control, INTERRUPT, 0) === 1;
  }

  get interruptRequested(): boolean {
    return Atomics.load(this.control, INTERRUPT) === 1;
  }

  private handOver(): void {
    Atomics.store(this.control, OWNER, this.other);
    Atomics.notify(this.control, OWNER);
  }

  private waitForArea(timeout: number): boolean {
    while (Atomics.load(this.control, OWNER) !== this.self) {
      if (Atomics.wait(this.control, OWNER, this.other, timeout) === 'timed-out') return false;
    }
    return true;
  }
}
