/**
 * Private keys: PKCS#8 (RFC 5958), SEC 1 (RFC 5915), PKCS#1 (RFC 8017 A.1.2); PEM or DER, unencrypted, which
 * is what the device takes.
 */

import type {
  CurveName,
  EcPrivateKey,
  Ed25519PrivateKey,
  PrivateKey,
  PublicKey,
  RsaPrivateKey,
} from '../crypto/provider.ts';
import { publicPointOf } from './base-point.ts';
import { bigintOf, curveByName, curveByOid, decodePoint } from './curves.ts';
import { contextTag, DerError, DerReader, decodeOid, Tag, withoutLeadingZeros } from './der.ts';
import { derInteger, derOid, derSequence, derValue } from './der-write.ts';
import { Oid } from './oids.ts';
import { decodePem, looksLikePem } from './pem.ts';

export type PrivateKeyFormat = 'pkcs8' | 'sec1' | 'pkcs1';

/** PEM labels by format, for `encodePem`. */
export const KEY_LABELS: Readonly<Record<PrivateKeyFormat, string>> = {
  pkcs8: 'PRIVATE KEY',
  sec1: 'EC PRIVATE KEY',
  pkcs1: 'RSA PRIVATE KEY',
};

/** Throws DerError: PK_PASSWORD_REQUIRED for an encrypted key, PK_KEY_INVALID_FORMAT for what is no key. */
export function parsePrivateKey(pemOrDer: string | Uint8Array): PrivateKey {
  if (typeof pemOrDer === 'string' || looksLikePem(pemOrDer)) {
    const text = typeof pemOrDer === 'string' ? pemOrDer : new TextDecoder('latin1').decode(pemOrDer);
    return parsePem(text);
  }
  return parseDer(pemOrDer);
}

function parsePem(text: string): PrivateKey {
  const block = decodePem(text).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block === undefined) throw new DerError(['PK_KEY_INVALID_FORMAT'], 0, 'no private key in the PEM text');
  const encrypted =
    block.label === 'ENCRYPTED PRIVATE KEY' || block.headers?.some((line) => /ENCRYPTED/.test(line));
  if (encrypted) throw new DerError(['PK_PASSWORD_REQUIRED'], 0, 'the private key is encrypted');
  return parseDer(block.der);
}

/** The three formats differ right after the version: AlgorithmIdentifier, OCTET STRING, INTEGER. */
function parseDer(der: Uint8Array): PrivateKey {
  const outer = new DerReader(der, 'PK_KEY_INVALID_FORMAT');
  const inner = outer.sub(outer.tag(Tag.SEQUENCE));
  if (inner.isTag(Tag.SEQUENCE)) inner.failPlain('PK_PASSWORD_REQUIRED', 'the private key is encrypted');
  const version = inner.smallInteger();
  if (inner.isTag(Tag.SEQUENCE)) return readPkcs8(inner, version);
  if (inner.isTag(Tag.OCTET_STRING)) return readSec1(inner, version, undefined);
  return readPkcs1(inner, version);
}

function readPkcs8(reader: DerReader, version: number): PrivateKey {
  if (version > 1) reader.failPlain('PK_KEY_INVALID_VERSION', `PKCS#8 version ${version}`);
  const algorithm = reader.algorithmIdentifier();
  const content = reader.sub(reader.tag(Tag.OCTET_STRING));
  switch (algorithm.oid) {
    case Oid.rsaEncryption: {
      const inner = content.sub(content.tag(Tag.SEQUENCE));
      return readPkcs1(inner, inner.smallInteger());
    }
    case Oid.ecPublicKey: {
      const inner = content.sub(content.tag(Tag.SEQUENCE));
      return readSec1(inner, inner.smallInteger(), decodeOid(algorithm.parameters));
    }
    case Oid.ed25519:
      return ed25519Key(content.value(Tag.OCTET_STRING), reader);
    default:
      return reader.failPlain('PK_UNKNOWN_PK_ALG', `key algorithm ${algorithm.oid} is not known`);
  }
}

function readPkcs1(reader: DerReader, version: number): RsaPrivateKey {
  if (version !== 0) reader.failPlain('PK_KEY_INVALID_VERSION', `PKCS#1 version ${version}`);
  const [n, e, d, p, q, dP, dQ, qInv] = Array.from({ length: 8 }, () => reader.unsignedInteger());
  reader.expectEnd();
  const publicKey = { kind: 'rsa', n: n!, e: e! } as const;
  return { kind: 'rsa', publicKey, d: d!, p: p!, q: q!, dP: dP!, dQ: dQ!, qInv: qInv! };
}

/** ECPrivateKey; the curve comes from inside or, in PKCS#8, from the AlgorithmIdentifier. */
function readSec1(reader: DerReader, version: number, curveOid: string | undefined): EcPrivateKey {
  if (version !== 1) reader.failPlain('PK_KEY_INVALID_VERSION', `ECPrivateKey version ${version}`);
  const scalar = withoutLeadingZeros(reader.value(Tag.OCTET_STRING));
  const inside = explicit(reader, 0, (inner) => inner.oid());
  const encoded = explicit(reader, 1, (inner) => inner.take(inner.wholeBitString()));
  const oid = inside ?? curveOid;
  const curve = oid === undefined ? undefined : curveByOid(oid);
  if (curve === undefined) return reader.failPlain('PK_UNKNOWN_NAMED_CURVE', `curve ${oid ?? 'missing'}`);
  const name = curve.name as CurveName;
  const size = Math.ceil(curve.bits / 8);
  if (scalar.length > size || scalar.every((byte) => byte === 0))
    reader.failPlain('ECP_INVALID_KEY', `private number of ${scalar.length} bytes on ${curve.name}`);
  const point = encoded === undefined ? publicPointOf(curve, bigintOf(scalar)) : decodePoint(curve, encoded);
  if (point === undefined) reader.failPlain('PK_KEY_INVALID_FORMAT', 'key without its public point');
  if (typeof point === 'string') reader.failPlain('PK_KEY_INVALID_FORMAT', `public point: ${point}`);
  const d = new Uint8Array(size);
  d.set(scalar, size - scalar.length);
  return { kind: 'ec', curve: name, d, publicKey: { kind: 'ec', curve: name, point } };
}

function explicit<T>(reader: DerReader, number: number, read: (inner: DerReader) => T): T | undefined {
  const tag = contextTag(number, true);
  return reader.isTag(tag) ? reader.constructed(tag, read) : undefined;
}

/** RFC 5958 allows the public key in [1]; without it the key cannot be used here (no provider at hand). */
function ed25519Key(seed: Uint8Array, reader: DerReader): Ed25519PrivateKey {
  if (reader.isTag(contextTag(0, true))) reader.value(contextTag(0, true));
  if (!reader.isTag(contextTag(1, false))) {
    reader.failPlain('PK_KEY_INVALID_FORMAT', 'Ed25519 key without its public key');
  }
  const point = reader.value(contextTag(1, false)).subarray(1);
  return { kind: 'ed25519', seed, publicKey: { kind: 'ed25519', point } };
}

/** DER. Throws TypeError when the format does not fit the kind of key. */
export function encodePrivateKey(key: PrivateKey, format: PrivateKeyFormat): Uint8Array {
  if (format === 'pkcs8') return encodePkcs8(key);
  if (format === 'sec1' && key.kind === 'ec') return encodeSec1(key, true);
  if (format === 'pkcs1' && key.kind === 'rsa') return encodePkcs1(key);
  throw new TypeError(`format "${format}" does not hold a key of kind "${key.kind}"`);
}

const VERSION_0 = derInteger(Uint8Array.of(0));
const VERSION_1 = derInteger(Uint8Array.of(1));

function encodePkcs8(key: PrivateKey): Uint8Array {
  const algorithm = algorithmOf(key.publicKey);
  if (key.kind === 'ed25519') {
    const seed = derValue(Tag.OCTET_STRING, derValue(Tag.OCTET_STRING, key.seed));
    const point = derValue(contextTag(1, false), Uint8Array.of(0), key.publicKey.point);
    return derSequence(VERSION_1, algorithm, seed, point);
  }
  const content = key.kind === 'rsa' ? encodePkcs1(key) : encodeSec1(key, false);
  return derSequence(VERSION_0, algorithm, derValue(Tag.OCTET_STRING, content));
}

/** PKCS#8 names the curve outside, so that it is left out inside (RFC 5915 section 3 allows both). */
function encodeSec1(key: EcPrivateKey, withCurve: boolean): Uint8Array {
  const curve = withCurve ? [derValue(contextTag(0, true), derOid(curveByName(key.curve)!.oid))] : [];
  const point = derValue(Tag.BIT_STRING, Uint8Array.of(0), key.publicKey.point);
  return derSequence(
    VERSION_1,
    derValue(Tag.OCTET_STRING, key.d),
    ...curve,
    derValue(contextTag(1, true), point),
  );
}

function encodePkcs1(key: RsaPrivateKey): Uint8Array {
  const { n, e } = key.publicKey;
  const numbers = [n, e, key.d, key.p, key.q, key.dP, key.dQ, key.qInv];
  return derSequence(VERSION_0, ...numbers.map(derInteger));
}

function algorithmOf(key: PublicKey): Uint8Array {
  switch (key.kind) {
    case 'rsa':
      return derSequence(derOid(Oid.rsaEncryption), derValue(Tag.NULL));
    case 'ec':
      return derSequence(derOid(Oid.ecPublicKey), derOid(curveByName(key.curve)!.oid));
    case 'ed25519':
      return derSequence(derOid(Oid.ed25519));
  }
}

/** SubjectPublicKeyInfo in DER. */
export function encodePublicKey(key: PublicKey): Uint8Array {
  const contents = key.kind === 'rsa' ? derSequence(derInteger(key.n), derInteger(key.e)) : key.point;
  return derSequence(algorithmOf(key), derValue(Tag.BIT_STRING, Uint8Array.of(0), contents));
}
