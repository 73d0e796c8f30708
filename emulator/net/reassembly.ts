import { concat } from '../world/bytes.ts';
import type { Timer } from '../world/event-queue.ts';
import { type Nanoseconds, SECOND } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { IPV4_HEADER_LENGTH, type Ipv4Packet } from './ipv4.ts';

/** Linux: `ipfrag_time`, how long an incomplete packet is kept. */
const LIFETIME: Nanoseconds = 30 * SECOND;

interface Incomplete {
  readonly pieces: Map<number, Ipv4Packet>;
  readonly timer: Timer;
}

/** What a packet's length can say, without its header. */
const LONGEST_PAYLOAD = 65_535 - IPV4_HEADER_LENGTH;

/** Puts fragments together again (RFC 791 3.2). Of two pieces at one offset the first counts. */
export class Reassembly {
  private readonly world: World;
  private readonly waiting = new Map<string, Incomplete>();

  constructor(world: World) {
    this.world = world;
  }

  /** The whole packet when this was the last piece missing; undefined while some are. */
  add(piece: Ipv4Packet): Ipv4Packet | undefined {
    if (piece.fragment!.offset + piece.payload.length > LONGEST_PAYLOAD) return undefined;
    const key = `${piece.source} ${piece.destination} ${piece.protocol} ${piece.identification}`;
    const { pieces, timer } = this.waiting.get(key) ?? this.begin(key);
    const { offset } = piece.fragment!;
    if (!pieces.has(offset)) pieces.set(offset, piece);
    const payload = joined(pieces);
    if (payload === undefined) return undefined;
    timer.cancel();
    this.waiting.delete(key);
    const { fragment: _, ...first } = pieces.get(0)!;
    return { ...first, payload };
  }

  private begin(key: string): Incomplete {
    const timer = this.world.after(LIFETIME, () => this.waiting.delete(key));
    const incomplete = { pieces: new Map<number, Ipv4Packet>(), timer };
    this.waiting.set(key, incomplete);
    return incomplete;
  }
}

/** The payload, when the pieces follow each other from 0 to the last without a gap or an overlap. */
function joined(pieces: ReadonlyMap<number, Ipv4Packet>): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (let offset = 0; ; ) {
    const piece = pieces.get(offset);
    if (piece === undefined) return undefined;
    parts.push(piece.payload);
    offset += piece.payload.length;
    if (!piece.fragment!.more) return concat(...parts);
    if (piece.payload.length === 0) return undefined;
  }
}
