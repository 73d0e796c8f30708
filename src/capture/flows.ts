/**
 * Which segments belong to one connection. The addresses and ports do not say it alone: a port is used again, somebody on
 * the path ends a connection and begins another one under the same addresses, and a capture of several interfaces has
 * each packet once an interface.
 */
import type { Segment } from './segment.ts';

/** Segments that follow one another in one connection lie nearer than this in sequence: few windows are larger. */
const NEAR = 2 ** 24;

export interface Flow {
  readonly segments: Segment[];
  /** How many connections between the same ends came before. */
  readonly earlier: number;
}

/** What is known of a flow while segments come. */
interface Open {
  readonly flow: Flow;
  /** The last sequence number of each end. */
  readonly sequence: Map<string, number>;
  /** Of each segment that came, how often it did on which link. */
  readonly seen: Map<string, Map<string, number>>;
}

export class Flows {
  readonly all: Flow[] = [];
  private readonly open = new Map<string, Open[]>();
  /** Which connection a SYN began or answered: by both ends and its sequence number. */
  private readonly bySyn = new Map<string, Open>();
  private readonly bySegment = new Map<Segment, Flow>();

  /** In order of time. */
  add(segment: Segment, link: string): void {
    const key = [segment.from, segment.to].sort().join(' ');
    const between = this.open.get(key) ?? [];
    this.open.set(key, between);
    let found = segment.syn ? this.begunBy(segment) : between.findLast((each) => belongs(segment, each));
    if (found === undefined) {
      found = {
        flow: { segments: [], earlier: between.length },
        sequence: new Map(),
        seen: new Map(),
      };
      between.push(found);
      this.all.push(found.flow);
    }
    if (segment.syn) this.bySyn.set(synKey(segment.from, segment.to, segment.sequence), found);
    found.sequence.set(segment.from, segment.sequence);
    if (segment.ack && !found.sequence.has(segment.to))
      found.sequence.set(segment.to, segment.acknowledgment);
    if (isCopy(segment, link, found.seen)) return;
    found.flow.segments.push(segment);
    this.bySegment.set(segment, found.flow);
  }

  /** A SYN is a repetition, or the answer to the SYN that it acknowledges; any other one begins another connection. */
  private begunBy({ from, to, ack, sequence, acknowledgment }: Segment): Open | undefined {
    const repeated = this.bySyn.get(synKey(from, to, sequence));
    if (repeated !== undefined || !ack) return repeated;
    const answered = this.bySyn.get(synKey(to, from, acknowledgment - 1));
    return answered?.sequence.has(from) ? undefined : answered;
  }

  /** Undefined for the copy that another interface saw of a packet. */
  of(segment: Segment): Flow | undefined {
    return this.bySegment.get(segment);
  }
}

function synKey(from: string, to: string, sequence: number): string {
  return `${from} ${to} ${sequence >>> 0}`;
}

/** Of segments behind the SYN. */
function belongs(segment: Segment, { sequence: last }: Open): boolean {
  const { from, to, ack, rst, sequence, acknowledgment } = segment;
  const own = last.get(from);
  const others = last.get(to);
  const ownFits = own === undefined || near(own, sequence);
  const othersFit = !ack || others === undefined || near(others, acknowledgment);
  // A reset of what nobody knows has a sequence number of 0 (RFC 9293 section 3.10.7.1).
  return rst ? ownFits || (ack && othersFit) : ownFits && othersFit;
}

function near(a: number, b: number): boolean {
  return Math.abs((a - b) | 0) < NEAR;
}

/** The n-th of a kind on one link is the n-th on the next. */
function isCopy(segment: Segment, link: string, seen: Map<string, Map<string, number>>): boolean {
  const { from, sequence, acknowledgment, payload, syn, fin, rst } = segment;
  const kind = `${from} ${sequence} ${acknowledgment} ${payload.length} ${syn} ${fin} ${rst}`;
  const counts = seen.get(kind) ?? new Map<string, number>();
  seen.set(kind, counts);
  const count = (counts.get(link) ?? 0) + 1;
  counts.set(link, count);
  return [...counts].some(([other, there]) => other !== link && there >= count);
}
