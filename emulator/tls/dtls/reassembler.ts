/**
 * Puts handshake messages together from fragments that come in any order, more than once, and overlapping
 * (RFC 6347 section 4.2.3). Whoever sends them need not be the peer, so all that is kept has a bound.
 */
import { encodeFragment, type Fragment, HANDSHAKE_HEADER_LENGTH } from './handshake-header.ts';
import type { DtlsRules } from './rules.ts';

/** A run of octets that has been received: from, up to. */
type Span = readonly [number, number];

interface Partial {
  readonly type: number;
  readonly body: Uint8Array;
  /** In order, with gaps between them. */
  spans: readonly Span[];
}

export class Reassembler {
  private readonly rules: Pick<DtlsRules, 'maxMessages' | 'maxBuffered' | 'maxMessage'>;
  /** By message_seq. */
  private readonly partials = new Map<number, Partial>();
  /** The message_seq of the next message to be handed out. */
  next = 0;

  constructor(rules: Pick<DtlsRules, 'maxMessages' | 'maxBuffered' | 'maxMessage'>) {
    this.rules = rules;
  }

  /** Goes on with that message, and forgets all others. */
  restartAt(messageSeq: number): void {
    this.partials.clear();
    this.next = messageSeq;
  }

  /** Takes a fragment in, or drops it: for its message is past, too far ahead, too large, or contradicts others. */
  push(fragment: Fragment): void {
    const { messageSeq, offset, bytes } = fragment;
    if (messageSeq < this.next || messageSeq >= this.next + this.rules.maxMessages) return;
    const partial = this.partials.get(messageSeq) ?? this.begin(fragment);
    if (partial === undefined) return;
    if (partial.type !== fragment.type || partial.body.length !== fragment.length) return;
    partial.body.set(bytes, offset);
    partial.spans = withSpan(partial.spans, [offset, offset + bytes.length]);
  }

  /** The next message if all of it is there, under the header of an unfragmented one. */
  take(): Uint8Array | undefined {
    const partial = this.partials.get(this.next);
    if (partial === undefined || !isWhole(partial)) return undefined;
    const { type, body } = partial;
    this.partials.delete(this.next);
    const messageSeq = this.next++;
    return encodeFragment({ type, length: body.length, messageSeq, offset: 0, bytes: body });
  }

  /** The message that is due goes before those that are not: they give up their room for it. */
  private begin({ type, length, messageSeq }: Fragment): Partial | undefined {
    if (HANDSHAKE_HEADER_LENGTH + length > this.rules.maxMessage) return undefined;
    if (messageSeq === this.next) this.makeRoom(length);
    if (this.buffered() + length > this.rules.maxBuffered) return undefined;
    const partial = { type, body: new Uint8Array(length), spans: [] };
    this.partials.set(messageSeq, partial);
    return partial;
  }

  private makeRoom(length: number): void {
    const furthestFirst = [...this.partials.keys()].sort((a, b) => b - a);
    for (const messageSeq of furthestFirst) {
      if (this.buffered() + length <= this.rules.maxBuffered) return;
      this.partials.delete(messageSeq);
    }
  }

  private buffered(): number {
    let total = 0;
    for (const { body } of this.partials.values()) total += body.length;
    return total;
  }
}

/** Merges a span with those that it overlaps or touches. */
function withSpan(spans: readonly Span[], [from, to]: Span): readonly Span[] {
  const before = spans.filter((span) => span[1] < from);
  const after = spans.filter((span) => span[0] > to);
  const touching = spans.slice(before.length, spans.length - after.length);
  const start = Math.min(from, ...touching.map((span) => span[0]));
  const end = Math.max(to, ...touching.map((span) => span[1]));
  return [...before, [start, end], ...after];
}

function isWhole({ body, spans }: Partial): boolean {
  return spans.length === 1 && spans[0]![0] === 0 && spans[0]![1] === body.length;
}
