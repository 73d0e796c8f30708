/** What a server agrees to: suite, certificate, signature and group, from the ClientHello and its own order. */
import type { GroupName } from '../../crypto/provider.ts';
import { answerProtocols } from '../application-protocol.ts';
import { hasBlockCipher } from '../ciphers.ts';
import type { TlsServerConfig } from '../config.ts';
import { type Credentials, TlsError } from '../engine.ts';
import { type FragmentLength, requestedFragmentLength } from '../fragment-length.ts';
import { GROUP_IDS, groupById } from '../groups.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import { traitsOf, usesEc } from '../key-exchanges.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import { describeExtension, type Extension, extensionId, findExtension } from '../messages/extensions.ts';
import type { Profile } from '../profiles.ts';
import { byServerName, mayServe } from '../server-credentials.ts';
import { canSign, type SignatureScheme, schemeById } from '../signature-schemes.ts';
import { type CipherSuite, EMPTY_RENEGOTIATION_INFO_SCSV, suiteById } from '../suites.ts';
import { reaches, versionName } from '../versions.ts';
import { type FoundSession, sessionToResume } from './resumption.ts';
import type { AgreedExtensions } from './secrets.ts';

/** How a server's ephemeral key is made and, if it is, signed. */
export interface EphemeralChoice {
  readonly group: GroupName;
  readonly scheme: SignatureScheme | undefined;
}

export interface AgreedParameters extends AgreedExtensions {
  readonly suite: CipherSuite;
  /** Undefined for suites without a certificate, and when a session is resumed. */
  readonly credentials: Credentials | undefined;
  /** Undefined for suites with static keys, and when a session is resumed. */
  readonly ephemeral: EphemeralChoice | undefined;
  readonly resumed: FoundSession | undefined;
  /** Points are exchanged, so their format may be told. */
  readonly usesEc: boolean;
  readonly issuesTicket: boolean;
  /** DER of the response to staple, when the client asked and there is one. */
  readonly stapledOcsp: Uint8Array | undefined;
  readonly secureRenegotiation: boolean;
  /** The client named a host, and the certificate is one for it. */
  readonly serverNameUsed: boolean;
  /** The answer of RFC 7301, if there is one. */
  readonly applicationProtocol: readonly Extension[];
  /** RFC 6066 section 4. */
  readonly maxFragmentLength: FragmentLength | undefined;
}

/** Throws TlsError with the alert of the RFC for a hello that is wrong, or that leaves nothing to agree on. */
export function agreeOnParameters(
  hello: ClientHello,
  config: TlsServerConfig,
  io: HandshakeIo,
): AgreedParameters {
  const { profile } = io;
  checkVersion(hello, io);
  if (profile.strictHellos) checkHello(hello);
  const secureRenegotiation = checkRenegotiation(hello);
  const maxFragmentLength = requestedFragmentLength(hello);
  const choice = resume(hello, config, io) ?? choose(hello, config, profile);
  if (choice === undefined) throw new TlsError('no-shared-parameters', explainNothingShared(hello, config));
  return {
    ...choice,
    extendedMasterSecret: findExtension(hello.extensions, 'extended_master_secret') !== undefined,
    encryptThenMac:
      hasBlockCipher(choice.suite) && findExtension(hello.extensions, 'encrypt_then_mac') !== undefined,
    usesEc: choice.resumed === undefined && usesEc(traitsOf(choice.suite)),
    issuesTicket: issuesTicket(hello, config, choice, io),
    stapledOcsp: asksForOcsp(hello) ? choice.credentials?.ocspResponse : undefined,
    secureRenegotiation,
    applicationProtocol: answerProtocols(hello, config),
    maxFragmentLength,
  };
}

function checkVersion(hello: ClientHello, { profile, tls12 }: HandshakeIo): void {
  if (!reaches(hello.version, tls12.number)) {
    throw new TlsError('unsupported-version', `the client speaks ${versionName(hello.version)} at most`);
  }
  // RFC 8446 section 4.2.1: where it is known, the extension alone says which versions are meant.
  const versions = findExtension(hello.extensions, 'supported_versions')?.versions;
  if (profile.strictHellos && versions !== undefined && !versions.includes(tls12.number)) {
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

/** A client that knows tickets gets one, and a new one when more than half of the old one's life is over. */
function issuesTicket(
  { extensions }: ClientHello,
  { sessions }: TlsServerConfig,
  { resumed }: Choice,
  { host }: HandshakeIo,
): boolean {
  const isAsked = findExtension(extensions, 'session_ticket') !== undefined;
  if (sessions?.givesTickets !== true || !isAsked) return false;
  if (resumed === undefined) return true;
  return resumed.fromTicket && host.unixTime() - resumed.state.establishedAt > sessions.lifetime / 2;
}

function asksForOcsp({ extensions }: ClientHello): boolean {
  return findExtension(extensions, 'status_request')?.asksForOcsp === true;
}

type Choice = Pick<AgreedParameters, 'suite' | 'credentials' | 'ephemeral' | 'serverNameUsed' | 'resumed'>;

function resume(hello: ClientHello, config: TlsServerConfig, io: HandshakeIo): Choice | undefined {
  const resumed = sessionToResume(hello, config, io);
  const suite = resumed && suiteById(resumed.state.suite);
  return suite && { suite, resumed, credentials: undefined, ephemeral: undefined, serverNameUsed: false };
}

/** The first suite of the server's order for which everything else can be found as well. */
function choose(hello: ClientHello, config: TlsServerConfig, profile: Profile): Choice | undefined {
  const name = findExtension(hello.extensions, 'server_name')?.hostName;
  const candidates = byServerName(config.credentials, name);
  const known = clientGroups(hello, profile);
  const groups = (config.groups ?? profile.groups).filter((id) => known.includes(id));
  for (const suite of usableSuites(hello, config, profile)) {
    const { certificate, ephemeral: isEphemeral } = traitsOf(suite);
    for (const { credentials, named } of certificate === undefined ? NO_CERTIFICATE : candidates) {
      if (credentials !== undefined && !canServe(credentials, suite, known, profile)) continue;
      const choice = { suite, credentials, serverNameUsed: named, resumed: undefined };
      if (!isEphemeral) return { ...choice, ephemeral: undefined };
      const ephemeral = chooseEphemeral(hello, profile, groups, credentials);
      if (ephemeral !== undefined) return { ...choice, ephemeral };
    }
  }
  return undefined;
}

/** The first group of the server's order; the signature as `chooseScheme` says. */
function chooseEphemeral(
  hello: ClientHello,
  profile: Profile,
  groups: readonly number[],
  credentials: Credentials | undefined,
): EphemeralChoice | undefined {
  const group = groups.map(groupById)[0];
  if (group === undefined) return undefined;
  if (credentials === undefined) return { group, scheme: undefined };
  const scheme = chooseScheme(hello, profile, credentials);
  return scheme && { group, scheme };
}

/** Offered suites in the server's order for which it has what the key exchange needs but for a certificate. */
function usableSuites(hello: ClientHello, config: TlsServerConfig, profile: Profile): CipherSuite[] {
  return (config.suites ?? profile.suites)
    .filter((id) => hello.suites.includes(id))
    .map(suiteById)
    .filter((suite): suite is CipherSuite => suite !== undefined)
    .filter((suite) => {
      const { psk, certificate } = traitsOf(suite);
      if (psk) return config.preSharedKey !== undefined;
      // A client stays unknown in anonymous suites: it cannot be asked for a certificate.
      return certificate !== undefined || config.clientAuth !== 'require';
    });
}

/** RFC 8422 section 4: a client without the extension takes any group; P-256 is the one all have. */
function clientGroups(hello: ClientHello, profile: Profile): readonly number[] {
  const offered = findExtension(hello.extensions, 'supported_groups')?.groups;
  return offered ?? (profile.strictHellos ? [GROUP_IDS.secp256r1] : []);
}

const NO_CERTIFICATE = [{ credentials: undefined, named: false }];

/** The key fits the suite, its curve is one the client knows (RFC 8422 section 5.3), and it may be used so. */
function canServe(
  credentials: Credentials,
  suite: CipherSuite,
  groups: readonly number[],
  { comparesStaticCurve }: Profile,
): boolean {
  const { key } = credentials;
  const { certificate } = traitsOf(suite);
  if (certificate?.keys.includes(key.kind) !== true) return false;
  if (key.kind === 'ec') {
    const compares = certificate.use === 'signature' || comparesStaticCurve;
    if (compares ? !groups.includes(GROUP_IDS[key.curve]) : groups.length === 0) return false;
  }
  return mayServe(credentials, certificate.use);
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
    .find((scheme) => scheme !== undefined && canSign(credentials.key, scheme));
}

function explainNothingShared(hello: ClientHello, config: TlsServerConfig): string {
  if (config.credentials.length === 0) {
    const what = config.preSharedKey === undefined ? 'no certificate' : 'pre-shared keys and no certificate';
    return `none of the ${hello.suites.length} suites offered fits a server with ${what}`;
  }
  const kinds = [...new Set(config.credentials.map(({ key }) => key.kind.toUpperCase()))].join(' and ');
  return `none of the ${hello.suites.length} suites offered fits a server with ${kinds} keys`;
}
