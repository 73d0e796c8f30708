import type { Random } from '../world/random.ts';
import { MILLISECOND, type Nanoseconds, SECOND } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { isGroupMac, type MacAddress, macAt } from './addresses.ts';
import { ETHERNET_MTU, type EthernetPort, type Narrowing } from './ethernet.ts';

/** How well a segment carries frames. */
export interface LinkQuality {
  /** One way, from the last bit sent to the last bit received. */
  readonly latency: Nanoseconds;
  /** Bits per second: what a frame's serialisation takes. */
  readonly bandwidth: number;
  /** Each frame takes up to this much longer; frames still arrive in the order in which they were sent. */
  readonly jitter: Nanoseconds;
  /** Probability 0..1 that a frame never arrives. */
  readonly loss: number;
  /** Probability 0..1 that a frame arrives twice. */
  readonly duplicate: number;
  /** Probability 0..1 that a frame is held back, so that later ones overtake it. */
  readonly reorder: number;
  /** A cut: ports stay up and do not notice, frames are lost with reason "link-down". */
  readonly down: boolean;
  /** Longest IPv4 packet that a router takes through here, bytes; hosts do not know of it (RFC 1191). */
  readonly mtu: number;
  /** Nobody tells the sender of a packet that is too long: a path MTU black hole (RFC 2923 2.1). */
  readonly blackHole: boolean;
}

export interface LinkOptions extends Partial<LinkQuality> {
  /** Also the interface's name in captures. */
  readonly name: string;
  readonly latency: Nanoseconds;
  readonly bandwidth: number;
  /** `shared`: one sender at a time, as on radio. `full-duplex`: each port has a transmitter of its own. */
  readonly medium?: 'full-duplex' | 'shared';
  /** Frames that may wait at one port; further ones are lost with reason "queue-full". */
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

/** What a link does to frames beside delaying them, unless it is told otherwise. */
const FLAWLESS = {
  jitter: 0,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  down: false,
  mtu: ETHERNET_MTU,
  blackHole: false,
} as const;

/** How long a frame that is to be overtaken is held back: a round trip, and at least this. */
const LEAST_HOLD: Nanoseconds = 10 * MILLISECOND;

/** Deep enough that a whole window of a host (44 segments) can wait. */
const DEFAULT_QUEUE_LIMIT = 100;

/**
 * A segment of Ethernet: every port hears every frame that is addressed to it or to a group. A frame takes
 * its length over the bandwidth to send, then the latency to arrive; frames do not overtake one another unless
 * the link's quality says so.
 *
 * A frame is in the trace ("frame.sent") from the instant its first bit is sent. One refused by a full queue
 * never got that far and appears as "frame.lost" only.
 */
export class Link {
  readonly name: string;
  private readonly world: World;
  private readonly options: LinkOptions;
  private readonly base: LinkQuality;
  private readonly random: Random;
  private readonly ports: WiredPort[] = [];
  private readonly sharedTransmitter: Transmitter | undefined;
  private readonly taps = new Set<FrameListener>();
  private readonly dropRules = new Set<DropRule>();
  private readonly impairments = new Set<Impairment>();

  constructor(world: World, options: LinkOptions) {
    if (!(options.bandwidth > 0)) throw new RangeError(`bandwidth: must be positive: ${options.bandwidth}`);
    this.world = world;
    this.options = options;
    this.base = { ...FLAWLESS, ...options };
    this.name = options.name;
    this.random = world.random.fork(`link/${options.name}`);
    this.sharedTransmitter = options.medium === 'shared' ? this.newTransmitter() : undefined;
  }

  /** Plugs in a port; `actor` is who sends, as the trace shall name it. */
  attach(actor: string, mac: MacAddress): EthernetPort {
    const transmitter = this.sharedTransmitter ?? this.newTransmitter();
    const quality = () => this.qualityFor(mac);
    const port = new WiredPort(actor, mac, transmitter, quality, () => {
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

  /**
   * Changes the quality, of what one port sends and receives when `mac` is given; what is not mentioned stays.
   * Of several changes the latest counts; losses have causes of their own, and each takes its share. Returns
   * how to undo this one.
   */
  impair(quality: Partial<LinkQuality>, mac?: MacAddress): () => void {
    const impairment = { quality, mac };
    this.impairments.add(impairment);
    return () => this.impairments.delete(impairment);
  }

  private qualityFor(...macs: readonly MacAddress[]): LinkQuality {
    let quality = this.base;
    for (const impairment of this.impairments) {
      if (impairment.mac === undefined || macs.includes(impairment.mac)) {
        const loss = 1 - (1 - quality.loss) * (1 - (impairment.quality.loss ?? 0));
        quality = { ...quality, ...impairment.quality, loss };
      }
    }
    return quality;
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
    const quality = this.qualityFor(port.mac, macAt(bytes, 0));
    const serialisation = (bytes.length * 8 * SECOND) / quality.bandwidth;
    const deaf = this.deafTo(bytes);
    const unheard = deaf.length > 0 && this.ports.every((each) => each === port || deaf.includes(each));
    const fate = unheard ? 'link-down' : this.fate(frame, quality);
    this.world.after(serialisation, () => transmitter.finished());
    if (fate !== undefined) {
      this.lose(frame, fate);
      return;
    }
    const arrival = this.arrivalAfter(serialisation, port, frame, quality);
    const deliver = () => this.deliver(port, bytes, deaf);
    this.world.after(arrival, deliver);
    if (!this.happens(quality.duplicate)) return;
    this.disturbed(frame, 'duplicated');
    this.world.after(arrival, deliver);
  }

  /** The ports that are down when a frame goes to a group; one to a single port that is down is lost as such. */
  private deafTo(bytes: Uint8Array): WiredPort[] {
    return isGroupMac(macAt(bytes, 0)) ? this.ports.filter(({ mac }) => this.qualityFor(mac).down) : [];
  }

  private fate(frame: LinkFrame, { down, loss }: LinkQuality): 'loss' | 'link-down' | undefined {
    if (down) return 'link-down';
    for (const rule of this.dropRules) if (rule(frame)) return 'loss';
    return this.happens(loss) ? 'loss' : undefined;
  }

  /** From now on, how long until the frame is there. */
  private arrivalAfter(
    serialisation: Nanoseconds,
    port: WiredPort,
    frame: LinkFrame,
    { latency, jitter, reorder }: LinkQuality,
  ): Nanoseconds {
    const usual = serialisation + latency;
    if (this.happens(reorder)) {
      this.disturbed(frame, 'reordered');
      return usual + Math.max(LEAST_HOLD, 2 * latency);
    }
    if (jitter === 0) return usual;
    const arrival = this.world.now + usual + this.random.unit() * jitter;
    port.lastArrival = Math.max(arrival, port.lastArrival);
    return port.lastArrival - this.world.now;
  }

  /** No draw for what cannot happen: a perfect link leaves its draws as they were. */
  private happens(probability: number): boolean {
    return probability > 0 && this.random.unit() < probability;
  }

  private disturbed(frame: LinkFrame, how: 'duplicated' | 'reordered'): void {
    this.world.trace.append(frame.actor, { type: 'frame.disturbed', link: this.name, id: frame.id, how });
  }

  private deliver(from: WiredPort, bytes: Uint8Array, deaf: readonly WiredPort[]): void {
    const destination = macAt(bytes, 0);
    const group = isGroupMac(destination);
    for (const port of [...this.ports]) {
      const hears = group ? !deaf.includes(port) : port.mac === destination;
      if (port !== from && hears) port.onFrame?.(bytes);
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
  /** When the last frame that jitter delayed arrives: the next one must not come before it. */
  lastArrival: Nanoseconds = 0;
  private readonly transmitter: Transmitter;
  private readonly unplug: () => void;
  private readonly quality: () => LinkQuality;
  private attached = true;

  constructor(
    actor: string,
    mac: MacAddress,
    transmitter: Transmitter,
    quality: () => LinkQuality,
    unplug: () => void,
  ) {
    this.actor = actor;
    this.mac = mac;
    this.transmitter = transmitter;
    this.quality = quality;
    this.unplug = unplug;
  }

  get isUp(): boolean {
    return this.attached;
  }

  get narrowing(): Narrowing {
    return this.quality();
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

interface Impairment {
  readonly quality: Partial<LinkQuality>;
  readonly mac: MacAddress | undefined;
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
    else if (this.waitingAt(port) < this.options.limit) this.queue.push(frame);
    else this.options.refuse(frame);
  }

  private waitingAt(port: WiredPort): number {
    return this.queue.reduce((count, frame) => count + Number(frame.port === port), 0);
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
