import type { Random } from '../world/random.ts';
import { type Nanoseconds, SECOND } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { isGroupMac, type MacAddress, macAt } from './addresses.ts';
import type { EthernetPort } from './ethernet.ts';

/** What can change while a link is in use. */
export interface LinkQuality {
  readonly latency: Nanoseconds;
  readonly bandwidth: number;
  readonly loss: number;
  /** A cut: ports stay up and do not notice, frames are lost with reason "link-down". */
  readonly down: boolean;
}

export interface LinkOptions {
  /** Also the interface's name in captures. */
  readonly name: string;
  /** One way, from the last bit sent to the last bit received. */
  readonly latency: Nanoseconds;
  /** Bits per second: what a frame's serialisation takes. */
  readonly bandwidth: number;
  /** Probability 0..1 that a frame never arrives. */
  readonly loss?: number;
  /** `shared`: one sender at a time, as on radio. `full-duplex`: each port has a transmitter of its own. */
  readonly medium?: 'full-duplex' | 'shared';
  /** Frames that may wait for one transmitter; further ones are lost with reason "queue-full". */
  readonly queueLimit?: number;
}

/** A frame on its way. `id` is unique in the run. */
export interface LinkFrame {
  readonly id: number;
  readonly link: string;
  /** The sender, as the trace names it. */
  readonly actor: string;
  readonly bytes: Uint8Array;
}

export type FrameListener = (frame: LinkFrame) => void;
export type DropRule = (frame: LinkFrame) => boolean;

/** Deep enough that a whole window of a host (44 segments) can wait. */
const DEFAULT_QUEUE_LIMIT = 100;

/**
 * A segment of Ethernet: every port hears every frame that is addressed to it or to a group. A frame takes
 * its length over the bandwidth to send, then the latency to arrive; frames never overtake one another.
 *
 * A frame is in the trace ("frame.sent") from the instant its first bit is sent. One refused by a full queue
 * never got that far and appears as "frame.lost" only.
 */
export class Link {
  readonly name: string;
  private readonly world: World;
  private readonly options: LinkOptions;
  private readonly random: Random;
  private readonly ports: WiredPort[] = [];
  private readonly sharedTransmitter: Transmitter | undefined;
  private readonly taps = new Set<FrameListener>();
  private readonly dropRules = new Set<DropRule>();
  private readonly impairments = new Set<Partial<LinkQuality>>();
  private isDown = false;

  constructor(world: World, options: LinkOptions) {
    if (!(options.bandwidth > 0)) throw new RangeError(`bandwidth: must be positive: ${options.bandwidth}`);
    this.world = world;
    this.options = options;
    this.name = options.name;
    this.random = world.random.fork(`link/${options.name}`);
    this.sharedTransmitter = options.medium === 'shared' ? this.newTransmitter() : undefined;
  }

  /** Plugs in a port; `actor` is who sends, as the trace shall name it. */
  attach(actor: string, mac: MacAddress): EthernetPort {
    const transmitter = this.sharedTransmitter ?? this.newTransmitter();
    const port = new WiredPort(actor, mac, transmitter, () => {
      const index = this.ports.indexOf(port);
      if (index >= 0) this.ports.splice(index, 1);
    });
    this.ports.push(port);
    return port;
  }

  /** Shows each frame to `listener` as it is sent, lost ones too. Returns how to stop. */
  tap(listener: FrameListener): () => void {
    this.taps.add(listener);
    return () => this.taps.delete(listener);
  }

  /** Loses each frame for which `rule` is true. Returns how to stop. */
  dropWhen(rule: DropRule): () => void {
    this.dropRules.add(rule);
    return () => this.dropRules.delete(rule);
  }

  /** A cut cable: ports stay up and do not notice, frames are lost with reason "link-down". */
  setDown(down: boolean): void {
    this.isDown = down;
  }

  /** Changes the quality; what is not mentioned stays. Of several changes the latest counts. Returns how to undo this one. */
  impair(quality: Partial<LinkQuality>): () => void {
    this.impairments.add(quality);
    return () => this.impairments.delete(quality);
  }

  private get quality(): LinkQuality {
    const { latency, bandwidth, loss = 0 } = this.options;
    return Object.assign({ latency, bandwidth, loss, down: this.isDown }, ...this.impairments);
  }

  private newTransmitter(): Transmitter {
    return new Transmitter({
      limit: this.options.queueLimit ?? DEFAULT_QUEUE_LIMIT,
      begin: (frame) => this.begin(frame),
      refuse: (frame) => this.lose(this.numbered(frame), 'queue-full'),
    });
  }

  /** Starts sending; the transmitter is told when the last bit is out. */
  private begin({ port, bytes, transmitter }: Waiting): void {
    const frame = this.numbered({ port, bytes });
    this.world.trace.append(frame.actor, { type: 'frame.sent', link: this.name, id: frame.id, bytes });
    for (const tap of this.taps) tap(frame);
    const { latency, bandwidth, ...quality } = this.quality;
    const serialisation = (bytes.length * 8 * SECOND) / bandwidth;
    const fate = this.fate(frame, quality);
    this.world.after(serialisation, () => transmitter.finished());
    if (fate !== undefined) {
      this.lose(frame, fate);
      return;
    }
    this.world.after(serialisation + latency, () => this.deliver(port, bytes));
  }

  private fate(
    frame: LinkFrame,
    { down, loss }: Pick<LinkQuality, 'down' | 'loss'>,
  ): 'loss' | 'link-down' | undefined {
    if (down) return 'link-down';
    for (const rule of this.dropRules) if (rule(frame)) return 'loss';
    // No draw on a perfect link: adding loss to one link leaves all others' draws as they were anyway.
    return loss > 0 && this.random.unit() < loss ? 'loss' : undefined;
  }

  private deliver(from: WiredPort, bytes: Uint8Array): void {
    const destination = macAt(bytes, 0);
    const group = isGroupMac(destination);
    for (const port of [...this.ports]) {
      if (port !== from && (group || port.mac === destination)) port.onFrame?.(bytes);
    }
  }

  private numbered({ port, bytes }: { port: WiredPort; bytes: Uint8Array }): LinkFrame {
    return { id: nextFrameId(this.world), link: this.name, actor: port.actor, bytes };
  }

  private lose(frame: LinkFrame, reason: 'loss' | 'link-down' | 'queue-full'): void {
    this.world.trace.append(frame.actor, { type: 'frame.lost', link: this.name, id: frame.id, reason });
  }
}

/** Ids count through a whole world, over all its links. */
const frameCounts = new WeakMap<World, number>();

function nextFrameId(world: World): number {
  const id = (frameCounts.get(world) ?? 0) + 1;
  frameCounts.set(world, id);
  return id;
}

class WiredPort implements EthernetPort {
  readonly actor: string;
  readonly mac: MacAddress;
  onFrame: ((frame: Uint8Array) => void) | undefined;
  onStatus: (() => void) | undefined;
  private readonly transmitter: Transmitter;
  private readonly unplug: () => void;
  private attached = true;

  constructor(actor: string, mac: MacAddress, transmitter: Transmitter, unplug: () => void) {
    this.actor = actor;
    this.mac = mac;
    this.transmitter = transmitter;
    this.unplug = unplug;
  }

  get isUp(): boolean {
    return this.attached;
  }

  send(bytes: Uint8Array): void {
    if (this.attached) this.transmitter.send(this, bytes);
  }

  detach(): void {
    if (!this.attached) return;
    this.attached = false;
    this.unplug();
    this.onStatus?.();
  }
}

interface Waiting {
  readonly port: WiredPort;
  readonly bytes: Uint8Array;
  readonly transmitter: Transmitter;
}

interface TransmitterOptions {
  readonly limit: number;
  readonly begin: (frame: Waiting) => void;
  readonly refuse: (frame: Waiting) => void;
}

/** Sends one frame at a time; the others wait in order. */
class Transmitter {
  private readonly options: TransmitterOptions;
  private readonly queue: Waiting[] = [];
  private busy = false;

  constructor(options: TransmitterOptions) {
    this.options = options;
  }

  send(port: WiredPort, bytes: Uint8Array): void {
    const frame = { port, bytes, transmitter: this };
    if (!this.busy) this.start(frame);
    else if (this.queue.length < this.options.limit) this.queue.push(frame);
    else this.options.refuse(frame);
  }

  finished(): void {
    this.busy = false;
    const next = this.queue.shift();
    if (next !== undefined) this.start(next);
  }

  private start(frame: Waiting): void {
    this.busy = true;
    this.options.begin(frame);
  }
}
