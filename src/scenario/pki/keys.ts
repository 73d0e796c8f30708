/** Key pairs from the seed; RSA keys from the pool, for making one takes long and cannot be seeded. */
import type { CryptoProvider, CurveName, PrivateKey } from '../../../emulator/crypto/provider.ts';
import { RecentlyUsed } from '../../../emulator/crypto/recently-used.ts';
import { RSA_POOL_SIZES, rsaPoolKey } from '../../../emulator/crypto/rsa-key-pool.ts';
import { toHex } from '../../../emulator/world/bytes.ts';
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

interface Draw {
  readonly curve: CurveName;
  readonly random: Uint8Array;
  readonly crypto: CryptoProvider;
}

/** One seed gives many scenarios the same keys: see issue.ts. */
const drawn = new RecentlyUsed<Draw, PrivateKey>(
  500,
  ({ curve, random, crypto }) => `${crypto.name} ${curve} ${toHex(random)}`,
  ({ curve, random, crypto }) => crypto.generateEcKey(curve, random),
);

export function generateKey({ spec, poolIndex }: Entry, random: Random, crypto: CryptoProvider): PrivateKey {
  const ec = CURVES[spec.key];
  if (ec !== undefined)
    return drawn.get({ curve: ec.curve, random: random.bytes(ec.bytes + EXTRA_BYTES), crypto });
  const bits = Number(spec.key.slice('rsa-'.length));
  return rsaPoolKey(bits, poolIndex % RSA_POOL_SIZES.get(bits)!);
}
