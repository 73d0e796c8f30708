/**
 * One direction of a TCP connection put in order again: what comes early waits, what comes twice counts once, and what
 * the capture does not have is told as a gap.
 */
import { SequenceSpace } from '../../emulator/net/tcp/sequence.ts';
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
  private readonly waiting = new Map<number, Uint8Array>();
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
    if (first + payload.length > this.next && !this.waiting.has(first)) {
      this.waiting.set(first, payload);
      this.waitingBytes += payload.length;
    }
    const pieces: Piece[] = this.inOrder();
    if (this.waitingBytes > MOST_WAITING) pieces.push(...this.giveUp());
    return { pieces, repeats };
  }

  /** What the other end has acknowledged, it has got: if it is not here, the capture has lost it. */
  acknowledged(acknowledgment: number): Piece[] {
    if (this.space === undefined) return [];
    const position = this.space.toPosition(acknowledgment, this.next);
    const first = Math.min(...this.waiting.keys());
    return this.waiting.size > 0 && first < position ? this.giveUp() : [];
  }

  /** All that is left, at the end of the capture. */
  finish(): Piece[] {
    const pieces: Piece[] = [];
    while (this.waiting.size > 0) pieces.push(...this.giveUp());
    return pieces;
  }

  private count(first: number, length: number): number {
    const before = this.seen.get(first) ?? 0;
    this.seen.set(first, before + 1);
    return first + length <= this.next || before > 0 ? Math.max(1, before) : 0;
  }

  /** Goes on behind the gap. */
  private giveUp(): Piece[] {
    const first = Math.min(...this.waiting.keys());
    const length = first - this.next;
    this.next = first;
    return [{ kind: 'gap', length }, ...this.inOrder()];
  }

  private inOrder(): Piece[] {
    const pieces: Piece[] = [];
    for (const first of [...this.waiting.keys()].sort((a, b) => a - b)) {
      if (first > this.next) break;
      const whole = this.waiting.get(first)!;
      this.waiting.delete(first);
      this.waitingBytes -= whole.length;
      const bytes = whole.subarray(this.next - first);
      this.next += bytes.length;
      if (bytes.length > 0) pieces.push({ kind: 'bytes', bytes });
    }
    return pieces;
  }
}
