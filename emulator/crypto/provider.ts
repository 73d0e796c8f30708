/**
 * The one interface through which everything in the emulator does cryptography. Two providers implement it
 * with identical results: `noble` (everywhere) and `node` (Node only, faster). Synchronous, deterministic:
 * whatever needs randomness takes it as an argument.
 */

export type HashName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** Named curves by their SECG names, as TLS names them. */
export type CurveName = 'secp256r1' | 'secp384r1' | 'secp521r1';

/** Groups for key agreement. */
export type GroupName = CurveName | 'x25519';

/** Block ciphers of 16-byte blocks with keys of 16, 24 or 32 bytes: FIPS 197, RFC 5794. */
export type BlockCipherName = 'aes' | 'aria';

export type AeadName = 'aes-gcm' | 'aes-ccm' | 'aes-ccm-8' | 'aria-gcm' | 'chacha20-poly1305';

export interface EcPublicKey {
  readonly kind: 'ec';
  readonly curve: CurveName;
  /** Uncompressed point, 0x04 || X || Y. */
  readonly point: Uint8Array;
}

export interface RsaPublicKey {
  readonly kind: 'rsa';
  /** Big-endian, without leading zeros. */
  readonly n: Uint8Array;
  readonly e: Uint8Array;
}

export interface Ed25519PublicKey {
  readonly kind: 'ed25519';
  readonly point: Uint8Array;
}

export type PublicKey = EcPublicKey | RsaPublicKey | Ed25519PublicKey;

export interface EcPrivateKey {
  readonly kind: 'ec';
  readonly curve: CurveName;
  /** Scalar, big-endian, as long as the curve's order. */
  readonly d: Uint8Array;
  readonly publicKey: EcPublicKey;
}

export interface RsaPrivateKey {
  readonly kind: 'rsa';
  readonly publicKey: RsaPublicKey;
  /** RFC 8017 section 3.2, second representation, and d; big-endian. */
  readonly d: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  readonly dP: Uint8Array;
  readonly dQ: Uint8Array;
  readonly qInv: Uint8Array;
}

export interface Ed25519PrivateKey {
  readonly kind: 'ed25519';
  readonly seed: Uint8Array;
  readonly publicKey: Ed25519PublicKey;
}

export type PrivateKey = EcPrivateKey | RsaPrivateKey | Ed25519PrivateKey;

/** A running hash. `digest()` may be called once; `clone()` first to go on. */
export interface Hash {
  update(data: Uint8Array): Hash;
  clone(): Hash;
  digest(): Uint8Array;
}

export interface KeyShare {
  readonly group: GroupName;
  readonly privateKey: Uint8Array;
  /** As the wire carries it: uncompressed point, or 32 bytes for X25519. */
  readonly publicKey: Uint8Array;
}

/** Thrown for input that is malformed, not for a signature or tag that does not verify. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
}

export interface CryptoProvider {
  readonly name: 'noble' | 'node';

  createHash(hash: HashName): Hash;
  hash(hash: HashName, data: Uint8Array): Uint8Array;
  hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array;

  /** ciphertext || tag. The key's length chooses AES-128 or AES-256, ARIA-128 or ARIA-256. */
  aeadSeal(
    aead: AeadName,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array;
  /** The plaintext, or undefined when the tag does not verify. */
  aeadOpen(
    aead: AeadName,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined;
  /** Whole blocks, no padding added or removed. */
  cbcEncrypt(cipher: BlockCipherName, key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array;
  cbcDecrypt(cipher: BlockCipherName, key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array;

  /** `random` is at least as long as the group's scalar plus 8 bytes (FIPS 186-5 A.2.1, extra random bits). */
  generateKeyShare(group: GroupName, random: Uint8Array): KeyShare;
  generateEcKey(curve: CurveName, random: Uint8Array): EcPrivateKey;
  /** X coordinate of the shared point. Throws CryptoError when `peer` is not a point of the group. */
  deriveSharedSecret(share: KeyShare, peer: Uint8Array): Uint8Array;

  /** DER-encoded ECDSA signature, deterministic (RFC 6979), not normalised to low s. */
  ecdsaSign(key: EcPrivateKey, hash: HashName, data: Uint8Array): Uint8Array;
  /** The same of a digest that somebody else has computed; `hash` is the one of RFC 6979. */
  ecdsaSignDigest(key: EcPrivateKey, hash: HashName, digest: Uint8Array): Uint8Array;
  ecdsaVerify(key: EcPublicKey, hash: HashName, data: Uint8Array, signature: Uint8Array): boolean;
  ed25519Sign(key: Ed25519PrivateKey, data: Uint8Array): Uint8Array;
  ed25519Verify(key: Ed25519PublicKey, data: Uint8Array, signature: Uint8Array): boolean;

  rsaPkcs1Sign(key: RsaPrivateKey, hash: HashName, data: Uint8Array): Uint8Array;
  rsaPkcs1Verify(key: RsaPublicKey, hash: HashName, data: Uint8Array, signature: Uint8Array): boolean;
  rsaPssSign(key: RsaPrivateKey, hash: HashName, data: Uint8Array, salt: Uint8Array): Uint8Array;
  /** `saltLength` undefined accepts any. MGF1 uses `mgfHash`, by default the same hash. */
  rsaPssVerify(
    key: RsaPublicKey,
    hash: HashName,
    data: Uint8Array,
    signature: Uint8Array,
    options?: { saltLength?: number; mgfHash?: HashName },
  ): boolean;
  /** PKCS#1 v1.5 encryption, for static RSA key exchange; `padding` is nonzero random of the length needed. */
  rsaPkcs1Encrypt(key: RsaPublicKey, plaintext: Uint8Array, padding: Uint8Array): Uint8Array;
  /** The plaintext, or undefined for bad padding (the caller must then go on with random, RFC 5246 7.4.7.1). */
  rsaPkcs1Decrypt(key: RsaPrivateKey, ciphertext: Uint8Array): Uint8Array | undefined;
  /** OAEP (RFC 8017 section 7.1) with an empty label; `seed` is random and as long as the hash, which MGF1 uses too. */
  rsaOaepEncrypt(key: RsaPublicKey, hash: HashName, plaintext: Uint8Array, seed: Uint8Array): Uint8Array;
  /** The plaintext, or undefined for whatever is wrong. */
  rsaOaepDecrypt(key: RsaPrivateKey, hash: HashName, ciphertext: Uint8Array): Uint8Array | undefined;
}

/** One metered call. `size` is bytes for symmetric work, bits of the modulus or field for public-key work. */
export interface CryptoOperation {
  readonly operation:
    | 'hash'
    | 'hmac'
    | 'aes'
    | 'aria'
    | 'chacha'
    | 'ec-keygen'
    | 'ecdh'
    | 'ecdsa-sign'
    | 'ecdsa-verify'
    | 'ed25519-sign'
    | 'ed25519-verify'
    | 'rsa-public'
    | 'rsa-private';
  /** Hash, cipher, curve or "rsa". */
  readonly algorithm: string;
  readonly size: number;
}
