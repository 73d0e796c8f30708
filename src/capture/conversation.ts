/** One TCP connection of a capture, from its first segment to its last. */
import { looksLikeTls } from '../../emulator/tls/record/splitter.ts';
import { type ConnectionAccount, otherSide, type Side } from './account.ts';
import { ByteOrder, type Piece } from './byte-order.ts';
import { PlainFollower } from './plain-follower.ts';
import type { Segment } from './segment.ts';
import { type Known, TlsFollower } from './tls-follower.ts';

type State = 'opening' | 'open' | 'closing' | 'closed';

export class Conversation {
  private readonly account: ConnectionAccount;
  private readonly clientEnd: string;
  private readonly tls: TlsFollower;
  private readonly plain: PlainFollower;
  private readonly order: Readonly<Record<Side, ByteOrder>> = {
    client: new ByteOrder(),
    server: new ByteOrder(),
  };
  /** What a direction is found to be by its first bytes. */
  private readonly speaks: { [S in Side]?: 'tls' | 'other' } = {};
  private readonly sawSyn: Record<Side, boolean> = { client: false, server: false };
  private readonly sawFin: Record<Side, boolean> = { client: false, server: false };
  private state: State = 'opening';
  private begun = false;

  /** `clientEnd`: "address:port". */
  constructor(account: ConnectionAccount, clientEnd: string, known: Known) {
    this.account = account;
    this.clientEnd = clientEnd;
    this.tls = new TlsFollower(account, known);
    this.plain = new PlainFollower(account);
  }

  take(segment: Segment): void {
    const from: Side = segment.from === this.clientEnd ? 'client' : 'server';
    this.begin(segment, from);
    if (segment.ack)
      this.deliver(otherSide(from), this.order[otherSide(from)].acknowledged(segment.acknowledgment));
    const { pieces, repeats } = this.order[from].take(segment);
    if (repeats > 0) {
      const { sequence, payload } = segment;
      this.account.at(from, { type: 'tcp.retransmit', sequence, length: payload.length, attempt: repeats });
    }
    this.deliver(from, pieces);
    if (segment.rst) this.reset(from);
    else if (segment.fin) this.close(from);
  }

  /** The capture ends. */
  finish(): void {
    for (const side of ['client', 'server'] as const) this.deliver(side, this.order[side].finish());
    this.tls.finish();
  }

  private begin(segment: Segment, from: Side): void {
    if (!this.begun) {
      this.begun = true;
      if (!segment.syn) this.beginInTheMiddle();
    }
    if (segment.syn && !this.sawSyn[from]) {
      this.sawSyn[from] = true;
      this.account.at(from, { type: 'tcp.state', state: from === 'client' ? 'SYN-SENT' : 'SYN-RECEIVED' });
    } else if (from === 'client' && segment.ack && this.sawSyn.server && this.state === 'opening') {
      this.state = 'open';
      for (const side of ['client', 'server'] as const) {
        this.account.at(side, { type: 'tcp.state', state: 'ESTABLISHED' });
      }
    }
  }

  private beginInTheMiddle(): void {
    this.state = 'open';
    const { server } = this.account.actors;
    this.account.remark('client', 'info', `the capture begins in the middle of the connection to ${server}`);
  }

  private deliver(from: Side, pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (piece.kind === 'gap') this.lose(from, piece.length);
      else this.deliverBytes(from, piece.bytes);
    }
  }

  private lose(from: Side, length: number): void {
    const to = this.account.actors[otherSide(from)];
    this.account.remark(
      from,
      'warning',
      `${length} bytes to ${to} are missing from the capture; what follows is read from the next record on`,
    );
    this.tls.lose(from);
  }

  private deliverBytes(from: Side, bytes: Uint8Array): void {
    const known = this.speaks[from];
    if (known === undefined || (known === 'other' && isHandshakeRecord(bytes))) this.recognise(from, bytes);
    if (this.speaks[from] === 'tls') this.tls.take(from, bytes);
    else this.plain.take(from, bytes);
  }

  /** A connection that was in progress may show the middle of a record first: unless it is text, records are sought. */
  private recognise(from: Side, bytes: Uint8Array): void {
    const inTheMiddle = !this.sawSyn[from];
    const isTls = looksLikeTls(bytes) === true || (inTheMiddle && !isText(bytes));
    this.speaks[from] = isTls ? 'tls' : 'other';
    if (isTls && inTheMiddle) this.tls.lose(from);
  }

  private close(from: Side): void {
    if (this.sawFin[from]) return;
    this.sawFin[from] = true;
    const first = !this.sawFin[otherSide(from)];
    if (this.speaks.client === 'tls' || this.speaks.server === 'tls') this.tls.end(from);
    this.account.at(from, { type: 'tcp.state', state: first ? 'FIN-WAIT-1' : 'LAST-ACK' });
    this.state = 'closing';
  }

  private reset(from: Side): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    if (this.speaks.client === 'tls' || this.speaks.server === 'tls') this.tls.end(from);
    this.account.passes(from, { type: 'tcp.reset' });
  }
}

/** A record of type handshake: what a connection begins with that turns to TLS (STARTTLS, a proxy's CONNECT). */
function isHandshakeRecord(bytes: Uint8Array): boolean {
  return bytes.length > 5 && bytes[0] === 22 && bytes[1] === 3 && bytes[2]! <= 4;
}

function isText(bytes: Uint8Array): boolean {
  return bytes
    .subarray(0, 32)
    .every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
}
