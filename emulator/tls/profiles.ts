/**
 * How the two kinds of speaker differ, as data. `mbedtls` is mbedTLS 3.6 as the ESP32 port configures it;
 * `modern` is a peer that follows the RFCs as OpenSSL and its like do today.
 */
import type { ReadingRules } from '../x509/certificate.ts';
import { MBEDTLS_ALERTS } from './alerts.ts';
import type { AlertName, TlsErrorReason } from './engine.ts';
import { GROUP_IDS } from './groups.ts';
import { traitsOf } from './key-exchanges.ts';
import { PEER_SUITES } from './peer-suites.ts';
import { MAX_CIPHERTEXT_LENGTH, MAX_PLAINTEXT_LENGTH } from './record/content-type.ts';
import { SUITES } from './suites.ts';
import { TLS12, TLS13 } from './versions.ts';

export type ProfileName = 'mbedtls' | 'modern';

export interface RecordRules {
  /** Octets of plaintext in a record that is sent. */
  readonly maxOutgoing: number;
  /** Octets of a fragment that is received, protected and in the clear. */
  readonly maxIncoming: number;
  readonly maxIncomingPlain: number;
  readonly highestVersion: number;
  /** Of the record with the first ClientHello. */
  readonly helloVersion: number;
  /** Whether the version of a record must be the agreed one, once there is one. */
  readonly exactVersion: boolean;
  /** Whether records carry what the ServerHello says from then on, even the alert that refuses it. */
  readonly takesOverVersion: boolean;
  /** Empty application data records in a row. */
  readonly maxEmptyRecords: number;
}

export interface Profile {
  readonly name: ProfileName;
  /** `flight`: all messages up to the peer's turn at once; `record`: see TlsConnection.takeRecord. */
  readonly flush: 'flight' | 'record';
  readonly record: RecordRules;
  /** Octets of the longest handshake message that is put together from records. */
  readonly maxMessageLength: number;
  /** Whether a message out of turn is refused by its first byte, or only once it is complete. */
  readonly refusesEarly: boolean;
  /** Protocol versions spoken, in order of preference. */
  readonly versions: readonly number[];
  /** What a client offers and a server accepts, in order of preference, below TLS 1.3; those with PSK only with a key. */
  readonly suites: readonly number[];
  /** Whether a client that has a pre-shared key offers no other suites. */
  readonly offersPskAlone: boolean;
  readonly groups: readonly number[];
  readonly schemes: readonly number[];
  /** What a server's CertificateRequest allows. */
  readonly certificateRequestSchemes: readonly number[];
  /** Whether the first four bytes of the random are the time (RFC 5246 7.4.1.2). */
  readonly timeInRandom: boolean;
  /** Whether an address may stand in server_name (RFC 6066 section 3 forbids it). */
  readonly sendsAddressAsName: boolean;
  /** The order and choice of the ClientHello's extensions. */
  readonly helloExtensions: 'mbedtls' | 'modern';
  /** Whether what the RFCs forbid in a hello, but does no harm, is refused: unasked or repeated extensions … */
  readonly strictHellos: boolean;
  /** Whether a close_notify is answered with one (RFC 5246 7.2.1). */
  readonly answersCloseNotify: boolean;
  /** Whether a server says that it used the client's server_name (RFC 6066 section 3). */
  readonly acknowledgesServerName: boolean;
  /** Whether a server gives its sessions a name, though it cannot resume them. */
  readonly namesSessions: boolean;
  /** Whether a server's static ECDH key must be on a curve that the client knows, as one that signs must (RFC 8422 5.3). */
  readonly comparesStaticCurve: boolean;
  /** CertificateVerify: the hash of the suite's PRF, or the best scheme that both sides know. */
  readonly certificateVerifyHash: 'suite' | 'preferred';
  /** How the peer's certificates are read. */
  readonly certificateRules: ReadingRules;
  /** Where it departs from RFC_ALERTS: by "state reason", then by reason. */
  readonly alerts: ReadonlyMap<string, AlertName | undefined>;
  /** Where a message out of turn is another error than unexpected-message. */
  readonly wrongMessage: Readonly<Record<string, TlsErrorReason>>;
}

const ECDSA_AND_RSA = [0x0603, 0x0601, 0x0503, 0x0501, 0x0403, 0x0401] as const;

const MBEDTLS: Profile = {
  name: 'mbedtls',
  flush: 'record',
  record: {
    maxOutgoing: 4096,
    // The in-buffer of 16,717 bytes less the record counter (8) and the header (5).
    maxIncoming: 16_704,
    maxIncomingPlain: 16_704,
    highestVersion: TLS12,
    helloVersion: TLS12,
    exactVersion: false,
    takesOverVersion: true,
    maxEmptyRecords: 3,
  },
  maxMessageLength: 0xff_ffff,
  refusesEarly: false,
  versions: [TLS12],
  suites: SUITES.map((suite) => suite.id),
  offersPskAlone: true,
  groups: [GROUP_IDS.secp256r1, GROUP_IDS.secp384r1, GROUP_IDS.secp521r1],
  schemes: ECDSA_AND_RSA,
  // Not SHA-512: it keeps the transcript only as the SHA-256 and SHA-384 of what was said.
  certificateRequestSchemes: [0x0503, 0x0501, 0x0403, 0x0401],
  timeInRandom: true,
  sendsAddressAsName: true,
  helloExtensions: 'mbedtls',
  strictHellos: false,
  answersCloseNotify: false,
  acknowledgesServerName: false,
  namesSessions: true,
  comparesStaticCurve: false,
  certificateVerifyHash: 'suite',
  certificateRules: 'mbedtls',
  alerts: MBEDTLS_ALERTS,
  wrongMessage: { WAIT_SERVER_HELLO: 'decode-error', WAIT_SERVER_HELLO_DONE: 'decode-error' },
};

/** Elliptic curves and PSS first, SHA-512 last: what browsers and OpenSSL prefer. */
const MODERN_SCHEMES = [
  0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0603, 0x0806, 0x0601, 0x0807,
] as const;

/** The device's order without what the RFCs of today advise against: authenticated ephemeral keys and AEADs only. */
const MODERN_SUITES = [...SUITES, ...PEER_SUITES]
  .filter((suite) => {
    const { ephemeral, certificate, psk } = traitsOf(suite);
    return ephemeral && (certificate !== undefined || psk) && /AES_\d+_GCM|POLY1305/.test(suite.cipher);
  })
  .map((suite) => suite.id);

const MODERN: Profile = {
  name: 'modern',
  flush: 'flight',
  record: {
    maxOutgoing: MAX_PLAINTEXT_LENGTH,
    maxIncoming: MAX_CIPHERTEXT_LENGTH,
    maxIncomingPlain: MAX_PLAINTEXT_LENGTH,
    highestVersion: 0x03ff,
    helloVersion: 0x0301,
    exactVersion: true,
    takesOverVersion: false,
    maxEmptyRecords: 32,
  },
  // A ClientHello with every vector as long as it can be (RFC 5246 section 7.4.1.2).
  maxMessageLength: 131_396,
  refusesEarly: true,
  versions: [TLS13, TLS12],
  suites: MODERN_SUITES,
  offersPskAlone: false,
  groups: [GROUP_IDS.x25519, GROUP_IDS.secp256r1, GROUP_IDS.secp384r1, GROUP_IDS.secp521r1],
  schemes: MODERN_SCHEMES,
  certificateRequestSchemes: MODERN_SCHEMES,
  timeInRandom: false,
  sendsAddressAsName: false,
  helloExtensions: 'modern',
  strictHellos: true,
  answersCloseNotify: true,
  acknowledgesServerName: true,
  namesSessions: false,
  comparesStaticCurve: true,
  certificateVerifyHash: 'preferred',
  certificateRules: 'rfc5280',
  alerts: new Map(),
  wrongMessage: {},
};

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { mbedtls: MBEDTLS, modern: MODERN };
