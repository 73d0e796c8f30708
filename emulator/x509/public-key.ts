/** SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), read as mbedtls_pk_parse_subpubkey reads it. */
import type { CurveName, PublicKey } from '../crypto/provider.ts';
import { bigintOf, CURVES, type Curve, curveByOid, decodePoint } from './curves.ts';
import { type AlgorithmIdentifier, type DerReader, decodeOid, Tag } from './der.ts';
import { Oid } from './oids.ts';

export interface SubjectPublicKey {
  readonly kind: 'rsa' | 'ec' | 'ed25519' | 'unknown';
  /** Bits of the modulus or of the field; 0 when unknown. */
  readonly bits: number;
  /** SECG name, for `ec`. */
  readonly curve?: string;
  readonly algorithmOid: string;
  /** The key as the provider takes it; undefined for algorithms and curves it does not have. */
  readonly key: PublicKey | undefined;
  /** The whole SubjectPublicKeyInfo. */
  readonly raw: Uint8Array;
  /** Contents of the BIT STRING: what key identifiers are a hash of. */
  readonly bitString: Uint8Array;
}

const PROVIDER_CURVES: readonly string[] = ['secp256r1', 'secp384r1', 'secp521r1'] satisfies CurveName[];

/** `strict`: algorithms and curves that mbedTLS does not know are errors; otherwise `kind` is "unknown". */
export function readSubjectPublicKey(outer: DerReader, strict: boolean): SubjectPublicKey {
  const start = outer.offset;
  const info = outer.as('PK_KEY_INVALID_FORMAT');
  const inner = info.sub(info.tag(Tag.SEQUENCE));
  const algorithm = inner.field('algorithm', () =>
    inner.within('PK_INVALID_ALG', (reader) => reader.algorithmIdentifier()),
  );
  checkAlgorithm(algorithm, strict);
  const bits = inner.as('PK_INVALID_PUBKEY');
  const length = bits.wholeBitString();
  if (length !== bits.remaining) bits.fail('ASN1_LENGTH_MISMATCH', 'bytes after the public key');
  const content = bits.sub(length);
  const bitString = bits.take(length);
  inner.offset = bits.offset;
  outer.offset = inner.offset;
  const raw = outer.bytes.subarray(start, outer.offset);
  return { algorithmOid: algorithm.oid, raw, bitString, ...readKey(algorithm, content, strict) };
}

const KNOWN_ALGORITHMS: readonly string[] = [Oid.rsaEncryption, Oid.ecPublicKey, Oid.ecDh];

/** What mbedTLS looks at before the key itself. */
function checkAlgorithm(algorithm: AlgorithmIdentifier, strict: boolean): void {
  const { oid, parametersTag, parameters, parametersReader } = algorithm;
  if (strict && !KNOWN_ALGORITHMS.includes(oid)) {
    parametersReader.failPlain('PK_UNKNOWN_PK_ALG', `key algorithm ${oid} is not known`);
  }
  const absent = (parametersTag === Tag.NULL || parametersTag === 0) && parameters.length === 0;
  if (oid === Oid.rsaEncryption && !absent) {
    parametersReader.failPlain('PK_INVALID_ALG', 'RSA key with parameters');
  }
}

type Key = Pick<SubjectPublicKey, 'kind' | 'bits' | 'curve' | 'key'>;

const UNKNOWN: Key = { kind: 'unknown', bits: 0, key: undefined };

function readKey(algorithm: AlgorithmIdentifier, content: DerReader, strict: boolean): Key {
  switch (algorithm.oid) {
    case Oid.rsaEncryption:
      return readRsa(content);
    case Oid.ecPublicKey:
    case Oid.ecDh:
      return readEc(algorithm, content, strict);
    case Oid.ed25519:
      return { kind: 'ed25519', bits: 256, key: { kind: 'ed25519', point: content.take(content.remaining) } };
    default:
      return UNKNOWN;
  }
}

function readRsa(content: DerReader): Key {
  const inner = content.sub(content.tag(Tag.SEQUENCE));
  if (inner.end !== content.end) content.failPlain('PK_INVALID_PUBKEY', 'bytes after the RSA key');
  const n = inner.field('modulus', () => inner.unsignedInteger());
  const e = inner.field('publicExponent', () => inner.unsignedInteger());
  const bits = bitLength(n);
  const exponent = bigintOf(e);
  // mbedtls_rsa_check_pubkey; a modulus over MBEDTLS_MPI_MAX_SIZE cannot even be stored.
  const usable = bits >= 128 && bits <= 8192 && (n.at(-1)! & 1) === 1 && (exponent & 1n) === 1n;
  if (!usable || exponent < 3n || exponent >= bigintOf(n)) {
    content.failPlain('PK_INVALID_PUBKEY', `RSA key of ${bits} bits is not usable`);
  }
  inner.expectEnd();
  return { kind: 'rsa', bits, key: { kind: 'rsa', n, e } };
}

function readEc(algorithm: AlgorithmIdentifier, content: DerReader, strict: boolean): Key {
  // RFC 5480 section 2.1.1: parameters given in full "MUST NOT be used".
  if (!strict && algorithm.parametersTag === Tag.SEQUENCE) {
    return { ...UNKNOWN, kind: 'ec', curve: 'specifiedCurve' };
  }
  const curve = ecCurve(algorithm);
  if (curve === undefined) {
    if (!strict) return { ...UNKNOWN, kind: 'ec' };
    content.failPlain('PK_UNKNOWN_NAMED_CURVE', 'curve is not known');
  }
  const encoded = content.take(content.remaining);
  const point = decodePoint(curve, encoded);
  if (point === 'format') content.failPlain('ECP_BAD_INPUT_DATA', 'point in an unknown form or too short');
  if (point === 'no-root') content.failPlain('ECP_FEATURE_UNAVAILABLE', 'compressed point on this curve');
  if (point === 'not-on-curve') content.failPlain('ECP_INVALID_KEY', `point is not on ${curve.name}`);
  const known = PROVIDER_CURVES.includes(curve.name);
  const key: PublicKey | undefined = known
    ? { kind: 'ec', curve: curve.name as CurveName, point }
    : undefined;
  return { kind: 'ec', bits: curve.bits, curve: curve.name, key };
}

/** namedCurve; anything else is taken for parameters given in full (ESP-IDF keeps PK_PARSE_EC_EXTENDED on). */
function ecCurve({ parametersTag, parameters, parametersReader }: AlgorithmIdentifier): Curve | undefined {
  if (parametersTag === Tag.OID) return curveByOid(decodeOid(parameters));
  return specifiedCurve(parametersReader.as('PK_KEY_INVALID_FORMAT'));
}

/**
 * SpecifiedECDomain (SEC 1 section C.2) as mbedTLS 3.6 reads it, which is hardly at all: it has no reader for
 * a base point that is not compressed, and the curves it knows with a = -3 equal no parameters.
 */
function specifiedCurve(reader: DerReader): Curve {
  const version = reader.smallInteger();
  if (version < 1 || version > 3) reader.failPlain('PK_KEY_INVALID_FORMAT', 'version of EC parameters');
  const p = constructed(reader, (field) => {
    const type = field.as(undefined).oid();
    if (type !== Oid.primeField) field.failPlain('PK_FEATURE_UNAVAILABLE', 'curve is not over a prime field');
    field.value(Tag.OID);
    return field.unsignedInteger();
  });
  const { a, b } = constructed(reader, (curve) => {
    const coefficients = { a: curve.value(Tag.OCTET_STRING), b: curve.value(Tag.OCTET_STRING) };
    if (curve.isTag(Tag.BIT_STRING)) curve.value(Tag.BIT_STRING);
    return coefficients;
  });
  const base = reader.value(Tag.OCTET_STRING);
  const compressed = (base[0] === 2 || base[0] === 3) && base.length === 1 + p.length;
  if (!compressed) reader.failPlain('PK_KEY_INVALID_FORMAT', 'base point is not in compressed form');
  const same = (curve: Curve) =>
    curve.a === 0n && curve.p === bigintOf(p) && bigintOf(a) === 0n && curve.b === bigintOf(b);
  return CURVES.find(same) ?? reader.failPlain('ECP_FEATURE_UNAVAILABLE', 'EC parameters of no known curve');
}

/** A SEQUENCE whose own header fails without the area's code, as mbedTLS's does in these parameters. */
function constructed<T>(reader: DerReader, read: (inner: DerReader) => T): T {
  const length = reader.within(undefined, (header) => header.tag(Tag.SEQUENCE));
  const inner = reader.sub(length);
  const result = read(inner);
  inner.expectEnd();
  reader.offset = inner.offset;
  return result;
}

function bitLength(bytes: Uint8Array): number {
  const first = bytes[0] ?? 0;
  return first === 0 ? 0 : 8 * (bytes.length - 1) + (32 - Math.clz32(first));
}
