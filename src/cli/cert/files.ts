import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { PrivateKey } from '../../../emulator/crypto/provider.ts';
import { DerError } from '../../../emulator/x509/der.ts';
import { parsePrivateKey } from '../../../emulator/x509/keys.ts';
import { ERR } from '../../../emulator/x509/mbedtls-codes.ts';
import { decodeCertificates, decodePem, looksLikePem } from '../../../emulator/x509/pem.ts';
import { UsageError } from '../exit-codes.ts';
import { readBytes } from '../files.ts';

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

/** A private key, PEM or DER, not encrypted. Throws UsageError. */
export function readPrivateKey(path: string): PrivateKey {
  const bytes = readPemOrDer(path);
  try {
    return ed25519Key(bytes) ?? parsePrivateKey(bytes);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const encrypted = error.code === ERR.PK_PASSWORD_REQUIRED;
    const advice = encrypted ? `; to decrypt it: ${decryptCommand(path)}` : '';
    throw new UsageError(`${path}: ${encrypted ? 'the private key is encrypted' : error.message}${advice}`);
  }
}

/** OpenSSL writes Ed25519 keys without their public half, which Node computes. Undefined for other keys. */
function ed25519Key(bytes: Uint8Array): PrivateKey | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const input = text.includes('-----BEGIN ')
    ? text
    : ({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' } as const);
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

/** Neither this tool nor the device asks for passwords. */
export function decryptCommand(path: string): string {
  return `openssl pkey -in ${path} -out plain.key`;
}

/** The OCSP response of a file, DER, which is all the form it has. Throws UsageError. */
export function readOcspResponse(path: string): Uint8Array {
  return readWith(path, 'OCSP response in DER', (bytes) => (looksLikePem(bytes) ? [] : [bytes]))[0]!;
}

/** First byte of everything X.509 in DER: a SEQUENCE. */
const SEQUENCE = 0x30;

/** Throws UsageError. */
export function readPemOrDer(path: string): Uint8Array {
  const bytes = readBytes(path);
  if (looksLikePem(bytes) || bytes[0] === SEQUENCE) return bytes;
  if (bytes.length === 0) throw new UsageError(`${path}: it is empty`);
  throw new UsageError(`${path}: neither PEM nor DER: expected "-----BEGIN …" or the byte 30 at its start`);
}

function readWith(path: string, what: string, decode: (bytes: Uint8Array) => Uint8Array[]): Uint8Array[] {
  const bytes = readPemOrDer(path);
  let found: Uint8Array[];
  try {
    found = decode(bytes);
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : error}`);
  }
  if (found.length === 0) throw new UsageError(`${path}: there is no ${what} in this file`);
  return found;
}
