/** The ClientHello of each profile; facts about the device's are recorded byte for byte in the tests. */
import { EMPTY } from './codec/bytes.ts';
import type { TlsClientConfig } from './config.ts';
import type { TlsHost } from './engine.ts';
import type { ClientHello } from './messages/client-hello.ts';
import type { Extension } from './messages/extensions.ts';
import type { Profile } from './profiles.ts';
import { spokenVersions, tls13Suites } from './spoken-versions.ts';
import { type CipherSuite, EMPTY_RENEGOTIATION_INFO_SCSV, needsPsk, suiteById } from './suites.ts';
import { TLS13_SCHEMES } from './tls13/signatures.ts';
import { TLS12, TLS13 } from './versions.ts';

const UNCOMPRESSED = 0;

export function buildClientHello(config: TlsClientConfig, profile: Profile, host: TlsHost): ClientHello {
  const spoken = spokenVersions(config, profile);
  const speaksTls13 = spoken.includes(TLS13);
  const suites = (config.suites ?? profile.suites)
    .map(suiteById)
    .filter((suite): suite is CipherSuite => suite !== undefined && !needsPsk(suite))
    .filter(() => spoken.some((version) => version !== TLS13));
  const serverName = sentServerName(config.serverName, profile);
  const usesEc = speaksTls13 || suites.some((suite) => suite.keyExchange.startsWith('EC'));
  const extensions = EXTENSIONS[profile.helloExtensions](serverName, usesEc, {
    groups: config.groups ?? profile.groups,
    schemes: speaksTls13 ? [...new Set([...profile.schemes, ...TLS13_SCHEMES])] : profile.schemes,
  });
  const signal = profile.helloExtensions === 'mbedtls' ? [EMPTY_RENEGOTIATION_INFO_SCSV] : [];
  return {
    version: TLS12,
    random: helloRandom(profile, host),
    // RFC 8446 appendix D.4: to a middlebox it looks like a session of TLS 1.2 that is taken up again.
    sessionId: speaksTls13 ? host.random(32) : EMPTY,
    suites: [
      ...tls13Suites(config, profile).map((suite) => suite.id),
      ...suites.map((suite) => suite.id),
      ...signal,
    ],
    compressionMethods: [0],
    extensions,
  };
}

/** RFC 5246 7.4.1.2 wants the time in the first four bytes; most stacks have given that up, mbedTLS has not. */
export function helloRandom(profile: Profile, host: TlsHost): Uint8Array {
  if (!profile.timeInRandom) return host.random(32);
  const random = new Uint8Array(32);
  new DataView(random.buffer).setUint32(0, host.unixTime() >>> 0);
  random.set(host.random(28), 4);
  return random;
}

const EXTENSIONS: Readonly<
  Record<
    Profile['helloExtensions'],
    (
      serverName: string | undefined,
      usesEc: boolean,
      offered: Pick<Profile, 'groups' | 'schemes'>,
    ) => readonly Extension[]
  >
> = {
  mbedtls: (serverName, usesEc, { groups, schemes }) => [
    ...serverNameExtension(serverName),
    ...(usesEc ? [{ name: 'supported_groups', groups } as const] : []),
    { name: 'signature_algorithms', schemes },
    ...(usesEc ? [{ name: 'ec_point_formats', formats: [UNCOMPRESSED] } as const] : []),
    { name: 'encrypt_then_mac' },
    { name: 'extended_master_secret' },
    { name: 'session_ticket', ticket: EMPTY },
  ],
  modern: (serverName, usesEc, { groups, schemes }) => [
    ...serverNameExtension(serverName),
    { name: 'extended_master_secret' },
    { name: 'renegotiation_info', renegotiatedConnection: EMPTY },
    ...(usesEc ? [{ name: 'supported_groups', groups } as const] : []),
    ...(usesEc ? [{ name: 'ec_point_formats', formats: [UNCOMPRESSED] } as const] : []),
    { name: 'signature_algorithms', schemes },
  ],
};

function serverNameExtension(hostName: string | undefined): readonly Extension[] {
  return hostName === undefined ? [] : [{ name: 'server_name', hostName }];
}

/** RFC 6066 section 3: a DNS name without the trailing dot, never an address. */
function sentServerName(name: string | undefined, profile: Profile): string | undefined {
  if (name === undefined || profile.sendsAddressAsName) return name;
  if (/^[\d.]+$/.test(name) || name.includes(':')) return undefined;
  const trimmed = name.replace(/\.$/, '');
  return trimmed === '' ? undefined : trimmed;
}
