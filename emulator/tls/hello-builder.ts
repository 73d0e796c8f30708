/** The ClientHello of each profile; facts about the device's are recorded byte for byte in the tests. */
import { EMPTY } from './codec/bytes.ts';
import type { TlsClientConfig } from './config.ts';
import type { TlsHost } from './engine.ts';
import { traitsOf, usesEc } from './key-exchanges.ts';
import type { ClientHello } from './messages/client-hello.ts';
import { fragmentLengthCode } from './messages/extensions/parameters.ts';
import type { Extension } from './messages/extensions.ts';
import type { Profile } from './profiles.ts';
import type { ClientSession } from './session.ts';
import { spokenVersions, tls13Suites } from './spoken-versions.ts';
import { type CipherSuite, EMPTY_RENEGOTIATION_INFO_SCSV, suiteById } from './suites.ts';
import { TLS13_SCHEMES } from './tls13/signatures.ts';
import { TLS12, TLS13 } from './versions.ts';

const UNCOMPRESSED = 0;
const SESSION_ID_LENGTH = 32;

/** `session`: what the hello offers to take up again, in TLS 1.2. */
export function buildClientHello(
  config: TlsClientConfig,
  profile: Profile,
  host: TlsHost,
  session: ClientSession | undefined,
): ClientHello {
  const speaksTls13 = spokenVersions(config, profile).includes(TLS13);
  const suites = offeredSuites(config, profile);
  const extensions = EXTENSIONS[profile.helloExtensions]({
    config,
    profile,
    suites,
    session,
    speaksTls13,
  });
  const signal = profile.helloExtensions === 'mbedtls' ? [EMPTY_RENEGOTIATION_INFO_SCSV] : [];
  return {
    version: TLS12,
    random: helloRandom(profile, host),
    sessionId: offeredSessionId(session, speaksTls13, host),
    suites: [
      ...tls13Suites(config, profile).map((suite) => suite.id),
      ...suites.map((suite) => suite.id),
      ...signal,
    ],
    compressionMethods: [0],
    extensions,
  };
}

/** Of TLS 1.2: those with a pre-shared key only when there is one; mbedTLS then offers no others unless told to. */
export function offeredSuites(config: TlsClientConfig, profile: Profile): readonly CipherSuite[] {
  if (spokenVersions(config, profile).every((version) => version === TLS13)) return [];
  const { suites, psk } = config;
  const pskAlone = psk !== undefined && suites === undefined && profile.offersPskAlone;
  return (suites ?? profile.suites)
    .map(suiteById)
    .filter((suite): suite is CipherSuite => suite !== undefined)
    .filter((suite) => (traitsOf(suite).psk ? psk !== undefined : !pskAlone));
}

/**
 * RFC 5077 section 3.4: beside a ticket, an ID made up for the server to give back if it takes the ticket. RFC 8446
 * appendix D.4: one made up as well, so that to a middlebox it looks like a session of TLS 1.2 taken up again.
 */
function offeredSessionId(
  session: ClientSession | undefined,
  speaksTls13: boolean,
  host: TlsHost,
): Uint8Array {
  if (session === undefined) return speaksTls13 ? host.random(SESSION_ID_LENGTH) : EMPTY;
  return session.ticket === undefined ? session.sessionId : host.random(SESSION_ID_LENGTH);
}

/** RFC 5246 7.4.1.2 wants the time in the first four bytes; most stacks have given that up, mbedTLS has not. */
export function helloRandom(profile: Profile, host: TlsHost): Uint8Array {
  if (!profile.timeInRandom) return host.random(32);
  const random = new Uint8Array(32);
  new DataView(random.buffer).setUint32(0, host.unixTime() >>> 0);
  random.set(host.random(28), 4);
  return random;
}

interface Offer {
  readonly config: TlsClientConfig;
  readonly profile: Profile;
  readonly suites: readonly CipherSuite[];
  readonly session: ClientSession | undefined;
  readonly speaksTls13: boolean;
}

const EXTENSIONS: Readonly<Record<Profile['helloExtensions'], (offer: Offer) => readonly Extension[]>> = {
  mbedtls: (offer) => [
    ...serverNameExtension(offer),
    ...groupsExtension(offer),
    { name: 'signature_algorithms', schemes: offeredSchemes(offer) },
    ...pointFormatsExtension(offer),
    ...fragmentLengthExtension(offer),
    { name: 'encrypt_then_mac' },
    { name: 'extended_master_secret' },
    ticketExtension(offer),
  ],
  modern: (offer) => [
    ...serverNameExtension(offer),
    { name: 'extended_master_secret' },
    { name: 'renegotiation_info', renegotiatedConnection: EMPTY },
    ...groupsExtension(offer),
    ...pointFormatsExtension(offer),
    ...fragmentLengthExtension(offer),
    ...(offer.session === undefined && offer.config.onSession === undefined ? [] : [ticketExtension(offer)]),
    ...statusExtension(offer),
    { name: 'signature_algorithms', schemes: offeredSchemes(offer) },
  ],
};

function offeredSchemes({ profile, speaksTls13 }: Offer): readonly number[] {
  return speaksTls13 ? [...new Set([...profile.schemes, ...TLS13_SCHEMES])] : profile.schemes;
}

function groupsExtension({ config, profile, suites, speaksTls13 }: Offer): readonly Extension[] {
  if (!speaksTls13 && !suites.some((suite) => usesEc(traitsOf(suite)))) return [];
  return [{ name: 'supported_groups', groups: config.groups ?? profile.groups }];
}

function pointFormatsExtension({ suites }: Offer): readonly Extension[] {
  if (!suites.some((suite) => usesEc(traitsOf(suite)))) return [];
  return [{ name: 'ec_point_formats', formats: [UNCOMPRESSED] }];
}

function fragmentLengthExtension({ config: { maxFragmentLength } }: Offer): readonly Extension[] {
  if (maxFragmentLength === undefined) return [];
  return [{ name: 'max_fragment_length', code: fragmentLengthCode(maxFragmentLength) }];
}

/** Empty: this client would like a ticket. */
function ticketExtension({ session }: Offer): Extension {
  return { name: 'session_ticket', ticket: session?.ticket ?? EMPTY };
}

function statusExtension({ config: { ocspStapling } }: Offer): readonly Extension[] {
  return ocspStapling === undefined
    ? []
    : [{ name: 'status_request', asksForOcsp: true, response: undefined }];
}

function serverNameExtension({ config, profile }: Offer): readonly Extension[] {
  const hostName = sentServerName(config.serverName, profile);
  return hostName === undefined ? [] : [{ name: 'server_name', hostName }];
}

/** RFC 6066 section 3: a DNS name without the trailing dot, never an address. */
function sentServerName(name: string | undefined, profile: Profile): string | undefined {
  if (name === undefined || profile.sendsAddressAsName) return name;
  if (/^[\d.]+$/.test(name) || name.includes(':')) return undefined;
  const trimmed = name.replace(/\.$/, '');
  return trimmed === '' ? undefined : trimmed;
}
