/** `tls.SSLContext`: what the connections made with it have in common. */
import type { PrivateKey } from '../../../crypto/provider.ts';
import type { Credentials } from '../../../tls/engine.ts';
import { SUITES } from '../../../tls/suites.ts';
import { type Certificate, parseCertificate } from '../../../x509/certificate.ts';
import { DerError } from '../../../x509/der.ts';
import { parsePrivateKey } from '../../../x509/keys.ts';
import { decodeCertificates } from '../../../x509/pem.ts';
import type { Block } from '../../heap.ts';
import { ownCertificate, ownKey } from '../../mbedtls-memory.ts';
import type { DeviceHeap } from '../device-heap.ts';

/** `tls.CERT_NONE` and so on. */
export const CERT_NONE = 0;
export const CERT_OPTIONAL = 1;
export const CERT_REQUIRED = 2;

/** Called with a certificate and its depth; anything but 0 refuses the chain. */
export type VerifyCallback = (der: Uint8Array, depth: number) => number;

export type LoadResult = 'ok' | 'invalid key' | 'invalid cert';

export class TlsContext {
  verifyMode = CERT_NONE;
  anchors: readonly Uint8Array[] = [];
  credentials: Credentials | undefined;
  /** Ids in order of preference; undefined for the build's own list. */
  suites: readonly number[] | undefined;
  verifyCallback: VerifyCallback | undefined;
  private readonly heap: DeviceHeap;
  private readonly held: Block[] = [];

  constructor(heap: DeviceHeap) {
    this.heap = heap;
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

  private hold(certificates: readonly Certificate[], more: number): boolean {
    const sizes = certificates.map(({ der, publicKey }) => ownCertificate(der, publicKey));
    if (more > 0) sizes.push(more);
    const blocks = this.heap.take(sizes, 'certificates of a TLS context');
    this.held.push(...(blocks ?? []));
    return blocks !== undefined;
  }
}

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
