/**
 * One direction of a TCP connection put in order again: what comes early waits, what comes twice counts once, and what
 * the capture does not have is told as a gap.
 */
import { SequenceSpace } from '../../emulator/net/tcp/sequence.ts';
import { firstIndex } from '../../emulator/world/ordered.ts';
import type { Segment } from './segment.ts';

/** With so much waiting behind a gap it will not be filled: few windows are larger. */
const MOST_WAITING = 4 * 1024 * 1024;

export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Bytes that the receiver has acknowledged, or that others follow, and that are not in the capture. */
  | { readonly kind: 'gap'; readonly length: number };

export interface Taken {
  readonly pieces: readonly Piece[];
  /** How often data of this segment was seen before; 0 for news. */
  readonly repeats: number;
}

export class ByteOrder {
  private space: SequenceSpace | undefined;
  /** Position of the next byte that has not been passed on. */
  private next = 1;
  /** What has come and not been passed on, in order of position. */
  private readonly waiting: { readonly first: number; readonly bytes: Uint8Array }[] = [];
  private waitingBytes = 0;
  /** How often a segment came that begins at a position. */
  private readonly seen = new Map<number, number>();

  /** Data, SYN and FIN of the direction's sender. */
  take(segment: Segment): Taken {
    this.space ??= new SequenceSpace(segment.syn ? segment.sequence : segment.sequence - 1);
    const { payload } = segment;
    if (payload.length === 0) return { pieces: [], repeats: 0 };
    const first = this.space.toPosition(segment.sequence, this.next) + Number(segment.syn);
    const isProbe = payload.length === 1 && first === this.next - 1;
    const repeats = isProbe ? 0 : this.count(first, payload.length);
    if (first + payload.length > this.next) this.keep(first, payload);
    const pieces: Piece[] = this.inOrder();
    if (this.waitingBytes > MOST_WAITING) pieces.push(...this.giveUp());
    return { pieces, repeats };
  }

  /** What the other end has acknowledged, it has got: if it is not here, the capture has lost it. */
  acknowledged(acknowledgment: number): Piece[] {
    if (this.space === undefined) return [];
    const position = this.space.toPosition(acknowledgment, this.next);
    const [waiting] = this.waiting;
    return waiting !== undefined && waiting.first < position ? this.giveUp() : [];
  }

  /** All that is left, at the end of the capture. */
  finish(): Piece[] {
    const pieces: Piece[] = [];
    while (this.waiting.length > 0) pieces.push(...this.giveUp());
    return pieces;
  }

  private count(first: number, length: number): number {
    const before = this.seen.get(first) ?? 0;
    this.seen.set(first, before + 1);
    return first + length <= this.next || before > 0 ? Math.max(1, before) : 0;
  }

  /** Goes on behind the gap. */
  private giveUp(): Piece[] {
    const { first } = this.waiting[0]!;
    const length = first - this.next;
    this.next = first;
    return [{ kind: 'gap', length }, ...this.inOrder()];
  }

  /** Of two that begin at one place the first counts. */
  private keep(first: number, bytes: Uint8Array): void {
    const place = firstIndex(this.waiting, (each) => each.first >= first);
    if (this.waiting[place]?.first === first) return;
    this.waiting.splice(place, 0, { first, bytes });
    this.waitingBytes += bytes.length;
  }

  private inOrder(): Piece[] {
    const pieces: Piece[] = [];
    let passed = 0;
    for (const { first, bytes: whole } of this.waiting) {
      if (first > this.next) break;
      passed++;
      this.waitingBytes -= whole.length;
      const bytes = whole.subarray(this.next - first);
      this.next += bytes.length;
      if (bytes.length > 0) pieces.push({ kind: 'bytes', bytes });
    }
    this.waiting.splice(0, passed);
    return pieces;
  }
}
