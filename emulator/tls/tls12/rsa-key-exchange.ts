/** Static RSA (RFC 5246 section 7.4.7.1): the client chooses the secret and encrypts it for the certificate's key. */

import type { PublicKey, RsaPrivateKey } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import { TlsError, type TlsHost } from '../engine.ts';

const PREMASTER_LENGTH = 48;
/** 00 02, the padding, 00 (RFC 8017 section 7.2.1). */
const PKCS1_OVERHEAD = 3;

export interface EncryptedPremaster {
  readonly premaster: Uint8Array;
  readonly encrypted: Uint8Array;
}

/** A fresh secret; its first two bytes are the version of the ClientHello, against rollback. */
export function encryptPremaster(host: TlsHost, version: number, key: PublicKey): EncryptedPremaster {
  if (key.kind !== 'rsa') throw new TlsError('illegal-parameter', `RSA suite with a key of kind ${key.kind}`);
  const premaster = concat(versionBytes(version), host.random(PREMASTER_LENGTH - 2));
  const padding = nonzeroRandom(host, key.n.length - PREMASTER_LENGTH - PKCS1_OVERHEAD);
  return { premaster, encrypted: host.crypto.rsaPkcs1Encrypt(key, premaster, padding) };
}

/**
 * The secret, or a random one when anything is wrong with it: telling the client so would let it decrypt what it
 * should not (Bleichenbacher's attack). The handshake then fails at Finished.
 */
export function decryptPremaster(
  host: TlsHost,
  version: number,
  key: RsaPrivateKey,
  encrypted: Uint8Array,
): Uint8Array {
  const substitute = concat(versionBytes(version), host.random(PREMASTER_LENGTH - 2));
  if (encrypted.length !== key.publicKey.n.length) return substitute;
  const premaster = host.crypto.rsaPkcs1Decrypt(key, encrypted);
  const [high, low] = versionBytes(version);
  const good = premaster?.length === PREMASTER_LENGTH && premaster[0] === high && premaster[1] === low;
  return good ? premaster : substitute;
}

function versionBytes(version: number): Uint8Array {
  return Uint8Array.of(version >>> 8, version);
}

function nonzeroRandom(host: TlsHost, length: number): Uint8Array {
  if (length < 8) throw new TlsError('certificate-usage', 'the RSA key is too short to encrypt a secret');
  // A zero is drawn once in 256; adding its position's parity would bias, so zeros are drawn again.
  const out = host.random(length);
  for (let i = 0; i < length; i++) {
    while (out[i] === 0) out[i] = host.random(1)[0]!;
  }
  return out;
}
