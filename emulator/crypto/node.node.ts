/**
 * The provider on node:crypto, Node's binding to OpenSSL. Loads nothing else: a short run should not pay for
 * arithmetic it does not use. Keys are imported as JWK, which OpenSSL 3 reads in half the time of DER.
 */
import crypto from 'node:crypto';
import {
  CURVES,
  privateScalar,
  requireUncompressedPoint,
  requireX25519Key,
  scalarFromRandom,
  x25519PrivateKeyFromRandom,
} from './curves.ts';
import { decodeSignature, encodeSignature, signDigest } from './ecdsa.ts';
import { isSmallOrder } from './ed25519-points.ts';
import { nodeCiphers } from './node-ciphers.node.ts';
import {
  CryptoError,
  type CryptoProvider,
  type CurveName,
  type EcPrivateKey,
  type EcPublicKey,
  type Ed25519PrivateKey,
  type Ed25519PublicKey,
  type GroupName,
  type Hash,
  type HashName,
  type KeyShare,
  type RsaPrivateKey,
  type RsaPublicKey,
} from './provider.ts';
import { RecentlyUsed } from './recently-used.ts';
import { type RsaPrimitives, rsaSchemes } from './rsa.ts';
import { view } from './view.node.ts';

export const nodeProvider: CryptoProvider = {
  name: 'node',
  createHash: (hash) => new NodeHash(crypto.createHash(hash)),
  hash,
  hmac,
  ...nodeCiphers,
  generateKeyShare,
  generateEcKey,
  deriveSharedSecret,
  ecdsaSign: (key, hashName, data) => ecdsaSignDigest(key, hashName, hash(hashName, data)),
  ecdsaSignDigest,
  ecdsaVerify,
  ed25519Sign: (key, data) => view(crypto.sign(null, data, ed25519PrivateKeyObject(key))),
  ed25519Verify: (key, data, signature) => {
    if (isSmallOrder(key.point) || isSmallOrder(signature.subarray(0, 32))) return false;
    return crypto.verify(null, data, ed25519PublicKeyObject(key), signature);
  },
  ...rsaSchemes(rsaPrimitives()),
};

class NodeHash implements Hash {
  private readonly native: crypto.Hash;

  constructor(native: crypto.Hash) {
    this.native = native;
  }

  update(data: Uint8Array): Hash {
    this.native.update(data);
    return this;
  }

  clone(): Hash {
    return new NodeHash(this.native.copy());
  }

  digest(): Uint8Array {
    return view(this.native.digest());
  }
}

/** In one call: 0.2 µs less than a hash object. */
function hash(name: HashName, data: Uint8Array): Uint8Array {
  return view(crypto.hash(name, data, 'buffer'));
}

/** A new object each time: copying one that has taken the key in costs 0.5 µs more than the key. */
function hmac(name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  return view(crypto.createHmac(name, key).update(data).digest());
}

// Elliptic curves

const NODE_CURVE: Readonly<Record<CurveName, string>> = {
  secp256r1: 'prime256v1',
  secp384r1: 'secp384r1',
  secp521r1: 'secp521r1',
};

const JWK_CURVE: Readonly<Record<CurveName, string>> = {
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** For multiplications of the base point. On P-256 a new one costs 12 µs, the multiplication itself 8 µs. */
const multipliers = new Map<CurveName, crypto.ECDH>();

/** Scalar times base point, the scalar in 1 … n - 1: OpenSSL computes the public point of a private key. */
function multiplyBase(curve: CurveName, scalar: Uint8Array): Uint8Array {
  let multiplier = multipliers.get(curve);
  if (!multiplier) {
    multiplier = crypto.createECDH(NODE_CURVE[curve]);
    multipliers.set(curve, multiplier);
  }
  multiplier.setPrivateKey(scalar);
  return view(multiplier.getPublicKey());
}

/** Not a KeyObject for crypto.diffieHellman(): on P-256 that costs 60 µs more to make, for each side's key. */
function ecdhOf(curve: CurveName, scalar: Uint8Array): crypto.ECDH {
  const ecdh = crypto.createECDH(NODE_CURVE[curve]);
  ecdh.setPrivateKey(scalar);
  return ecdh;
}

/**
 * Native halves of key shares made here, so that the exchange does not multiply the base point again, which
 * on P-384 costs 0.7 ms.
 */
const shares = new WeakMap<KeyShare, crypto.ECDH>();

function generateKeyShare(group: GroupName, random: Uint8Array): KeyShare {
  if (group === 'x25519') return generateX25519Share(x25519PrivateKeyFromRandom(random));
  const privateKey = scalarFromRandom(CURVES[group], random);
  const ecdh = ecdhOf(group, privateKey);
  const share: KeyShare = { group, privateKey, publicKey: view(ecdh.getPublicKey()) };
  shares.set(share, ecdh);
  return share;
}

function generateEcKey(curve: CurveName, random: Uint8Array): EcPrivateKey {
  const d = scalarFromRandom(CURVES[curve], random);
  const point = multiplyBase(curve, d);
  return { kind: 'ec', curve, d, publicKey: { kind: 'ec', curve, point } };
}

function deriveSharedSecret(share: KeyShare, peer: Uint8Array): Uint8Array {
  if (share.group === 'x25519') return deriveX25519(share, peer);
  requireUncompressedPoint(CURVES[share.group], peer);
  const ecdh = shares.get(share) ?? importShare(share.group, share.privateKey);
  return asMalformed(`${share.group}: point`, () => view(ecdh.computeSecret(peer)));
}

/** For a share that was not made here. */
function importShare(curve: CurveName, privateKey: Uint8Array): crypto.ECDH {
  privateScalar({ curve, d: privateKey });
  return ecdhOf(curve, privateKey);
}

function ecdsaSignDigest(key: EcPrivateKey, hashName: HashName, digest: Uint8Array): Uint8Array {
  const curve = CURVES[key.curve];
  const signature = signDigest(curve, key, digest, {
    hmac: (hmacKey, message) => hmac(hashName, hmacKey, message),
    baseMultiplyX: (scalar) => multiplyBase(key.curve, scalar).subarray(1, 1 + curve.bytes),
  });
  return encodeSignature(signature);
}

function ecdsaVerify(key: EcPublicKey, hashName: HashName, data: Uint8Array, signature: Uint8Array): boolean {
  const keyObject = ecPublicKeyObject(key);
  // OpenSSL is as strict with the encoding; asking first makes that independent of its version.
  if (!decodeSignature(CURVES[key.curve], signature)) return false;
  return crypto.verify(hashName, data, keyObject, signature);
}

/**
 * Points are remembered by their bytes too. OpenSSL multiplies each one that it imports by the order, which on
 * P-256 costs as much as a verification (60 µs), and the same certificates come again with every connection.
 */
const importedPoints = new RecentlyUsed(256, pointName, importPoint);

const ecPublicKeyObject = cached((key: EcPublicKey) => importedPoints.get(key));

function pointName({ curve, point }: EcPublicKey): string {
  return curve + Buffer.from(point.buffer, point.byteOffset, point.length).toString('latin1');
}

function importPoint(key: EcPublicKey): crypto.KeyObject {
  const curve = CURVES[key.curve];
  requireUncompressedPoint(curve, key.point);
  const x = base64url(key.point.subarray(1, 1 + curve.bytes));
  const y = base64url(key.point.subarray(1 + curve.bytes));
  return publicKeyFromJwk(`${key.curve}: point`, { kty: 'EC', crv: JWK_CURVE[key.curve], x, y });
}

// Curve25519 (RFC 7748, RFC 8032)

function generateX25519Share(privateKey: Uint8Array): KeyShare {
  const { x } = x25519PrivateKeyObject(privateKey).export({ format: 'jwk' });
  return { group: 'x25519', privateKey, publicKey: view(Buffer.from(x!, 'base64url')) };
}

function deriveX25519(share: KeyShare, peer: Uint8Array): Uint8Array {
  requireX25519Key(share.privateKey, 'private');
  requireX25519Key(peer, 'public');
  const jwk = { kty: 'OKP', crv: 'X25519', x: base64url(peer) };
  const privateKey = x25519PrivateKeyObject(share.privateKey);
  const publicKey = publicKeyFromJwk('x25519: public key', jwk);
  // OpenSSL refuses a shared secret of zeros, as RFC 8446 section 7.4.2 demands.
  return asMalformed('x25519: public key', () => view(crypto.diffieHellman({ privateKey, publicKey })));
}

/** PrivateKeyInfo (RFC 8410) up to the 32 bytes of the key. */
const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Keyed by the array itself, which lives as long as the key share that holds it. */
const x25519PrivateKeyObject = cached((privateKey: Uint8Array) => {
  try {
    // Ten times faster than PKCS#8. A JWK holds the public key too, which is not known yet; Node wants a
    // string there and lets OpenSSL compute the key from d.
    const jwk = { kty: 'OKP', crv: 'X25519', d: base64url(privateKey), x: '' };
    return crypto.createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    const key = Buffer.concat([X25519_PKCS8, privateKey]);
    return crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  }
});

const ed25519PrivateKeyObject = cached((key: Ed25519PrivateKey) => {
  const { point } = key.publicKey;
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: base64url(key.seed), x: base64url(point) };
  return asMalformed('ed25519: private key', () => crypto.createPrivateKey({ key: jwk, format: 'jwk' }));
});

const ed25519PublicKeyObject = cached((key: Ed25519PublicKey) =>
  publicKeyFromJwk('ed25519: public key', { kty: 'OKP', crv: 'Ed25519', x: base64url(key.point) }),
);

// RSA

function rsaPrimitives(): RsaPrimitives {
  const padding = crypto.constants.RSA_NO_PADDING;
  return {
    hash,
    publicOperation: (key, representative) =>
      view(crypto.publicEncrypt({ key: rsaPublicKeyObject(key), padding }, representative)),
    privateOperation: (key, representative) =>
      view(crypto.privateDecrypt({ key: rsaPrivateKeyObject(key), padding }, representative)),
  };
}

const rsaPublicKeyObject = cached(({ n, e }: RsaPublicKey) =>
  publicKeyFromJwk('rsa: public key', { kty: 'RSA', n: base64url(n), e: base64url(e) }),
);

const rsaPrivateKeyObject = cached((key: RsaPrivateKey) => {
  const jwk = {
    kty: 'RSA',
    n: base64url(key.publicKey.n),
    e: base64url(key.publicKey.e),
    d: base64url(key.d),
    p: base64url(key.p),
    q: base64url(key.q),
    dp: base64url(key.dP),
    dq: base64url(key.dQ),
    qi: base64url(key.qInv),
  };
  return asMalformed('rsa: private key', () => crypto.createPrivateKey({ key: jwk, format: 'jwk' }));
});

// Crossing the border to node:crypto

/** Remembers what was made of a key for as long as the key lives. */
function cached<Key extends object, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const known = new WeakMap<Key, Made>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

function publicKeyFromJwk(what: string, jwk: crypto.JsonWebKey): crypto.KeyObject {
  return asMalformed(what, () => crypto.createPublicKey({ key: jwk, format: 'jwk' }));
}

function asMalformed<Result>(what: string, run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    throw new CryptoError(`${what} is not valid`, { cause });
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}
