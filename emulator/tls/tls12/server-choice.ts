/** What a server agrees to: suite, certificate, signature and group, from the ClientHello and its own order. */
import type { GroupName } from '../../crypto/provider.ts';
import { type Certificate, parseCertificate } from '../../x509/certificate.ts';
import { Oid } from '../../x509/oids.ts';
import type { TlsServerConfig } from '../config.ts';
import { type Credentials, TlsError } from '../engine.ts';
import { GROUP_IDS, groupById } from '../groups.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import { describeExtension, extensionId, findExtension } from '../messages/extensions.ts';
import type { Profile } from '../profiles.ts';
import { namesHost } from '../server-name.ts';
import { type SignatureScheme, schemeById } from '../signature-schemes.ts';
import {
  authenticationKey,
  type CipherSuite,
  EMPTY_RENEGOTIATION_INFO_SCSV,
  isEphemeral,
  isImplemented,
  suiteById,
} from '../suites.ts';
import { reaches, versionName } from '../versions.ts';
import type { AgreedExtensions } from './secrets.ts';

/** How a server's ephemeral key is made and signed. */
export interface EphemeralChoice {
  readonly group: GroupName;
  readonly scheme: SignatureScheme;
}

export interface AgreedParameters extends AgreedExtensions {
  readonly suite: CipherSuite;
  readonly credentials: Credentials;
  /** Undefined for suites with static keys. */
  readonly ephemeral: EphemeralChoice | undefined;
  readonly secureRenegotiation: boolean;
  /** The client named a host, and the certificate is one for it. */
  readonly serverNameUsed: boolean;
}

/** Throws TlsError with the alert of the RFC for a hello that is wrong, or that leaves nothing to agree on. */
export function agreeOnParameters(
  hello: ClientHello,
  config: TlsServerConfig,
  { profile, tls12 }: Pick<HandshakeIo, 'profile' | 'tls12'>,
): AgreedParameters {
  checkVersion(hello, profile, tls12.number);
  if (profile.strictHellos) checkHello(hello);
  const secureRenegotiation = checkRenegotiation(hello);
  const choice = choose(hello, config, profile);
  if (choice === undefined) throw new TlsError('no-shared-parameters', explainNothingShared(hello, config));
  return {
    ...choice,
    extendedMasterSecret: findExtension(hello.extensions, 'extended_master_secret') !== undefined,
    // RFC 7366 section 3: it means something for block ciphers only.
    encryptThenMac:
      choice.suite.macHash !== undefined && findExtension(hello.extensions, 'encrypt_then_mac') !== undefined,
    secureRenegotiation,
  };
}

function checkVersion(hello: ClientHello, profile: Profile, tls12: number): void {
  if (!reaches(hello.version, tls12)) {
    throw new TlsError('unsupported-version', `the client speaks ${versionName(hello.version)} at most`);
  }
  // RFC 8446 section 4.2.1: where it is known, the extension alone says which versions are meant.
  const versions = findExtension(hello.extensions, 'supported_versions')?.versions;
  if (profile.strictHellos && versions !== undefined && !versions.includes(tls12)) {
    throw new TlsError(
      'unsupported-version',
      `the client speaks ${versions.map(versionName).join(', ')} only`,
    );
  }
}

/** RFC 5246 sections 7.4.1.2 and 7.4.1.4, RFC 8422 section 5.1.2. */
function checkHello(hello: ClientHello): void {
  if (!hello.compressionMethods.includes(0)) {
    throw new TlsError('illegal-parameter', 'the client does not offer the null compression');
  }
  const seen = new Set<number>();
  for (const id of hello.extensions.map(extensionId)) {
    if (seen.has(id)) throw new TlsError('illegal-parameter', `${describeExtension(id)} comes twice`);
    seen.add(id);
  }
  const formats = findExtension(hello.extensions, 'ec_point_formats')?.formats;
  if (formats !== undefined && !formats.includes(0)) {
    throw new TlsError('illegal-parameter', 'the client does not offer uncompressed points');
  }
}

/** RFC 5746 section 3.6: whether the client knows secure renegotiation. */
function checkRenegotiation(hello: ClientHello): boolean {
  const info = findExtension(hello.extensions, 'renegotiation_info');
  if (info !== undefined && info.renegotiatedConnection.length > 0) {
    throw new TlsError('renegotiation-mismatch', 'the client takes this for a renegotiation');
  }
  return info !== undefined || hello.suites.includes(EMPTY_RENEGOTIATION_INFO_SCSV);
}

type Choice = Pick<AgreedParameters, 'suite' | 'credentials' | 'ephemeral' | 'serverNameUsed'>;

/** The first suite of the server's order for which everything else can be found as well. */
function choose(hello: ClientHello, config: TlsServerConfig, profile: Profile): Choice | undefined {
  const name = findExtension(hello.extensions, 'server_name')?.hostName;
  const candidates = byServerName(config.credentials, name);
  const groups = clientGroups(hello, profile);
  for (const suite of offeredSuites(hello, config, profile)) {
    for (const { credentials, named } of candidates) {
      if (!canServe(credentials, suite, groups)) continue;
      const choice = { suite, credentials, serverNameUsed: named };
      if (!isEphemeral(suite)) return { ...choice, ephemeral: undefined };
      const ephemeral = chooseEphemeral(hello, profile, groups, credentials);
      if (ephemeral !== undefined) return { ...choice, ephemeral };
    }
  }
  return undefined;
}

/** The group by the server's order; the signature as `chooseScheme` says. */
function chooseEphemeral(
  hello: ClientHello,
  profile: Profile,
  groups: readonly number[],
  credentials: Credentials,
): EphemeralChoice | undefined {
  const group = profile.groups.filter((id) => groups.includes(id)).map(groupById)[0];
  const scheme = chooseScheme(hello, profile, credentials);
  return group === undefined || scheme === undefined ? undefined : { group, scheme };
}

function offeredSuites(hello: ClientHello, config: TlsServerConfig, profile: Profile): CipherSuite[] {
  return (config.suites ?? profile.suites)
    .filter((id) => hello.suites.includes(id))
    .map(suiteById)
    .filter((suite): suite is CipherSuite => suite !== undefined && isImplemented(suite));
}

/** RFC 8422 section 4: a client without the extension takes any group; P-256 is the one all have. */
function clientGroups(hello: ClientHello, profile: Profile): readonly number[] {
  const groups = findExtension(hello.extensions, 'supported_groups')?.groups;
  return groups ?? (profile.strictHellos ? [GROUP_IDS.secp256r1] : []);
}

interface Candidate {
  readonly credentials: Credentials;
  readonly named: boolean;
}

/** Those whose certificate is for the name the client asked for come first; a server falls back to the rest. */
function byServerName(all: readonly Credentials[], name: string | undefined): readonly Candidate[] {
  const candidates = all.map((credentials) => ({
    credentials,
    named: name !== undefined && namesHost(leafOf(credentials), name),
  }));
  return [...candidates.filter(({ named }) => named), ...candidates.filter(({ named }) => !named)];
}

/** The key fits the suite, its curve is one the client knows (RFC 8422 section 5.3), and it may sign. */
function canServe(credentials: Credentials, suite: CipherSuite, groups: readonly number[]): boolean {
  const { key } = credentials;
  if (key.kind !== authenticationKey(suite)) return false;
  if (key.kind === 'ec' && !groups.includes(GROUP_IDS[key.curve])) return false;
  return mayServe(leafOf(credentials), suite);
}

/** RFC 5280 section 4.2.1.3 and .12. mbedTLS does not serve a certificate that no client would take. */
function mayServe({ keyUsage, extendedKeyUsage }: Certificate, suite: CipherSuite): boolean {
  const usage = isEphemeral(suite) ? 'digitalSignature' : 'keyEncipherment';
  if (keyUsage !== undefined && !keyUsage.includes(usage)) return false;
  return (
    extendedKeyUsage === undefined ||
    extendedKeyUsage.includes(Oid.serverAuth) ||
    extendedKeyUsage.includes(Oid.anyExtendedKeyUsage)
  );
}

/** The client's first choice that this side knows, as OpenSSL and mbedTLS both take it. */
function chooseScheme(
  hello: ClientHello,
  profile: Profile,
  credentials: Credentials,
): SignatureScheme | undefined {
  const offered = findExtension(hello.extensions, 'signature_algorithms')?.schemes ?? [];
  return offered
    .filter((id) => profile.schemes.includes(id))
    .map(schemeById)
    .find((scheme) => scheme?.key === credentials.key.kind);
}

const leaves = new WeakMap<Credentials, Certificate>();

/** Servers answer many connections with the same certificate: it is read once. */
function leafOf(credentials: Credentials): Certificate {
  let leaf = leaves.get(credentials);
  if (leaf === undefined) {
    leaf = parseCertificate(credentials.chain[0]!);
    leaves.set(credentials, leaf);
  }
  return leaf;
}

function explainNothingShared(hello: ClientHello, config: TlsServerConfig): string {
  if (config.credentials.length === 0) return 'the server has no certificate';
  const kinds = [...new Set(config.credentials.map(({ key }) => key.kind.toUpperCase()))].join(' and ');
  return `none of the ${hello.suites.length} suites offered fits a server with ${kinds} keys`;
}
