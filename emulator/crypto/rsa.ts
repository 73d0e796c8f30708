/**
 * RSA schemes of RFC 8017 over a raw public and a raw private operation, which is all that a provider adds.
 * So both providers make the same bytes and refuse the same input.
 */
import { concat } from '../world/bytes.ts';
import { constantTimeEqual } from './constant-time.ts';
import { HASH_BYTES } from './hashes.ts';
import { bytesToInteger } from './integers.ts';
import {
  CryptoError,
  type CryptoProvider,
  type HashName,
  type RsaPrivateKey,
  type RsaPublicKey,
} from './provider.ts';

export interface RsaPrimitives {
  hash(hash: HashName, data: Uint8Array): Uint8Array;
  /** RSAEP / RSAVP1 on as many bytes as the modulus has; the value is less than the modulus. */
  publicOperation(key: RsaPublicKey, representative: Uint8Array): Uint8Array;
  /** RSADP / RSASP1. */
  privateOperation(key: RsaPrivateKey, representative: Uint8Array): Uint8Array;
}

/** DER of DigestInfo up to the hash, RFC 8017 section 9.2 note 1 (SHA-224: RFC 8017 B.1). */
const DIGEST_INFO_PREFIX: Readonly<Record<HashName, readonly number[]>> = {
  md5: [0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5, 5, 0, 4, 16],
  sha1: [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 3, 2, 26, 5, 0, 4, 20],
  sha224: sha2DigestInfo(4, 28),
  sha256: sha2DigestInfo(1, 32),
  sha384: sha2DigestInfo(2, 48),
  sha512: sha2DigestInfo(3, 64),
};

function sha2DigestInfo(arc: number, hashLength: number): number[] {
  const oid = [0x06, 0x09, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, arc];
  return [0x30, 17 + hashLength, 0x30, 0x0d, ...oid, 5, 0, 4, hashLength];
}

/** OpenSSL's bounds, taken for both providers: they keep a hostile certificate from costing seconds. */
const MODULUS_BITS = { least: 512, most: 16384, anyExponent: 3072 };
const LONG_MODULUS_EXPONENT_BITS = 64;

type RsaSchemes = Pick<
  CryptoProvider,
  | 'rsaPkcs1Sign'
  | 'rsaPkcs1Verify'
  | 'rsaPssSign'
  | 'rsaPssVerify'
  | 'rsaPkcs1Encrypt'
  | 'rsaPkcs1Decrypt'
  | 'rsaOaepEncrypt'
  | 'rsaOaepDecrypt'
>;

export function rsaSchemes(primitives: RsaPrimitives): RsaSchemes {
  return {
    rsaPkcs1Sign: (...input) => rsaPkcs1Sign(primitives, ...input),
    rsaPkcs1Verify: (...input) => rsaPkcs1Verify(primitives, ...input),
    rsaPssSign: (...input) => rsaPssSign(primitives, ...input),
    rsaPssVerify: (...input) => rsaPssVerify(primitives, ...input),
    rsaPkcs1Encrypt: (...input) => rsaPkcs1Encrypt(primitives, ...input),
    rsaPkcs1Decrypt: (...input) => rsaPkcs1Decrypt(primitives, ...input),
    rsaOaepEncrypt: (...input) => rsaOaepEncrypt(primitives, ...input),
    rsaOaepDecrypt: (...input) => rsaOaepDecrypt(primitives, ...input),
  };
}

function rsaPkcs1Sign(
  primitives: RsaPrimitives,
  key: RsaPrivateKey,
  hash: HashName,
  data: Uint8Array,
): Uint8Array {
  const length = requirePrivateKey(key);
  return primitives.privateOperation(key, encodePkcs1Signature(hash, primitives.hash(hash, data), length));
}

/** RFC 8017 section 8.2.2: encodes anew and compares, so there is no padding to parse wrongly. */
function rsaPkcs1Verify(
  primitives: RsaPrimitives,
  key: RsaPublicKey,
  hash: HashName,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const length = requireModulus(key);
  if (!isRepresentative(key, signature)) return false;
  const expected = encodePkcs1Signature(hash, primitives.hash(hash, data), length);
  return constantTimeEqual(primitives.publicOperation(key, signature), expected);
}

/** EMSA-PKCS1-v1_5, RFC 8017 section 9.2. */
function encodePkcs1Signature(hash: HashName, digest: Uint8Array, length: number): Uint8Array {
  const digestInfo = concat(Uint8Array.from(DIGEST_INFO_PREFIX[hash]), digest);
  if (length < digestInfo.length + 11) throw new CryptoError(`rsa: modulus too short for ${hash}`);
  const encoded = new Uint8Array(length).fill(0xff);
  encoded[0] = 0x00;
  encoded[1] = 0x01;
  encoded[length - digestInfo.length - 1] = 0x00;
  encoded.set(digestInfo, length - digestInfo.length);
  return encoded;
}

function rsaPssSign(
  primitives: RsaPrimitives,
  key: RsaPrivateKey,
  hash: HashName,
  data: Uint8Array,
  salt: Uint8Array,
): Uint8Array {
  const length = requirePrivateKey(key);
  const bits = modulusBits(key.publicKey) - 1;
  const encoded = encodePss(primitives, hash, primitives.hash(hash, data), salt, bits);
  const representative = new Uint8Array(length);
  representative.set(encoded, length - encoded.length);
  return primitives.privateOperation(key, representative);
}

/** EMSA-PSS-ENCODE, RFC 8017 section 9.1.1, with MGF1 on the same hash. */
function encodePss(
  primitives: RsaPrimitives,
  hash: HashName,
  digest: Uint8Array,
  salt: Uint8Array,
  bits: number,
): Uint8Array {
  const length = Math.ceil(bits / 8);
  const dbLength = length - digest.length - 1;
  if (dbLength < salt.length + 2) throw new CryptoError(`rsa-pss: modulus too short for ${hash} and salt`);
  const h = primitives.hash(hash, concat(new Uint8Array(8), digest, salt));
  const db = new Uint8Array(dbLength);
  db[dbLength - salt.length - 1] = 0x01;
  db.set(salt, dbLength - salt.length);
  applyMgf1(primitives, hash, h, db);
  db[0]! &= 0xff >> (8 * length - bits);
  return concat(db, h, Uint8Array.of(0xbc));
}

function rsaPssVerify(
  primitives: RsaPrimitives,
  key: RsaPublicKey,
  hash: HashName,
  data: Uint8Array,
  signature: Uint8Array,
  options: { saltLength?: number; mgfHash?: HashName } = {},
): boolean {
  requireModulus(key);
  if (!isRepresentative(key, signature)) return false;
  const bits = modulusBits(key) - 1;
  const representative = primitives.publicOperation(key, signature);
  const surplus = representative.length - Math.ceil(bits / 8);
  // One octet too many when the modulus has 8k + 1 bits; the representative must then fit without it.
  if (surplus === 1 && representative[0] !== 0) return false;
  const salt = decodePss(primitives, hash, options.mgfHash ?? hash, representative.subarray(surplus), bits);
  if (!salt || (options.saltLength !== undefined && salt.salt.length !== options.saltLength)) return false;
  const digest = primitives.hash(hash, data);
  return constantTimeEqual(salt.h, primitives.hash(hash, concat(new Uint8Array(8), digest, salt.salt)));
}

/** EMSA-PSS-VERIFY, RFC 8017 section 9.1.2, steps 4 to 11; undefined for an encoding that is inconsistent. */
function decodePss(
  primitives: RsaPrimitives,
  hash: HashName,
  mgfHash: HashName,
  encoded: Uint8Array,
  bits: number,
): { salt: Uint8Array; h: Uint8Array } | undefined {
  const hashLength = HASH_BYTES[hash];
  const dbLength = encoded.length - hashLength - 1;
  if (dbLength < 1 || encoded.at(-1) !== 0xbc) return undefined;
  const unused = 0xff & ~(0xff >> (8 * encoded.length - bits));
  if ((encoded[0]! & unused) !== 0) return undefined;
  const h = encoded.subarray(dbLength, dbLength + hashLength);
  const db = encoded.slice(0, dbLength);
  applyMgf1(primitives, mgfHash, h, db);
  db[0]! &= ~unused;
  const one = db.findIndex((octet) => octet !== 0);
  if (one < 0 || db[one] !== 0x01) return undefined;
  return { salt: db.subarray(one + 1), h };
}

/** XORs the mask of MGF1 (RFC 8017 B.2.1) over `target`. */
function applyMgf1(primitives: RsaPrimitives, hash: HashName, seed: Uint8Array, target: Uint8Array): void {
  const step = HASH_BYTES[hash];
  for (let counter = 0; counter * step < target.length; counter++) {
    const octets = Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter);
    const mask = primitives.hash(hash, concat(seed, octets));
    const from = counter * step;
    const to = Math.min(from + step, target.length);
    for (let i = from; i < to; i++) target[i]! ^= mask[i - from]!;
  }
}

/** RSAES-PKCS1-v1_5, RFC 8017 section 7.2.1. */
function rsaPkcs1Encrypt(
  primitives: RsaPrimitives,
  key: RsaPublicKey,
  plaintext: Uint8Array,
  padding: Uint8Array,
): Uint8Array {
  const length = requireModulus(key);
  const wanted = length - plaintext.length - 3;
  if (wanted < LEAST_PADDING) throw new CryptoError('rsa: plaintext too long for the modulus');
  if (padding.length < wanted || padding.subarray(0, wanted).includes(0)) {
    throw new CryptoError(`rsa: ${wanted} nonzero bytes of padding needed`);
  }
  const block = concat(Uint8Array.of(0, 2), padding.subarray(0, wanted), Uint8Array.of(0), plaintext);
  return primitives.publicOperation(key, block);
}

/** RFC 8017 section 7.2.2. Undefined for whatever is wrong: telling which is Bleichenbacher's oracle. */
function rsaPkcs1Decrypt(
  primitives: RsaPrimitives,
  key: RsaPrivateKey,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  requirePrivateKey(key);
  if (!isRepresentative(key.publicKey, ciphertext)) return undefined;
  const block = primitives.privateOperation(key, ciphertext);
  const end = block.indexOf(0, 2);
  if (block[0] !== 0 || block[1] !== 2 || end < 2 + LEAST_PADDING) return undefined;
  return block.slice(end + 1);
}

/** RSAES-OAEP-ENCRYPT, RFC 8017 section 7.1.1, with an empty label. */
function rsaOaepEncrypt(
  primitives: RsaPrimitives,
  key: RsaPublicKey,
  hash: HashName,
  plaintext: Uint8Array,
  seed: Uint8Array,
): Uint8Array {
  const length = requireModulus(key);
  const hashLength = HASH_BYTES[hash];
  if (seed.length !== hashLength) throw new CryptoError(`rsa-oaep: a seed of ${hashLength} bytes needed`);
  const db = new Uint8Array(length - hashLength - 1);
  if (db.length < hashLength + 1 + plaintext.length) {
    throw new CryptoError('rsa-oaep: plaintext too long for the modulus');
  }
  db.set(primitives.hash(hash, new Uint8Array(0)));
  db[db.length - plaintext.length - 1] = 0x01;
  db.set(plaintext, db.length - plaintext.length);
  applyMgf1(primitives, hash, seed, db);
  const masked = seed.slice();
  applyMgf1(primitives, hash, db, masked);
  return primitives.publicOperation(key, concat(Uint8Array.of(0), masked, db));
}

/** RFC 8017 section 7.1.2. Undefined for whatever is wrong: telling which is Manger's oracle. */
function rsaOaepDecrypt(
  primitives: RsaPrimitives,
  key: RsaPrivateKey,
  hash: HashName,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  const length = requirePrivateKey(key);
  const hashLength = HASH_BYTES[hash];
  if (length < 2 * hashLength + 2 || !isRepresentative(key.publicKey, ciphertext)) return undefined;
  const block = primitives.privateOperation(key, ciphertext);
  const seed = block.slice(1, 1 + hashLength);
  const db = block.slice(1 + hashLength);
  applyMgf1(primitives, hash, db, seed);
  applyMgf1(primitives, hash, seed, db);
  const isOfLabel = constantTimeEqual(db.subarray(0, hashLength), primitives.hash(hash, new Uint8Array(0)));
  const end = db.findIndex((octet, i) => i >= hashLength && octet !== 0);
  return block[0] === 0 && isOfLabel && db[end] === 0x01 ? db.slice(end + 1) : undefined;
}

/** Octets of padding that a block has at least. */
const LEAST_PADDING = 8;

/** Length of the modulus in bytes; throws for a key with which nothing can be computed. */
function requireModulus({ n, e }: RsaPublicKey): number {
  const bits = bitsOf(n);
  if (bits < MODULUS_BITS.least || bits > MODULUS_BITS.most) {
    throw new CryptoError(`rsa: modulus of ${bits} bits is outside 512 to 16384`);
  }
  if (n[0] === 0 || e[0] === 0) throw new CryptoError('rsa: leading zero in modulus or exponent');
  if (!isOdd(n)) throw new CryptoError('rsa: modulus is even');
  const exponentBits = bitsOf(e);
  const mostBits = bits > MODULUS_BITS.anyExponent ? LONG_MODULUS_EXPONENT_BITS : bits;
  if (exponentBits < 2 || exponentBits > mostBits || !isOdd(e)) {
    throw new CryptoError('rsa: public exponent is even, too small or too large');
  }
  if (e.length === n.length && !isLess(e, n)) throw new CryptoError('rsa: exponent exceeds the modulus');
  return n.length;
}

/** Private keys found whole; the check costs as much as a hash of some kilobytes. */
const consistent = new WeakSet<RsaPrivateKey>();

/** As above, for a key in the representation with p and q, whose parts must fit each other. */
function requirePrivateKey(key: RsaPrivateKey): number {
  const length = requireModulus(key.publicKey);
  if (consistent.has(key)) return length;
  const [p, q, n] = [key.p, key.q, key.publicKey.n].map(bytesToInteger) as [bigint, bigint, bigint];
  // Node's OpenSSL has computed with, mended or refused such keys, by its version.
  if (p <= 1n || q <= 1n || p * q !== n) throw new CryptoError('rsa: p times q is not the modulus');
  const [d, dP, dQ, qInv] = [key.d, key.dP, key.dQ, key.qInv].map(bytesToInteger) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  if (dP !== d % (p - 1n) || dQ !== d % (q - 1n) || (qInv * q) % p !== 1n) {
    throw new CryptoError('rsa: dP, dQ or qInv does not follow from d, p and q');
  }
  consistent.add(key);
  return length;
}

function isOdd(octets: Uint8Array): boolean {
  return octets.length > 0 && octets.at(-1)! % 2 === 1;
}

/** Size of the modulus in bits. */
export function modulusBits(key: Pick<RsaPublicKey, 'n'>): number {
  return bitsOf(key.n);
}

function bitsOf(octets: Uint8Array): number {
  return octets.length === 0 ? 0 : 8 * octets.length - Math.clz32(octets[0]!) + 24;
}

/** As long as the modulus and less than it (RFC 8017 sections 5.1.2 and 8.2.2). */
function isRepresentative({ n }: RsaPublicKey, octets: Uint8Array): boolean {
  return octets.length === n.length && isLess(octets, n);
}

/** Compares two numbers of the same length. */
function isLess(a: Uint8Array, b: Uint8Array): boolean {
  const at = a.findIndex((octet, i) => octet !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}
