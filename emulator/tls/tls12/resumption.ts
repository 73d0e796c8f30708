/**
 * Sessions that are taken up again in TLS 1.2: by session ID (RFC 5246 section 7.3), by ticket (RFC 5077), both under
 * the rules of the extended master secret (RFC 7627 section 5.3).
 */
import { sameBytes } from '../../world/bytes.ts';
import type { TlsClientConfig, TlsServerConfig } from '../config.ts';
import { TlsError, type TlsSession } from '../engine.ts';
import { requestedFragmentLength } from '../fragment-length.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import { offeredSuites } from '../hello-builder.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import { findExtension } from '../messages/extensions.ts';
import type { ClientSession, SessionState } from '../session.ts';
import { suiteById } from '../suites.ts';

/**
 * The session that a client's hello may offer, if any: one that is fresh, was made with the same server name and length
 * of records (RFC 6066 sections 3 and 4), and whose suite is still offered. Every hello has the extended master secret,
 * so every session must.
 */
export function sessionToOffer(
  config: TlsClientConfig,
  { host, profile, tls12 }: HandshakeIo,
): ClientSession | undefined {
  const { session, serverName } = config;
  if (session === undefined || session.version !== tls12.name) return undefined;
  const now = host.unixTime();
  const isFresh = session.lifetime === 0 || now - session.receivedAt < session.lifetime;
  const suiteIsOffered = offeredSuites(config, profile).some(({ id }) => id === session.suite);
  const fits =
    session.extendedMasterSecret &&
    session.serverName === serverName &&
    (session.maxFragmentLength ?? config.maxFragmentLength) === config.maxFragmentLength;
  return isFresh && suiteIsOffered && fits ? session : undefined;
}

/** Throws TlsError when the server takes up what was not offered, or takes it up otherwise than it was. */
export function checkResumption(
  session: ClientSession | undefined,
  chosen: { readonly suite: number; readonly extendedMasterSecret: boolean },
): ClientSession {
  if (session === undefined) {
    throw new TlsError('illegal-parameter', 'the server takes up a session that was not offered');
  }
  if (chosen.suite !== session.suite) {
    throw new TlsError('illegal-parameter', 'the server takes up the session with another suite');
  }
  if (!chosen.extendedMasterSecret) {
    throw new TlsError('session-mismatch', 'the session has an extended master secret, the server denies it');
  }
  return session;
}

/** A session as a server finds it again. */
export interface FoundSession {
  readonly state: SessionState;
  /** It came in a ticket, so a new ticket may replace it. */
  readonly fromTicket: boolean;
}

/**
 * The session that a server takes up, or undefined for a full handshake. Throws TlsError for a client that drops the
 * extended master secret of its session.
 */
export function sessionToResume(
  hello: ClientHello,
  config: TlsServerConfig,
  { host, profile, tls12 }: HandshakeIo,
): FoundSession | undefined {
  const found = findSession(hello, config, host);
  if (found === undefined) return undefined;
  const { state } = found;
  const offersExtendedMaster = findExtension(hello.extensions, 'extended_master_secret') !== undefined;
  if (state.extendedMasterSecret && !offersExtendedMaster) {
    throw new TlsError(
      'session-mismatch',
      'the client takes up a session without its extended master secret',
    );
  }
  const fits =
    state.version === tls12.name &&
    // RFC 7627 section 5.3: not where it is new; without it on both sides, as before that RFC.
    state.extendedMasterSecret === offersExtendedMaster &&
    hello.suites.includes(state.suite) &&
    (config.suites ?? profile.suites).includes(state.suite) &&
    state.serverName === findExtension(hello.extensions, 'server_name')?.hostName &&
    state.maxFragmentLength === requestedFragmentLength(hello)?.octets &&
    (config.clientAuth !== 'require' || state.peerAuthenticated);
  return fits ? found : undefined;
}

/** RFC 5077 section 3.4: where there is a ticket, the session ID is no name of a session. */
function findSession(
  { sessionId, extensions }: ClientHello,
  { sessions }: TlsServerConfig,
  host: HandshakeIo['host'],
): FoundSession | undefined {
  const now = host.unixTime();
  const ticket = findExtension(extensions, 'session_ticket')?.ticket;
  const fromTicket = ticket !== undefined && ticket.length > 0;
  const state = fromTicket
    ? sessions?.open(host.crypto, ticket, now)
    : sessionId.length > 0
      ? sessions?.recall(sessionId, now)
      : undefined;
  return state && { state, fromTicket };
}

/** What the trace and the host are told of a session that was taken up. */
export function resumedSession(state: SessionState): TlsSession {
  return {
    version: state.version,
    suite: suiteById(state.suite)!.name,
    group: undefined,
    peerCertificates: state.peerCertificates,
    peerAuthenticated: state.peerAuthenticated,
    resumed: true,
  };
}

/** RFC 5246 section 7.4.1.3: a server that takes a session up gives its ID back. */
export function isResumed(offered: Uint8Array, answered: Uint8Array): boolean {
  return answered.length > 0 && sameBytes(offered, answered);
}
