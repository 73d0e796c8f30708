/**
 * New private keys for real devices: unpredictable, unlike everything in the simulated world, so neither its
 * seeded randomness nor its pool of public RSA keys has a part in them.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { nodeProvider } from '../../../../emulator/crypto/node.node.ts';
import type { CurveName, HashName, PrivateKey } from '../../../../emulator/crypto/provider.ts';
import { parsePrivateKey } from '../../../../emulator/x509/keys.ts';

export const KEY_KINDS = ['ec-p256', 'ec-p384', 'ec-p521', 'rsa-2048', 'rsa-3072', 'rsa-4096'] as const;

export type KeyKind = (typeof KEY_KINDS)[number];

const CURVES: Readonly<Record<string, CurveName>> = {
  'ec-p256': 'secp256r1',
  'ec-p384': 'secp384r1',
  'ec-p521': 'secp521r1',
};

/** The longest scalar, P-521's, and the 8 bytes more that CryptoProvider asks for. */
const EC_RANDOM_BYTES = 66 + 8;

export function newKey(kind: KeyKind): PrivateKey {
  const curve = CURVES[kind];
  if (curve !== undefined) return nodeProvider.generateEcKey(curve, randomBytes(EC_RANDOM_BYTES));
  const modulusLength = Number(kind.slice('rsa-'.length));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  return parsePrivateKey(privateKey.export({ format: 'der', type: 'pkcs1' }));
}

/** The hash that is as strong as the key, of those that the device accepts. */
export function hashFor(key: PrivateKey): HashName {
  if (key.kind !== 'ec' || key.curve === 'secp256r1') return 'sha256';
  return key.curve === 'secp384r1' ? 'sha384' : 'sha512';
}

/** 127 random bits: positive, never zero in practice, within the 20 octets of RFC 5280 section 4.1.2.2. */
export function newSerialNumber(): bigint {
  return BigInt(`0x${randomBytes(16).toString('hex')}`) >> 1n;
}
