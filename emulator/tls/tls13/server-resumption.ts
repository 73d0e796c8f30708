/** How a server takes up sessions from tickets, and hands tickets out: RFC 8446 sections 4.2.11 and 4.6.1. */
import { constantTimeEqual } from '../../crypto/constant-time.ts';
import { concat } from '../../world/bytes.ts';
import type { TlsServerConfig } from '../config.ts';
import { TlsError } from '../engine.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import { bindersLength, PSK_MODES } from '../messages/extensions/tls13.ts';
import { findExtension } from '../messages/extensions.ts';
import type { NewSessionTicket13 } from '../messages/new-session-ticket13.ts';
import type { ServerSessions } from '../server-sessions.ts';
import type { SessionState } from '../session.ts';
import { MAX_TICKET_LIFETIME } from './client-hello.ts';
import { pskBinder } from './key-schedule.ts';
import { type Tls13Suite, tls13SuiteById } from './suites.ts';

/** A session that a ticket gave back, and what the ServerHello says of it. */
export interface Resumption {
  readonly state: SessionState;
  readonly suite: Tls13Suite;
  /** Index of the ticket among those offered. */
  readonly selected: number;
}

/** This side wants fresh keys with every session. */
export function offersPskWithDhe(hello: ClientHello): boolean {
  const modes = findExtension(hello.extensions, 'psk_key_exchange_modes')?.modes ?? [];
  return modes.includes(PSK_MODES.psk_dhe_ke);
}

/**
 * The first ticket that is good here; undefined makes it a full handshake. `said`: the transcript before `message`,
 * which is the hello as it came. Throws TlsError "bad-psk-binder" when the client does not have the ticket's key.
 */
export function chooseSession(
  hello: ClientHello,
  message: Uint8Array,
  said: Uint8Array,
  suites: readonly Tls13Suite[],
  config: TlsServerConfig,
  io: HandshakeIo,
): Resumption | undefined {
  const { sessions } = config;
  const offered = findExtension(hello.extensions, 'pre_shared_key')?.offered;
  if (sessions === undefined || offered === undefined || !offersPskWithDhe(hello)) return undefined;
  const { crypto } = io.host;
  for (const [selected, { identity }] of offered.identities.entries()) {
    const state = sessions.open(crypto, identity, io.host.unixTime());
    const suite = state && suiteFor(state, suites);
    if (state === undefined || suite === undefined || !mayResume(state, hello, config)) continue;
    const partial = message.subarray(0, message.length - bindersLength(offered.binders));
    const expected = pskBinder(crypto, suite, state.secret, concat(said, partial));
    if (!constantTimeEqual(offered.binders[selected]!, expected)) {
      throw new TlsError('bad-psk-binder', 'the client does not prove that it has the key of its ticket');
    }
    return { state, suite, selected };
  }
  return undefined;
}

/** The session's own suite, or else one with its hash. */
function suiteFor(state: SessionState, suites: readonly Tls13Suite[]): Tls13Suite | undefined {
  const own = tls13SuiteById(state.suite);
  return suites.find((suite) => suite === own) ?? suites.find((suite) => suite.hash === own?.hash);
}

/** The same name, and who must show a certificate has shown one. */
function mayResume(state: SessionState, hello: ClientHello, { clientAuth }: TlsServerConfig): boolean {
  const name = findExtension(hello.extensions, 'server_name')?.hostName;
  const isKnown = clientAuth !== 'require' || state.peerCertificates.length > 0;
  return state.version === 'TLSv1.3' && state.serverName === name && isKnown;
}

const NONCE_LENGTH = 12;
/** One ticket a connection: all have the same nonce. */
const TICKET_NONCE = Uint8Array.of(0, 0);

/** `psk`: derives the ticket's key from its nonce. Undefined for a session that no ticket has room for. */
export function makeTicket(
  io: HandshakeIo,
  sessions: ServerSessions,
  psk: (nonce: Uint8Array) => Uint8Array,
  session: Omit<SessionState, 'secret'>,
): NewSessionTicket13 | undefined {
  const { crypto } = io.host;
  const ageAdd = new DataView(io.host.random(4).slice().buffer).getUint32(0);
  const state = { ...session, secret: psk(TICKET_NONCE) };
  const ticket = sessions.seal(crypto, io.host.random(NONCE_LENGTH), state);
  if (ticket.length === 0) return undefined;
  return {
    lifetime: Math.min(sessions.lifetime, MAX_TICKET_LIFETIME),
    ageAdd,
    nonce: TICKET_NONCE,
    ticket,
    extensions: [],
  };
}
