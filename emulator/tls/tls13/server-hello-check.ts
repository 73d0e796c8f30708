/** What a client makes of a ServerHello or HelloRetryRequest of TLS 1.3: RFC 8446 sections 4.1.3 and 4.1.4. */
import type { KeyShare } from '../../crypto/provider.ts';
import { sameBytes } from '../../world/bytes.ts';
import { TlsError } from '../engine.ts';
import { describeGroup, GROUP_IDS, groupById } from '../groups.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import { agreeOnSecret, makeKeyShare } from '../key-agreement.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import { checkExtensionPlaces } from '../messages/extension-places.ts';
import { findExtension } from '../messages/extensions.ts';
import { type ServerHello, selectedVersion } from '../messages/server-hello.ts';
import type { ClientSession } from '../session.ts';
import { describeSuite } from '../suites.ts';
import { TLS12, TLS13, versionName } from '../versions.ts';
import type { Retry, Tls13Offer } from './client-hello.ts';
import { type Tls13Suite, tls13SuiteById } from './suites.ts';

export interface ServerChoice {
  readonly suite: Tls13Suite;
  readonly share: KeyShare;
  /** What the key exchange gave. */
  readonly shared: Uint8Array;
  /** The session that the server takes up. */
  readonly session: ClientSession | undefined;
}

/** Throws TlsError for anything that was not offered. `retry`: what a HelloRetryRequest had said before. */
export function checkServerHello(
  hello: ServerHello,
  offer: Tls13Offer,
  retry: Retry | undefined,
  io: HandshakeIo,
): ServerChoice {
  const suite = checkFields(hello, offer.hello);
  checkExtensionPlaces(hello.extensions, 'ServerHello', offer.hello.extensions);
  if (retry !== undefined && retry.suite !== suite) {
    throw new TlsError(
      'illegal-parameter',
      `${suite.name} after a HelloRetryRequest with ${retry.suite.name}`,
    );
  }
  const answer = findExtension(hello.extensions, 'key_share')?.shares[0];
  if (answer === undefined) throw new TlsError('missing-extension', 'the server sends no key share');
  const share = offer.shares.find(({ group }) => GROUP_IDS[group] === answer.group);
  if (share === undefined) {
    throw new TlsError(
      'illegal-parameter',
      `a key share of ${describeGroup(answer.group)}, none was offered`,
    );
  }
  const session = checkSession(hello, suite, offer);
  return { suite, share, session, shared: agreeOnSecret(io, share, answer.publicKey) };
}

/** Makes the key share that is asked for. */
export function checkRetry(hello: ServerHello, offer: Tls13Offer, io: HandshakeIo): Retry {
  const suite = checkFields(hello, offer.hello);
  checkExtensionPlaces(hello.extensions, 'HelloRetryRequest', offer.hello.extensions);
  const group = findExtension(hello.extensions, 'key_share')?.shares[0]?.group;
  const cookie = findExtension(hello.extensions, 'cookie')?.cookie;
  if (group === undefined && cookie === undefined) {
    throw new TlsError('illegal-parameter', 'the HelloRetryRequest asks for nothing new');
  }
  return { suite, cookie, share: group === undefined ? undefined : makeShareAskedFor(group, offer, io) };
}

function makeShareAskedFor(id: number, offer: Tls13Offer, io: HandshakeIo): KeyShare {
  const supported = findExtension(offer.hello.extensions, 'supported_groups')?.groups ?? [];
  const group = groupById(id);
  if (group === undefined || !supported.includes(id)) {
    throw new TlsError('illegal-parameter', `${describeGroup(id)} was not offered`);
  }
  if (offer.shares.some((share) => share.group === group)) {
    throw new TlsError('illegal-parameter', `a key share of ${group} is there already`);
  }
  return makeKeyShare(io, group);
}

/** The fields that both messages have. */
function checkFields(hello: ServerHello, offer: ClientHello): Tls13Suite {
  const version = selectedVersion(hello);
  if (hello.version !== TLS12 || version !== TLS13) {
    const named = versionName(version ?? hello.version);
    throw new TlsError(
      'illegal-parameter',
      `the server selects ${named}, legacy ${versionName(hello.version)}`,
    );
  }
  if (!sameBytes(hello.sessionId, offer.sessionId)) {
    throw new TlsError('illegal-parameter', 'the server does not echo the session ID');
  }
  if (hello.compressionMethod !== 0) {
    throw new TlsError('compression-selected', `the server wants compression ${hello.compressionMethod}`);
  }
  const suite = tls13SuiteById(hello.suite);
  if (suite === undefined || !offer.suites.includes(hello.suite)) {
    throw new TlsError(
      'illegal-parameter',
      `the server chose ${describeSuite(hello.suite)}, which was not offered for TLS 1.3`,
    );
  }
  return suite;
}

/** Section 4.2.11: an index of what was offered, and a suite with the same hash. */
function checkSession(hello: ServerHello, suite: Tls13Suite, offer: Tls13Offer): ClientSession | undefined {
  const psk = findExtension(hello.extensions, 'pre_shared_key');
  if (psk === undefined) return undefined;
  const { session } = offer;
  if (session === undefined || psk.selected !== 0) {
    throw new TlsError('illegal-parameter', `the server takes pre-shared key ${psk.selected}, not offered`);
  }
  if (tls13SuiteById(session.suite)!.hash !== suite.hash) {
    throw new TlsError('illegal-parameter', `a pre-shared key of another hash than that of ${suite.name}`);
  }
  return session;
}
