import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PrivateKey } from '../../../emulator/crypto/provider.ts';
import { parsePrivateKey } from '../../../emulator/x509/keys.ts';
import { decodeCertificates, decodePem, looksLikePem } from '../../../emulator/x509/pem.ts';
import { UsageError } from '../exit-codes.ts';

/** The certificates of a file, DER: one in DER, or any number in PEM. Throws UsageError. */
export function readCertificates(path: string): Uint8Array[] {
  return readWith(path, 'certificate', decodeCertificates);
}

/** The certificate revocation lists of a file, DER: one in DER, or any number in PEM. Throws UsageError. */
export function readRevocationLists(path: string): Uint8Array[] {
  return readWith(path, 'revocation list', (bytes) => {
    if (!looksLikePem(bytes)) return [bytes];
    const blocks = decodePem(new TextDecoder().decode(bytes));
    return blocks.filter(({ label }) => label === 'X509 CRL').map(({ der }) => der);
  });
}

/** The private key of a file, PEM or DER, not encrypted. Throws UsageError. */
export function readPrivateKey(path: string): PrivateKey {
  return orUsageError(path, () => {
    const bytes = readFileSync(path);
    return ed25519Key(bytes) ?? parsePrivateKey(new Uint8Array(bytes));
  });
}

/** OpenSSL writes Ed25519 keys without their public half, which Node computes. Undefined for other keys. */
function ed25519Key(bytes: Buffer): PrivateKey | undefined {
  const text = bytes.toString('latin1');
  const input = text.includes('-----BEGIN ') ? text : ({ key: bytes, format: 'der', type: 'pkcs8' } as const);
  let key: KeyObject;
  try {
    key = createPrivateKey(input);
  } catch {
    return undefined;
  }
  if (key.asymmetricKeyType !== 'ed25519') return undefined;
  const { d, x } = key.export({ format: 'jwk' });
  const [seed, point] = [d!, x!].map((half) => new Uint8Array(Buffer.from(half, 'base64url')));
  return { kind: 'ed25519', seed: seed!, publicKey: { kind: 'ed25519', point: point! } };
}

/** The OCSP response of a file, DER, which is all the form it has. Throws UsageError. */
export function readOcspResponse(path: string): Uint8Array {
  return readWith(path, 'OCSP response in DER', (bytes) => (looksLikePem(bytes) ? [] : [bytes]))[0]!;
}

/** First byte of everything X.509 in DER: a SEQUENCE. */
const SEQUENCE = 0x30;

function readWith(path: string, what: string, decode: (bytes: Uint8Array) => Uint8Array[]): Uint8Array[] {
  const found = orUsageError(path, () => {
    const bytes = new Uint8Array(readFileSync(path));
    if (!looksLikePem(bytes) && bytes[0] !== SEQUENCE) throw new Error('neither PEM nor DER');
    return decode(bytes);
  });
  if (found.length === 0) throw new UsageError(`${path}: there is no ${what} in this file`);
  return found;
}

function orUsageError<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}
