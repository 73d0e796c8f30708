/**
 * A provider that tells of every operation before it does it. The CPU time of a simulated device is a sum over
 * these, so an operation is what the device's hardware or library does at once: a signature counts its hash
 * and its arithmetic; the few hashes inside RFC 6979 and MGF1 belong to the arithmetic.
 */
import { blockCipherOf } from './aead.ts';
import { CURVES } from './curves.ts';
import type {
  AeadName,
  BlockCipherName,
  CryptoOperation,
  CryptoProvider,
  GroupName,
  Hash,
  HashName,
  RsaPublicKey,
} from './provider.ts';
import { modulusBits } from './rsa.ts';

/**
 * `algorithm` is "sha256", "aes-128-gcm", "aria-256-cbc", "chacha20-poly1305", "secp256r1", "x25519", "ed25519",
 * "rsa" and the like; `size` counts bytes of data (associated data included) or bits of field or modulus.
 */
export function meter(
  provider: CryptoProvider,
  onOperation: (operation: CryptoOperation) => void,
): CryptoProvider {
  const count = (operation: CryptoOperation['operation'], algorithm: string, size: number): void =>
    onOperation({ operation, algorithm, size });
  const countHash = (hash: HashName, data: Uint8Array): void => count('hash', hash, data.length);
  const countBlocks = (cipher: BlockCipherName, key: Uint8Array, mode: string, size: number): void =>
    count(cipher, `${cipher}-${8 * key.length}-${mode}`, size);
  const countAead = (aead: AeadName, key: Uint8Array, size: number): void => {
    const cipher = blockCipherOf(aead);
    if (cipher) countBlocks(cipher, key, aead.slice(cipher.length + 1), size);
    else count('chacha', aead, size);
  };
  const countRsa = (operation: 'rsa-public' | 'rsa-private', key: RsaPublicKey): void =>
    count(operation, 'rsa', modulusBits(key));

  return {
    name: provider.name,
    createHash: (hash) => new MeteredHash(provider.createHash(hash), (data) => countHash(hash, data)),
    hash(hash, data) {
      countHash(hash, data);
      return provider.hash(hash, data);
    },
    hmac(hash, key, data) {
      count('hmac', hash, data.length);
      return provider.hmac(hash, key, data);
    },
    aeadSeal(aead, key, nonce, aad, plaintext) {
      countAead(aead, key, aad.length + plaintext.length);
      return provider.aeadSeal(aead, key, nonce, aad, plaintext);
    },
    aeadOpen(aead, key, nonce, aad, sealed) {
      countAead(aead, key, aad.length + sealed.length);
      return provider.aeadOpen(aead, key, nonce, aad, sealed);
    },
    cbcEncrypt(cipher, key, iv, plaintext) {
      countBlocks(cipher, key, 'cbc', plaintext.length);
      return provider.cbcEncrypt(cipher, key, iv, plaintext);
    },
    cbcDecrypt(cipher, key, iv, ciphertext) {
      countBlocks(cipher, key, 'cbc', ciphertext.length);
      return provider.cbcDecrypt(cipher, key, iv, ciphertext);
    },
    generateKeyShare(group, random) {
      count('ec-keygen', group, fieldBits(group));
      return provider.generateKeyShare(group, random);
    },
    generateEcKey(curve, random) {
      count('ec-keygen', curve, fieldBits(curve));
      return provider.generateEcKey(curve, random);
    },
    deriveSharedSecret(share, peer) {
      count('ecdh', share.group, fieldBits(share.group));
      return provider.deriveSharedSecret(share, peer);
    },
    ecdsaSign(key, hash, data) {
      countHash(hash, data);
      count('ecdsa-sign', key.curve, fieldBits(key.curve));
      return provider.ecdsaSign(key, hash, data);
    },
    ecdsaSignDigest(key, hash, digest) {
      count('ecdsa-sign', key.curve, fieldBits(key.curve));
      return provider.ecdsaSignDigest(key, hash, digest);
    },
    ecdsaVerify(key, hash, data, signature) {
      countHash(hash, data);
      count('ecdsa-verify', key.curve, fieldBits(key.curve));
      return provider.ecdsaVerify(key, hash, data, signature);
    },
    ed25519Sign(key, data) {
      countHash('sha512', data);
      count('ed25519-sign', 'ed25519', CURVE25519_BITS);
      return provider.ed25519Sign(key, data);
    },
    ed25519Verify(key, data, signature) {
      countHash('sha512', data);
      count('ed25519-verify', 'ed25519', CURVE25519_BITS);
      return provider.ed25519Verify(key, data, signature);
    },
    rsaPkcs1Sign(key, hash, data) {
      countHash(hash, data);
      countRsa('rsa-private', key.publicKey);
      return provider.rsaPkcs1Sign(key, hash, data);
    },
    rsaPkcs1Verify(key, hash, data, signature) {
      countHash(hash, data);
      countRsa('rsa-public', key);
      return provider.rsaPkcs1Verify(key, hash, data, signature);
    },
    rsaPssSign(key, hash, data, salt) {
      countHash(hash, data);
      countRsa('rsa-private', key.publicKey);
      return provider.rsaPssSign(key, hash, data, salt);
    },
    rsaPssVerify(key, hash, data, signature, options) {
      countHash(hash, data);
      countRsa('rsa-public', key);
      return provider.rsaPssVerify(key, hash, data, signature, options);
    },
    rsaPkcs1Encrypt(key, plaintext, padding) {
      countRsa('rsa-public', key);
      return provider.rsaPkcs1Encrypt(key, plaintext, padding);
    },
    rsaPkcs1Decrypt(key, ciphertext) {
      countRsa('rsa-private', key.publicKey);
      return provider.rsaPkcs1Decrypt(key, ciphertext);
    },
    rsaOaepEncrypt(key, hash, plaintext, seed) {
      countRsa('rsa-public', key);
      return provider.rsaOaepEncrypt(key, hash, plaintext, seed);
    },
    rsaOaepDecrypt(key, hash, ciphertext) {
      countRsa('rsa-private', key.publicKey);
      return provider.rsaOaepDecrypt(key, hash, ciphertext);
    },
  };
}

class MeteredHash implements Hash {
  private readonly inner: Hash;
  private readonly onUpdate: (data: Uint8Array) => void;

  constructor(inner: Hash, onUpdate: (data: Uint8Array) => void) {
    this.inner = inner;
    this.onUpdate = onUpdate;
  }

  update(data: Uint8Array): Hash {
    this.onUpdate(data);
    this.inner.update(data);
    return this;
  }

  clone(): Hash {
    return new MeteredHash(this.inner.clone(), this.onUpdate);
  }

  digest(): Uint8Array {
    return this.inner.digest();
  }
}

const CURVE25519_BITS = 255;

function fieldBits(group: GroupName): number {
  return group === 'x25519' ? CURVE25519_BITS : CURVES[group].bits;
}
