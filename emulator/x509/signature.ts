/** Checking a signature of a certificate, a CRL or a request with the signer's key. */
import { CryptoError, type CryptoProvider } from '../crypto/provider.ts';
import type { SignatureAlgorithm } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { Oid } from './oids.ts';

/** A certificate, a CRL or a request. */
export interface Signed {
  readonly tbsBytes: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/** A certificate, or anything else that has a public key. */
export type KeyHolder = Pick<Certificate, 'publicKey' | 'subjectPublicKey'>;

/** Whether a key of this kind can have made such a signature (mbedtls_pk_can_do); id-ecDH is for agreement alone. */
export function keyFitsSignature(issuer: KeyHolder, child: Signed): boolean {
  const { kind, algorithmOid } = issuer.subjectPublicKey;
  const signedBy = child.signatureAlgorithm.key;
  return kind === (signedBy === 'rsa-pss' ? 'rsa' : signedBy) && algorithmOid !== Oid.ecDh;
}

/** False also when the provider has no such curve or hash: nothing is accepted that was not checked. */
export function signatureIsGood(child: Signed, issuer: KeyHolder, crypto: CryptoProvider): boolean {
  const { publicKey } = issuer;
  if (publicKey === undefined || !keyFitsSignature(issuer, child)) return false;
  const { hash, pss } = child.signatureAlgorithm;
  const { tbsBytes, signature } = child;
  try {
    if (publicKey.kind === 'ed25519') return crypto.ed25519Verify(publicKey, tbsBytes, signature);
    if (hash === undefined) return false;
    if (publicKey.kind === 'ec') return crypto.ecdsaVerify(publicKey, hash, tbsBytes, signature);
    if (pss !== undefined) return crypto.rsaPssVerify(publicKey, hash, tbsBytes, signature, pss);
    return crypto.rsaPkcs1Verify(publicKey, hash, tbsBytes, signature);
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw error;
  }
}
