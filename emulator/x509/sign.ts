/** Signing what is built: certificates, revocation lists, OCSP responses. The counterpart of signature.ts. */
import { HASH_BYTES } from '../crypto/hashes.ts';
import type { CryptoProvider, HashName, PrivateKey } from '../crypto/provider.ts';
import { hashOid, signatureOid } from './algorithms.ts';
import { contextTag, Tag } from './der.ts';
import { derInteger, derOid, derSequence, derValue } from './der-write.ts';
import { Oid } from './oids.ts';

/** A certification authority at work. */
export interface Issuer {
  readonly key: PrivateKey;
  /** DER. */
  readonly certificate: Uint8Array;
}

export interface SigningOptions {
  /** Default SHA-256. */
  readonly hash?: HashName;
  /** RSASSA-PSS instead of PKCS#1 v1.5, for RSA signers. */
  readonly pss?: boolean;
}

/** AlgorithmIdentifier in DER. Throws TypeError for a hash that this kind of key has no signature with. */
export function signatureIdentifier({ kind }: PrivateKey, options: SigningOptions): Uint8Array {
  const { hash = 'sha256', pss } = options;
  if (kind === 'ed25519') return derSequence(derOid(Oid.ed25519));
  if (kind === 'rsa' && pss) return derSequence(derOid(Oid.rsassaPss), pssParameters(hash));
  const algorithm = signatureOid(kind, hash);
  if (algorithm === undefined) throw new TypeError(`there is no ${kind} signature with ${hash}`);
  return derSequence(derOid(algorithm), ...(kind === 'rsa' ? [derValue(Tag.NULL)] : []));
}

/** RSASSA-PSS-params (RFC 4055): one hash for both uses, a salt as long as the hash. */
function pssParameters(hash: HashName): Uint8Array {
  const hashAlgorithm = derSequence(derOid(hashOid(hash)), derValue(Tag.NULL));
  return derSequence(
    derValue(contextTag(0, true), hashAlgorithm),
    derValue(contextTag(1, true), derSequence(derOid(Oid.mgf1), hashAlgorithm)),
    derValue(contextTag(2, true), derInteger(Uint8Array.of(HASH_BYTES[hash]))),
  );
}

export function sign(
  key: PrivateKey,
  message: Uint8Array,
  options: SigningOptions,
  crypto: CryptoProvider,
): Uint8Array {
  const { hash = 'sha256', pss } = options;
  if (key.kind === 'ed25519') return crypto.ed25519Sign(key, message);
  if (key.kind === 'ec') return crypto.ecdsaSign(key, hash, message);
  if (!pss) return crypto.rsaPkcs1Sign(key, hash, message);
  // A salt need not be secret (RFC 8017 section 9.1); this one keeps the result a function of its input.
  return crypto.rsaPssSign(key, hash, message, crypto.hash(hash, message));
}

/** SIGNED{…} (RFC 5280 section 4.1): what is signed, with which algorithm, the signature; then what follows. */
export function signedSequence(
  signed: Uint8Array,
  algorithm: Uint8Array,
  signature: Uint8Array,
  trailing: Uint8Array = new Uint8Array(),
): Uint8Array {
  return derSequence(signed, algorithm, derValue(Tag.BIT_STRING, Uint8Array.of(0), signature), trailing);
}
