/** What a server agrees to in TLS 1.3, from the ClientHello and its own order: RFC 8446 sections 4.1.1 and 4.2. */
import type { GroupName } from '../../crypto/provider.ts';
import type { TlsServerConfig } from '../config.ts';
import { type Credentials, TlsError } from '../engine.ts';
import { requestedFragmentLength } from '../fragment-length.ts';
import { describeGroup, groupById } from '../groups.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import { checkExtensionPlaces } from '../messages/extension-places.ts';
import type { KeyShareEntry } from '../messages/extensions/extension.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import type { Profile } from '../profiles.ts';
import { byServerName, mayServe } from '../server-credentials.ts';
import type { SignatureScheme } from '../signature-schemes.ts';
import { tls13Suites } from '../spoken-versions.ts';
import { chooseScheme } from './signatures.ts';
import type { Tls13Suite } from './suites.ts';

export interface KeyExchangeChoice {
  readonly group: GroupName;
  /** The client's share; undefined when it must be asked for one of this group. */
  readonly share: KeyShareEntry | undefined;
}

export interface CertificateChoice {
  readonly credentials: Credentials;
  readonly scheme: SignatureScheme;
  /** The client named a host, and the certificate is one for it. */
  readonly serverNameUsed: boolean;
}

/** Throws TlsError for a hello that is wrong in itself. */
export function checkClientHello(hello: ClientHello): void {
  const { extensions } = hello;
  if (hello.compressionMethods.length !== 1 || hello.compressionMethods[0] !== 0) {
    throw new TlsError('illegal-parameter', 'a hello of TLS 1.3 offers compression');
  }
  checkExtensionPlaces(extensions, 'ClientHello');
  checkPresence(extensions);
  checkKeyShares(extensions);
  checkPsks(extensions);
  requestedFragmentLength(hello);
}

/** Section 9.2: what must be there, and what must come with what. */
function checkPresence(extensions: readonly Extension[]): void {
  const has = (name: Extension['name']): boolean => extensions.some((extension) => extension.name === name);
  const missing = (name: string): TlsError => new TlsError('missing-extension', `a hello without ${name}`);
  if (!has('pre_shared_key')) {
    if (!has('signature_algorithms')) throw missing('signature_algorithms');
    if (!has('supported_groups')) throw missing('supported_groups');
  } else if (!has('psk_key_exchange_modes')) {
    throw missing('psk_key_exchange_modes');
  }
  if (has('supported_groups') && !has('key_share')) throw missing('key_share');
  if (has('key_share') && !has('supported_groups')) throw missing('supported_groups');
}

/** Section 4.2.8: one share a group, and of groups that are supported. */
function checkKeyShares(extensions: readonly Extension[]): void {
  const supported = findExtension(extensions, 'supported_groups')?.groups ?? [];
  const groups = sharesOf(extensions).map(({ group }) => group);
  groups.forEach((group, i) => {
    if (!supported.includes(group)) {
      throw new TlsError(
        'illegal-parameter',
        `a key share of ${describeGroup(group)}, not in supported_groups`,
      );
    }
    if (groups.indexOf(group) !== i) {
      throw new TlsError('illegal-parameter', `two key shares of ${describeGroup(group)}`);
    }
  });
}

/** Section 4.2.11: the last of all, and a binder for each. */
function checkPsks(extensions: readonly Extension[]): void {
  const offered = findExtension(extensions, 'pre_shared_key')?.offered;
  if (offered === undefined) return;
  if (extensions[extensions.length - 1]!.name !== 'pre_shared_key') {
    throw new TlsError('illegal-parameter', 'pre_shared_key is not the last extension');
  }
  const { identities, binders } = offered;
  if (identities.length !== binders.length) {
    throw new TlsError('illegal-parameter', `${identities.length} keys with ${binders.length} binders`);
  }
}

function sharesOf(extensions: readonly Extension[]): readonly KeyShareEntry[] {
  return findExtension(extensions, 'key_share')?.shares ?? [];
}

/** Those of both, in the server's order. Throws TlsError when there are none. */
export function chooseSuites(
  hello: ClientHello,
  config: TlsServerConfig,
  profile: Profile,
): readonly Tls13Suite[] {
  const suites = tls13Suites(config, profile).filter(({ id }) => hello.suites.includes(id));
  if (suites.length > 0) return suites;
  throw new TlsError('no-shared-parameters', 'the client offers no suite of TLS 1.3 that this server speaks');
}

/** The server's first group of which there is a share, so that no retry is needed; else its first that both know. */
export function chooseGroup(
  hello: ClientHello,
  config: TlsServerConfig,
  profile: Profile,
): KeyExchangeChoice {
  const supported = findExtension(hello.extensions, 'supported_groups')?.groups ?? [];
  const shares = sharesOf(hello.extensions);
  const common = (config.groups ?? profile.groups).filter((id) => supported.includes(id));
  const id = common.find((group) => shares.some((share) => share.group === group)) ?? common[0];
  const group = id === undefined ? undefined : groupById(id);
  if (group === undefined) {
    const named = supported.map(describeGroup).join(', ');
    throw new TlsError('no-shared-parameters', `the client supports ${named} only, this server none of them`);
  }
  return { group, share: shares.find((share) => share.group === id) };
}

/** By server name, then the first whose key can sign as the client asks. Throws TlsError when there is none. */
export function chooseCertificate(hello: ClientHello, config: TlsServerConfig): CertificateChoice {
  const asked = findExtension(hello.extensions, 'signature_algorithms')?.schemes;
  if (asked === undefined) throw new TlsError('missing-extension', 'a hello without signature_algorithms');
  const name = findExtension(hello.extensions, 'server_name')?.hostName;
  for (const { credentials, named } of byServerName(config.credentials, name)) {
    const scheme = chooseScheme(asked, credentials.key);
    if (scheme !== undefined && mayServe(credentials, 'signature')) {
      return { credentials, scheme, serverNameUsed: named };
    }
  }
  const problem =
    config.credentials.length === 0
      ? 'the server has no certificate'
      : 'none of the signatures that the client knows fits a key of this server';
  throw new TlsError('no-shared-parameters', problem);
}
