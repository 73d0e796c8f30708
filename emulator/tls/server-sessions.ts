/**
 * Where a server keeps what it needs to resume sessions: in its memory, by session ID (RFC 5246 section 7.3), and
 * in tickets, which the client keeps for it under a key of the server's (RFC 5077 section 4, RFC 8446 4.6.1).
 */
import type { CryptoProvider } from '../crypto/provider.ts';
import { concat, toHex } from '../world/bytes.ts';
import type { UnixSeconds } from '../world/time.ts';
import { EMPTY, latin1, latin1Text } from './codec/bytes.ts';
import { Reader } from './codec/reader.ts';
import { Writer } from './codec/writer.ts';
import { TlsError } from './engine.ts';
import type { SessionState } from './session.ts';
import type { TlsVersion } from './versions.ts';

export interface ServerSessionOptions {
  /**
   * 32 bytes; known to the server alone. Two servers with the same key take each other's tickets. Without it the
   * server gives no tickets: it names sessions in TLS 1.2, and TLS 1.3 resumes none.
   */
  readonly ticketKey?: Uint8Array;
  /** Seconds a session may be taken up again. Default: two hours. */
  readonly lifetime?: number;
  /** Sessions kept in memory; the oldest go first. Default 256. */
  readonly capacity?: number;
}

const NONCE_LENGTH = 12;
/** RFC 5077 section 3.3, RFC 8446 section 4.6.1: `opaque ticket<..2^16-1>`. */
const MAX_TICKET_LENGTH = 0xffff;
const TWO_HOURS = 7_200;

export class ServerSessions {
  readonly lifetime: number;
  private readonly ticketKey: Uint8Array | undefined;
  private readonly capacity: number;
  private readonly byId = new Map<string, SessionState>();

  constructor({ ticketKey, lifetime = TWO_HOURS, capacity = 256 }: ServerSessionOptions) {
    if (ticketKey !== undefined && ticketKey.length !== 32) {
      throw new RangeError(`a ticket key of ${ticketKey.length} bytes, 32 needed`);
    }
    this.ticketKey = ticketKey;
    this.lifetime = lifetime;
    this.capacity = capacity;
  }

  get givesTickets(): boolean {
    return this.ticketKey !== undefined;
  }

  remember(sessionId: Uint8Array, state: SessionState): void {
    const oldest = this.byId.keys().next().value;
    if (this.byId.size >= this.capacity && oldest !== undefined) this.byId.delete(oldest);
    this.byId.set(toHex(sessionId), state);
  }

  /** Undefined for a session that is not known or too old. */
  recall(sessionId: Uint8Array, now: UnixSeconds): SessionState | undefined {
    const state = this.byId.get(toHex(sessionId));
    return state !== undefined && this.isFresh(state, now) ? state : undefined;
  }

  /** RFC 5246 section 7.2.2: after a fatal alert a session must not be resumed. */
  forget(sessionId: Uint8Array): void {
    this.byId.delete(toHex(sessionId));
  }

  /**
   * The ticket: nonce, then the state under AES-256-GCM. `nonce`: 12 fresh random bytes. Empty when the peer's chain is
   * longer than a ticket can be. Needs `givesTickets`.
   */
  seal(crypto: CryptoProvider, nonce: Uint8Array, state: SessionState): Uint8Array {
    if (this.ticketKey === undefined) throw new Error('a ticket is sealed without a ticket key');
    const ticket = concat(
      nonce,
      crypto.aeadSeal('aes-gcm', this.ticketKey, nonce, EMPTY, encodeState(state)),
    );
    return ticket.length > MAX_TICKET_LENGTH ? EMPTY : ticket;
  }

  /** Undefined for a ticket that is not ours, was changed, or is too old: the handshake is then a full one. */
  open(crypto: CryptoProvider, ticket: Uint8Array, now: UnixSeconds): SessionState | undefined {
    if (this.ticketKey === undefined || ticket.length < NONCE_LENGTH) return undefined;
    const nonce = ticket.subarray(0, NONCE_LENGTH);
    const opened = crypto.aeadOpen('aes-gcm', this.ticketKey, nonce, EMPTY, ticket.subarray(NONCE_LENGTH));
    const state = opened && decodeState(opened);
    return state !== undefined && this.isFresh(state, now) ? state : undefined;
  }

  private isFresh({ establishedAt }: SessionState, now: UnixSeconds): boolean {
    return now >= establishedAt && now - establishedAt <= this.lifetime;
  }
}

/** Tickets of another layout, sealed by an earlier version with the same key, are not read. */
const LAYOUT = 2;
const VERSIONS: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3', 'DTLSv1.2'];

function encodeState(state: SessionState): Uint8Array {
  const w = new Writer();
  w.u8('layout', LAYOUT);
  w.u8('version', VERSIONS.indexOf(state.version));
  w.u16('suite', state.suite);
  w.u8('flags', (state.extendedMasterSecret ? 1 : 0) | (state.peerAuthenticated ? 2 : 0));
  w.u32('established_at', state.establishedAt);
  w.u16('max_fragment_length', state.maxFragmentLength ?? 0);
  const endSecret = w.lengthU8('secret');
  w.bytes('value', state.secret);
  endSecret();
  const endName = w.lengthU16('server_name');
  w.bytes('name', latin1(state.serverName ?? ''));
  endName();
  const endChain = w.lengthU24('peer_certificates');
  for (const der of state.peerCertificates) {
    const end = w.lengthU24('certificate');
    w.bytes('cert_data', der);
    end();
  }
  endChain();
  return w.finish().bytes;
}

function decodeState(bytes: Uint8Array): SessionState | undefined {
  try {
    return readState(new Reader(bytes));
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

function readState(r: Reader): SessionState | undefined {
  if (r.u8('layout') !== LAYOUT) return undefined;
  const version = VERSIONS[r.u8('version')];
  if (version === undefined) return undefined;
  const suite = r.u16('suite');
  const flags = r.u8('flags');
  const establishedAt = r.u32('established_at');
  const maxFragmentLength = r.u16('max_fragment_length');
  const endSecret = r.lengthU8('secret');
  const secret = r.rest('value').slice();
  endSecret();
  const endName = r.lengthU16('server_name');
  const name = latin1Text(r.rest('name'));
  endName();
  const peerCertificates: Uint8Array[] = [];
  const endChain = r.lengthU24('peer_certificates');
  while (r.remaining > 0) {
    const end = r.lengthU24('certificate');
    peerCertificates.push(r.rest('cert_data').slice());
    end();
  }
  endChain();
  return {
    version,
    suite,
    secret,
    extendedMasterSecret: (flags & 1) !== 0,
    peerAuthenticated: (flags & 2) !== 0,
    establishedAt,
    serverName: name === '' ? undefined : name,
    maxFragmentLength: maxFragmentLength === 0 ? undefined : maxFragmentLength,
    peerCertificates,
  };
}
