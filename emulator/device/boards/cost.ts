/** From a board's figures to the CPU time of one operation: one set of formulae for all boards. */
import type { CryptoOperation } from '../../crypto/provider.ts';
import { type Nanoseconds, SECOND } from '../../world/time.ts';
import type { CryptoFigures, EcCurve, EcFigures, RsaFigures, RsaSize } from './profile.ts';

/** Modular exponentiation grows with this power of the modulus's length. */
const POWER = { public: 2, private: 3 } as const;
const RSA_SIZES: readonly RsaSize[] = [2048, 3072, 4096];

export function cost(figures: CryptoFigures, { operation, algorithm, size }: CryptoOperation): Nanoseconds {
  switch (operation) {
    case 'hash':
    case 'hmac':
      return perByte(figures, 'sha', size);
    case 'aes':
    case 'chacha':
    case 'aria':
      return perByte(figures, operation, size);
    case 'ec-keygen':
      return curve(figures, algorithm, 'keygen');
    case 'ecdh':
      return curve(figures, algorithm, 'ecdh');
    case 'ecdsa-sign':
      return curve(figures, algorithm, 'sign');
    case 'ecdsa-verify':
      return curve(figures, algorithm, 'verify');
    // Stock firmware has no Ed25519; on the same curve as X25519, a verification is two multiplications.
    case 'ed25519-sign':
      return figures.x25519.value;
    case 'ed25519-verify':
      return 2 * figures.x25519.value;
    case 'rsa-public':
      return rsa(figures, size, 'public');
    case 'rsa-private':
      return rsa(figures, size, 'private');
  }
}

function perByte(
  { rate, setup }: CryptoFigures,
  unit: keyof CryptoFigures['rate'],
  size: number,
): Nanoseconds {
  return setup.value + Math.round((size * SECOND) / rate[unit].value);
}

/** Curves that the build does not use count as P-256. */
function curve({ ec, x25519 }: CryptoFigures, name: string, what: keyof EcFigures): Nanoseconds {
  if (name === 'x25519') return x25519.value;
  return (ec[name as EcCurve] ?? ec.secp256r1)[what].value;
}

/** Between the known sizes, and beyond. */
function rsa(figures: CryptoFigures, bits: number, kind: keyof RsaFigures): Nanoseconds {
  const nearest = RSA_SIZES.find((known) => known >= bits) ?? 4096;
  return Math.round(figures.rsa[nearest][kind].value * (bits / nearest) ** POWER[kind]);
}
