/** `tls.SSLContext`: what the connections made with it have in common. */
import type { PrivateKey } from '../../../crypto/provider.ts';
import type { PreSharedKey } from '../../../tls/config.ts';
import type { Credentials } from '../../../tls/engine.ts';
import { traitsOf } from '../../../tls/key-exchanges.ts';
import { SUITES } from '../../../tls/suites.ts';
import { sameBytes } from '../../../world/bytes.ts';
import { type Certificate, parseCertificate } from '../../../x509/certificate.ts';
import { DerError } from '../../../x509/der.ts';
import { parsePrivateKey } from '../../../x509/keys.ts';
import { decodeCertificates } from '../../../x509/pem.ts';
import type { Block } from '../../heap.ts';
import { ownCertificate, ownKey } from '../../mbedtls-memory.ts';
import type { DeviceHeap } from '../device-heap.ts';
import type { Session } from '../session.ts';

/** `tls.CERT_NONE` and so on. */
export const CERT_NONE = 0;
export const CERT_OPTIONAL = 1;
export const CERT_REQUIRED = 2;

/** Called with a certificate and its depth; anything but 0 refuses the chain. Undefined when Python raised. */
export type VerifyCallback = (der: Uint8Array, depth: number) => number | undefined;

/** `server_psk_keys.get`: the key of an identity, or undefined when it is not known. */
export type KeyLookup = (identity: Uint8Array) => Uint8Array | undefined;

/**
 * `ecdsa_sign_callback`: a DER-encoded signature of the digest, or undefined to let mbedTLS sign with the key that was
 * loaded, which may be no more than the name of a key elsewhere.
 */
export type SignCallback = (key: Uint8Array, digest: Uint8Array) => Uint8Array | undefined;

/** Bits of the argument of `tls.SSLContext`. */
const PROTOCOL_SERVER = 1;
const PROTOCOL_DATAGRAMS = 2;

/** Octets. */
const COOKIE_SECRET = 32;

/** Octets; mbedTLS's MBEDTLS_PSK_MAX_LEN in a build without TLS 1.3. */
const LONGEST_PSK = 32;

export type LoadResult = 'ok' | 'invalid key' | 'invalid cert';

export class TlsContext {
  /** Which side its connections take: as in C, `server_side` has no say in it. */
  readonly isServer: boolean;
  readonly usesDatagrams: boolean;
  verifyMode = CERT_NONE;
  anchors: readonly Uint8Array[] = [];
  credentials: Credentials | undefined;
  /** Ids in order of preference; undefined for the build's own list. */
  suites: readonly number[] | undefined;
  verifyCallback: VerifyCallback | undefined;
  signCallback: SignCallback | undefined;
  psk: PreSharedKey | undefined;
  keyLookup: KeyLookup | undefined;
  /** SSLSockets made with it and not closed. */
  openSockets = 0;
  private readonly heap: DeviceHeap;
  private readonly held: Block[] = [];

  /** Behind the cookies of a DTLS server: one for all its connections. */
  readonly cookieSecret: Uint8Array;

  constructor(protocol: number, { heap, random }: Pick<Session, 'heap' | 'random'>) {
    this.isServer = (protocol & PROTOCOL_SERVER) !== 0;
    this.usesDatagrams = (protocol & PROTOCOL_DATAGRAMS) !== 0;
    this.heap = heap;
    this.cookieSecret = random.bytes(this.isServer && this.usesDatagrams ? COOKIE_SECRET : 0);
  }

  /** As in C, the key is read first, and can be loaded once only: a second one is an invalid key. */
  loadCertChain(certificates: Uint8Array, key: Uint8Array): LoadResult {
    if (this.credentials !== undefined) return 'invalid key';
    const privateKey = readKey(key);
    if (privateKey === undefined) return 'invalid key';
    const chain = readCertificates(certificates);
    if (chain === undefined || !this.hold(chain, ownKey(privateKey.publicKey))) return 'invalid cert';
    this.credentials = { chain: chain.map(({ der }) => der), key: privateKey };
    return 'ok';
  }

  /** All of the data or nothing: one certificate that cannot be read spoils it. Adds to what was loaded. */
  loadVerifyLocations(data: Uint8Array): LoadResult {
    const anchors = readCertificates(data);
    if (anchors === undefined || !this.hold(anchors, 0)) return 'invalid cert';
    this.anchors = [...this.anchors, ...anchors.map(({ der }) => der)];
    return 'ok';
  }

  /** False when there is no name, or one that the build does not know. */
  setCiphers(names: readonly string[]): boolean {
    const ids = names.map((name) => SUITES.find((suite) => suite.mbedtlsName === name)?.id);
    if (ids.length === 0 || ids.includes(undefined)) return false;
    this.suites = ids as number[];
    return true;
  }

  /** False for a key that is empty or too long. With a key only PSK suites are left, until others are set. */
  setPsk(psk: PreSharedKey): boolean {
    if (psk.key.length === 0 || psk.key.length > LONGEST_PSK) return false;
    this.psk = psk;
    this.suites = PSK_SUITES;
    return true;
  }

  setKeyLookup(lookup: KeyLookup | undefined): void {
    this.keyLookup = lookup;
    if (lookup !== undefined) this.suites = PSK_SUITES;
  }

  /** What a server asks for the key of an identity; undefined when it has none to ask. */
  get preSharedKey(): KeyLookup | undefined {
    const { keyLookup, psk } = this;
    if (keyLookup === undefined)
      return psk && ((identity) => (sameBytes(identity, psk.identity) ? psk.key : undefined));
    return (identity) => {
      const key = keyLookup(identity);
      return key === undefined || key.length === 0 || key.length > LONGEST_PSK ? undefined : key;
    };
  }

  private hold(certificates: readonly Certificate[], more: number): boolean {
    const sizes = certificates.map(({ der, publicKey }) => ownCertificate(der, publicKey));
    if (more > 0) sizes.push(more);
    const blocks = this.heap.take(sizes, 'certificates of a TLS context');
    this.held.push(...(blocks ?? []));
    return blocks !== undefined;
  }
}

const PSK_SUITES = SUITES.filter((suite) => traitsOf(suite).psk).map(({ id }) => id);

function readKey(bytes: Uint8Array): PrivateKey | undefined {
  const key = orUndefined(() => parsePrivateKey(bytes));
  // The build has no Edwards curves.
  return key?.kind === 'ed25519' ? undefined : key;
}

function readCertificates(bytes: Uint8Array): Certificate[] | undefined {
  return orUndefined(() => {
    const read = decodeCertificates(bytes).map((der) => parseCertificate(der, 'mbedtls'));
    return read.length === 0 ? undefined : read;
  });
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}
