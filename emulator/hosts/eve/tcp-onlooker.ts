/** One direction of a TCP connection, put together from the segments that an onlooker sees. */
import { hasFlag, TcpFlag, type TcpSegment } from '../../net/tcp/segment.ts';
import { SequenceSpace } from '../../net/tcp/sequence.ts';

/** Segments kept while an earlier one is missing. */
const MOST_EARLY = 64;

export class TcpOnlooker {
  private space: SequenceSpace | undefined;
  /** Position of the next byte that has not been seen. */
  private next = 1;
  private readonly early = new Map<number, Uint8Array>();

  /** The bytes that follow those seen so far, in order; what is repeated comes once. */
  take(segment: TcpSegment): Uint8Array[] {
    const isSyn = hasFlag(segment, TcpFlag.SYN);
    // Whoever begins to listen in the middle takes the first byte that comes for the first there is.
    this.space ??= new SequenceSpace(isSyn ? segment.sequence : segment.sequence - 1);
    if (segment.payload.length === 0) return [];
    const first = this.space.toPosition(segment.sequence, this.next) + Number(isSyn);
    if (this.early.size < MOST_EARLY || first <= this.next) this.early.set(first, segment.payload);
    return this.inOrder();
  }

  private inOrder(): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (const first of [...this.early.keys()].sort((a, b) => a - b)) {
      if (first > this.next) break;
      const news = this.early.get(first)!.subarray(this.next - first);
      this.early.delete(first);
      this.next += news.length;
      if (news.length > 0) pieces.push(news);
    }
    return pieces;
  }
}
