/**
 * A chain like the one a server shows, with keys that are ours: so a simulated host can serve it and a simulated board
 * be held against it. Names, dates, extensions, algorithms and sizes stay; a key becomes another of its kind and
 * length, and each certificate is signed by what stands for its issuer. Where a signature did not verify, or the issuer
 * is not there, it will not verify in the twin.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { CryptoProvider, PrivateKey } from '../../emulator/crypto/provider.ts';
import { RSA_POOL_SIZES, rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import type { Certificate } from '../../emulator/x509/certificate.ts';
import { derSequence } from '../../emulator/x509/der-write.ts';
import { encodePublicKey, parsePrivateKey } from '../../emulator/x509/keys.ts';
import { sameName } from '../../emulator/x509/name.ts';
import { type SigningOptions, sign, signedSequence } from '../../emulator/x509/sign.ts';
import { signatureIsGood } from '../../emulator/x509/signature.ts';
import { readable } from './readable.ts';

export interface Twins {
  /** The twin of a certificate that was given; the certificate itself where it has none (see `key`). */
  of(der: Uint8Array): Uint8Array;
  /** The private key of the twin; undefined when the certificate's kind of key cannot be made here. */
  key(der: Uint8Array): PrivateKey | undefined;
}

/** `certificates`: DER, in any order, all that shall fit together. */
export function makeTwins(certificates: readonly Uint8Array[], crypto: CryptoProvider): Twins {
  const parsed = certificates.map((der) => readable(der));
  const keys = new Keys(crypto);
  const known = parsed.filter((certificate) => certificate !== undefined);

  const issuerKey = (child: Certificate): PrivateKey | undefined => {
    const issuer = known.find(
      (candidate) => sameName(candidate.subject, child.issuer) && signatureIsGood(child, candidate, crypto),
    );
    return issuer === undefined ? keys.stranger(child) : keys.of(issuer);
  };
  const twins = new Map(
    certificates.map((der, i) => [toHex(der), twinOf(parsed[i], keys, issuerKey, crypto) ?? der]),
  );
  return {
    of: (der) => twins.get(toHex(der)) ?? der,
    key: (der) => {
      const certificate = readable(der);
      return certificate && twins.get(toHex(der)) !== der ? keys.of(certificate) : undefined;
    },
  };
}

function twinOf(
  certificate: Certificate | undefined,
  keys: Keys,
  issuerKey: (child: Certificate) => PrivateKey | undefined,
  crypto: CryptoProvider,
): Uint8Array | undefined {
  const key = certificate && keys.of(certificate);
  const signer = certificate && issuerKey(certificate);
  const options = certificate && signingOptions(certificate);
  if (!certificate || !key || !signer || !options) return undefined;
  const tbs = withPublicKey(certificate, encodePublicKey(key.publicKey));
  return signedSequence(tbs, algorithmBytes(certificate), sign(signer, tbs, options, crypto));
}

/** Undefined for an algorithm that `sign` does not write just so. */
function signingOptions({ signatureAlgorithm }: Certificate): SigningOptions | undefined {
  const { key, hash, pss } = signatureAlgorithm;
  if (key === 'ed25519') return {};
  if (hash === undefined) return undefined;
  if (pss === undefined) return { hash };
  return pss.mgfHash === hash ? { hash, pss: true } : undefined;
}

function withPublicKey(certificate: Certificate, spki: Uint8Array): Uint8Array {
  const { tbsBytes, subjectPublicKey } = certificate;
  const at = subjectPublicKey.raw.byteOffset - tbsBytes.byteOffset;
  return derSequence(
    tbsBytes.subarray(headerLength(tbsBytes), at),
    spki,
    tbsBytes.subarray(at + subjectPublicKey.raw.length),
  );
}

/** Octets of tag and length (X.690 section 8.1.3). */
function headerLength(der: Uint8Array): number {
  const first = der[1]!;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

/** The AlgorithmIdentifier as it is written there. */
function algorithmBytes({ der, fields }: Certificate): Uint8Array {
  const { offset, length } = fields[0]!.children!.find(({ name }) => name === 'signatureAlgorithm')!;
  return der.subarray(offset, offset + length);
}

/** One key for each that is met, of its kind and length. */
class Keys {
  private readonly crypto: CryptoProvider;
  private readonly made = new Map<string, PrivateKey | undefined>();
  private count = 0;
  /** How many of the pool's RSA keys of a length are in use. */
  private readonly taken = new Map<number, number>();

  constructor(crypto: CryptoProvider) {
    this.crypto = crypto;
  }

  of({ subjectPublicKey }: Certificate): PrivateKey | undefined {
    const name = toHex(subjectPublicKey.raw);
    if (!this.made.has(name)) this.made.set(name, this.make(subjectPublicKey));
    return this.made.get(name);
  }

  /** For a certificate whose issuer is not here: of the kind that signed it, in its usual length. */
  stranger({ signatureAlgorithm: { key } }: Certificate): PrivateKey | undefined {
    if (key === 'ec') return this.make({ kind: 'ec', bits: 256, curve: 'secp256r1' });
    return key === undefined || key === 'ed25519' ? undefined : this.make({ kind: 'rsa', bits: 2048 });
  }

  private make({ kind, bits, curve }: Kind): PrivateKey | undefined {
    if (kind === 'rsa') return this.rsaKey(bits);
    if (kind !== 'ec') return undefined;
    if (curve !== 'secp256r1' && curve !== 'secp384r1' && curve !== 'secp521r1') return undefined;
    return this.crypto.generateEcKey(curve, this.seed(curve));
  }

  /** The same chain gives the same twin. */
  private seed(curve: string): Uint8Array {
    const text = new TextEncoder().encode(`${curve} ${this.count++}`);
    return new Uint8Array(
      [0, 1, 2].flatMap((i) => [...this.crypto.hash('sha256', Uint8Array.of(i, ...text))]),
    );
  }

  private rsaKey(bits: number): PrivateKey {
    const index = this.taken.get(bits) ?? 0;
    this.taken.set(bits, index + 1);
    if (index < (RSA_POOL_SIZES.get(bits) ?? 0)) return rsaPoolKey(bits, index);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    return parsePrivateKey(privateKey.export({ format: 'der', type: 'pkcs8' }));
  }
}

interface Kind {
  readonly kind: string;
  readonly bits: number;
  readonly curve?: string | undefined;
}
