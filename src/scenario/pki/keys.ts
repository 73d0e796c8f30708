/** Key pairs from the seed; RSA keys from the pool, for making one takes long and cannot be seeded. */
import type { CryptoProvider, CurveName, PrivateKey } from '../../../emulator/crypto/provider.ts';
import { RSA_POOL_SIZES, rsaPoolKey } from '../../../emulator/crypto/rsa-key-pool.ts';
import type { Random } from '../../../emulator/world/random.ts';
import type { Entry } from './entries.ts';

/** Random bits beyond the scalar's length, so that the choice is even (FIPS 186-5 A.2.1). */
const EXTRA_BYTES = 8;

/** Curve and length of its scalars in bytes. */
const CURVES: Readonly<Record<string, { curve: CurveName; bytes: number }>> = {
  'ec-p256': { curve: 'secp256r1', bytes: 32 },
  'ec-p384': { curve: 'secp384r1', bytes: 48 },
  'ec-p521': { curve: 'secp521r1', bytes: 66 },
};

export function generateKey({ spec, poolIndex }: Entry, random: Random, crypto: CryptoProvider): PrivateKey {
  const curve = CURVES[spec.key];
  if (curve !== undefined) return crypto.generateEcKey(curve.curve, random.bytes(curve.bytes + EXTRA_BYTES));
  const bits = Number(spec.key.slice('rsa-'.length));
  return rsaPoolKey(bits, poolIndex % RSA_POOL_SIZES.get(bits)!);
}
