/** What a ClientHello holds for TLS 1.3, in the first one and in the one that answers a HelloRetryRequest. */
import { HASH_BYTES } from '../../crypto/hashes.ts';
import type { KeyShare } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import { EMPTY } from '../codec/bytes.ts';
import type { TlsClientConfig } from '../config.ts';
import { GROUP_IDS, groupById } from '../groups.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import { makeKeyShare } from '../key-agreement.ts';
import { type ClientHello, clientHello } from '../messages/client-hello.ts';
import { bindersLength, PSK_MODES } from '../messages/extensions/tls13.ts';
import type { Extension } from '../messages/extensions.ts';
import { encodeMessage } from '../messages/handshake.ts';
import type { ClientSession } from '../session.ts';
import { spokenVersions, tls13Suites } from '../spoken-versions.ts';
import { pskBinder } from './key-schedule.ts';
import { type Tls13Suite, tls13SuiteById } from './suites.ts';

/** Seconds: no ticket lives longer (RFC 8446 section 4.6.1). */
export const MAX_TICKET_LIFETIME = 604_800;

export interface Tls13Offer {
  readonly hello: ClientHello;
  readonly shares: readonly KeyShare[];
  readonly session: ClientSession | undefined;
}

/** One key share, of the group that the client likes best. */
export function addTls13(plain: ClientHello, config: TlsClientConfig, io: HandshakeIo): Tls13Offer {
  const groups = config.groups ?? io.profile.groups;
  const group = groups.map(groupById).find((name) => name !== undefined);
  const shares = group === undefined ? [] : [makeKeyShare(io, group)];
  const extensions: readonly Extension[] = [
    ...plain.extensions,
    { name: 'supported_versions', versions: spokenVersions(config, io.profile) },
    { name: 'psk_key_exchange_modes', modes: [PSK_MODES.psk_dhe_ke] },
    keyShareExtension(shares),
  ];
  const hello = { ...plain, extensions };
  const session = usableSession(config, io);
  if (session === undefined) return { hello, shares, session };
  return { hello: withPsk(hello, session, io, EMPTY), shares, session };
}

/** What a HelloRetryRequest asks to be changed. */
export interface Retry {
  readonly suite: Tls13Suite;
  readonly share: KeyShare | undefined;
  readonly cookie: Uint8Array | undefined;
}

/** RFC 8446 section 4.1.2. `said`: the transcript so far, with the HelloRetryRequest. */
export function secondHello(
  first: Tls13Offer,
  { suite, share, cookie }: Retry,
  io: HandshakeIo,
  said: Uint8Array,
): Tls13Offer {
  const shares = share === undefined ? first.shares : [share];
  const kept = first.hello.extensions
    .filter(({ name }) => name !== 'pre_shared_key')
    .map((extension) => (extension.name === 'key_share' ? keyShareExtension(shares) : extension));
  const extensions: readonly Extension[] = [
    ...kept,
    ...(cookie === undefined ? [] : [{ name: 'cookie', cookie } as const]),
  ];
  const hello = { ...first.hello, extensions };
  const session = first.session && hashOf(first.session) === suite.hash ? first.session : undefined;
  if (session === undefined) return { hello, shares, session };
  return { hello: withPsk(hello, session, io, said), shares, session };
}

function keyShareExtension(shares: readonly KeyShare[]): Extension {
  return {
    name: 'key_share',
    shares: shares.map(({ group, publicKey }) => ({ group: GROUP_IDS[group], publicKey })),
  };
}

/** The session to take up, if it is one of TLS 1.3 with this server that is still fresh. */
function usableSession({ session, ...config }: TlsClientConfig, io: HandshakeIo): ClientSession | undefined {
  if (session === undefined || session.version !== 'TLSv1.3' || session.ticket === undefined)
    return undefined;
  if (session.serverName !== config.serverName) return undefined;
  const age = io.host.unixTime() - session.receivedAt;
  if (age < 0 || age > Math.min(session.lifetime, MAX_TICKET_LIFETIME)) return undefined;
  const hash = hashOf(session);
  return tls13Suites(config, io.profile).some((suite) => suite.hash === hash) ? session : undefined;
}

function hashOf(session: ClientSession): Tls13Suite['hash'] | undefined {
  return tls13SuiteById(session.suite)?.hash;
}

/** With pre_shared_key as the last extension: its binder covers all that stands before it. */
function withPsk(hello: ClientHello, session: ClientSession, io: HandshakeIo, said: Uint8Array): ClientHello {
  const { crypto } = io.host;
  const suite = tls13SuiteById(session.suite)!;
  const ofBinder = (binder: Uint8Array): ClientHello => ({
    ...hello,
    extensions: [...hello.extensions, pskExtension(session, io.host.unixTime(), binder)],
  });
  const blank = new Uint8Array(HASH_BYTES[suite.hash]);
  const { bytes } = encodeMessage(clientHello, ofBinder(blank));
  const partial = concat(said, bytes.subarray(0, bytes.length - bindersLength([blank])));
  return ofBinder(pskBinder(crypto, suite, session.secret, partial));
}

function pskExtension(session: ClientSession, now: number, binder: Uint8Array): Extension {
  const milliseconds = Math.round((now - session.receivedAt) * 1000);
  const obfuscatedAge = (milliseconds + session.ageAdd) % 0x1_0000_0000;
  const identities = [{ identity: session.ticket!, obfuscatedAge }];
  return { name: 'pre_shared_key', offered: { identities, binders: [binder] }, selected: 0 };
}
