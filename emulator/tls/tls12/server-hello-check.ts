/** What a client makes of the ServerHello, in the order in which mbedTLS looks at it. */
import { hasBlockCipher } from '../ciphers.ts';
import { checkDowngrade } from '../downgrade.ts';
import { TlsError } from '../engine.ts';
import { answeredFragmentLength } from '../fragment-length.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import { describeExtension, type Extension, extensionId, findExtension } from '../messages/extensions.ts';
import type { ServerHello } from '../messages/server-hello.ts';
import type { Profile } from '../profiles.ts';
import { type CipherSuite, describeSuite, EMPTY_RENEGOTIATION_INFO_SCSV, suiteById } from '../suites.ts';
import { versionName } from '../versions.ts';
import type { Randoms } from './key-schedule.ts';
import type { AgreedExtensions } from './secrets.ts';

export interface ServerChoice extends AgreedExtensions {
  readonly suite: CipherSuite;
  readonly randoms: Randoms;
  /** The server will send a NewSessionTicket. */
  readonly sessionTicket: boolean;
  /** The server may send a CertificateStatus. */
  readonly certificateStatus: boolean;
  /** Octets; undefined: as many as a record holds. */
  readonly maxFragmentLength: number | undefined;
}

/** RFC 5246 section 7.4.1.4.1: servers must not send it. */
const SIGNATURE_ALGORITHMS = 13;

/** Throws TlsError for anything that was not offered. */
export function checkServerHello(hello: ServerHello, offer: ClientHello, profile: Profile): ServerChoice {
  // What the hello offers is TLS 1.2, or DTLS 1.2, and nothing below it.
  if (hello.version !== offer.version) {
    throw new TlsError('unsupported-version', `the server speaks ${versionName(hello.version)}`);
  }
  checkDowngrade(hello.version, hello.random, offer);
  if (hello.compressionMethod !== 0) {
    throw new TlsError('compression-selected', `the server wants compression ${hello.compressionMethod}`);
  }
  const suite = checkSuite(hello.suite, offer);
  if (profile.strictHellos) checkExtensions(hello.extensions, suite, offer);
  checkRenegotiationInfo(hello.extensions, profile);
  return {
    suite,
    randoms: { client: offer.random, server: hello.random },
    extendedMasterSecret: findExtension(hello.extensions, 'extended_master_secret') !== undefined,
    encryptThenMac: findExtension(hello.extensions, 'encrypt_then_mac') !== undefined,
    sessionTicket: findExtension(hello.extensions, 'session_ticket') !== undefined,
    certificateStatus: findExtension(hello.extensions, 'status_request') !== undefined,
    maxFragmentLength: answeredFragmentLength(hello.extensions, offer),
  };
}

function checkSuite(id: number, offer: ClientHello): CipherSuite {
  const suite = suiteById(id);
  if (suite === undefined) throw new TlsError('unknown-suite', `the server chose ${describeSuite(id)}`);
  if (!offer.suites.includes(id)) {
    throw new TlsError('illegal-parameter', `the server chose ${suite.name}, which was not offered`);
  }
  return suite;
}

/** RFC 5246 section 7.4.1.4: what was not asked for may not be answered, and nothing twice. */
function checkExtensions(extensions: readonly Extension[], suite: CipherSuite, offer: ClientHello): void {
  const offered = new Set(offer.extensions.map(extensionId));
  if (offer.suites.includes(EMPTY_RENEGOTIATION_INFO_SCSV)) offered.add(0xff01);
  const seen = new Set<number>();
  for (const id of extensions.map(extensionId)) {
    if (!offered.has(id)) {
      throw new TlsError('unsupported-extension', `the server answers ${describeExtension(id)} unasked`);
    }
    if (seen.has(id)) throw new TlsError('illegal-parameter', `${describeExtension(id)} comes twice`);
    seen.add(id);
  }
  if (seen.has(SIGNATURE_ALGORITHMS)) {
    throw new TlsError('illegal-parameter', 'signature_algorithms is not for a server to send');
  }
  checkPointFormats(extensions);
  if (!hasBlockCipher(suite) && findExtension(extensions, 'encrypt_then_mac') !== undefined) {
    throw new TlsError('illegal-parameter', `encrypt_then_mac with ${suite.name}`);
  }
}

/** RFC 8422 section 5.2. */
function checkPointFormats(extensions: readonly Extension[]): void {
  const formats = findExtension(extensions, 'ec_point_formats')?.formats;
  if (formats !== undefined && !formats.includes(0)) {
    throw new TlsError('illegal-parameter', 'the server takes no uncompressed points');
  }
}

/** RFC 5746 section 3.4. A server that does not know the extension is let pass by mbedTLS alone. */
function checkRenegotiationInfo(extensions: readonly Extension[], profile: Profile): void {
  const info = findExtension(extensions, 'renegotiation_info');
  if (info === undefined) {
    if (!profile.strictHellos) return;
    throw new TlsError('renegotiation-mismatch', 'the server does not know secure renegotiation');
  }
  if (info.renegotiatedConnection.length > 0) {
    throw new TlsError('renegotiation-mismatch', 'the server takes this for a renegotiation');
  }
}
