/**
 * Building certificates, good and deliberately bad ones. Encoded by @peculiar/asn1-x509, so that what our own
 * reader reads was not written by us; signed through the CryptoProvider. Nothing is random: the caller gives
 * serial numbers and dates, and the same spec gives the same bytes. No other file here imports the library,
 * which is slow to load: a run whose certificates come from files does without it.
 */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  Extension as AsnExtension,
  AttributeTypeAndValue,
  AttributeValue,
  Extensions,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Time,
  Validity,
} from '@peculiar/asn1-x509';
import type { CryptoProvider, HashName, PrivateKey, PublicKey } from '../crypto/provider.ts';
import type { UnixSeconds } from '../world/time.ts';
import { hashOid, signatureOid } from './algorithms.ts';
import { buildExtensions, type ExtensionSpecs } from './build-extensions.ts';
import { parseCertificate } from './certificate.ts';
import { contextTag, Tag } from './der.ts';
import { derInteger, derOid, derSequence, derValue } from './der-write.ts';
import { encodePublicKey } from './keys.ts';
import { type NameSpec, resolveName } from './name-spec.ts';
import { Oid } from './oids.ts';

export interface CertificateSpec extends ExtensionSpecs {
  readonly subject: NameSpec;
  readonly publicKey: PublicKey;
  readonly signer: Signer;
  /** Default: the subject of the signer's certificate, or the own subject. */
  readonly issuer?: NameSpec;
  readonly serialNumber: number | bigint;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** Default 3. Version 1 has no extensions. */
  readonly version?: 1 | 3;
  /** Default SHA-256. */
  readonly hash?: HashName;
  /** RSASSA-PSS instead of PKCS#1 v1.5, for RSA signers. */
  readonly pss?: boolean;
  /** For deliberate damage: changes the bytes to be signed. */
  readonly alterTbs?: (tbs: Uint8Array) => Uint8Array;
  /** For deliberate damage: changes the signature. */
  readonly alterSignature?: (signature: Uint8Array) => Uint8Array;
}

export interface Signer {
  readonly key: PrivateKey;
  /** DER of the issuing CA; absent: the certificate is self-issued. */
  readonly certificate?: Uint8Array;
}

/** DER. Throws TypeError for a spec that makes no sense (an unknown name attribute, a hash without an OID). */
export function buildCertificate(spec: CertificateSpec, crypto: CryptoProvider): Uint8Array {
  const signature = signatureIdentifier(spec);
  const tbs = buildTbs(spec, signature, crypto);
  const encoded = new Uint8Array(AsnConvert.serialize(tbs));
  const signed = spec.alterTbs?.(encoded) ?? encoded;
  const value = sign(spec, signed, crypto);
  // Put together by hand, because the library would encode the altered bytes anew.
  return derSequence(
    signed,
    new Uint8Array(AsnConvert.serialize(signature)),
    derValue(Tag.BIT_STRING, Uint8Array.of(0), spec.alterSignature?.(value) ?? value),
  );
}

function buildTbs(
  spec: CertificateSpec,
  signature: AlgorithmIdentifier,
  crypto: CryptoProvider,
): TBSCertificate {
  const signerCertificate = spec.signer.certificate ? parseCertificate(spec.signer.certificate) : undefined;
  const subject = buildName(spec.subject);
  const signerName = signerCertificate && AsnConvert.parse(toBuffer(signerCertificate.subject.raw), Name);
  const issuer = spec.issuer === undefined ? (signerName ?? subject) : buildName(spec.issuer);
  const tbs = new TBSCertificate({
    version: spec.version === 1 ? 0 : 2,
    serialNumber: serialBytes(spec.serialNumber),
    signature,
    issuer,
    validity: validity(spec),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(toBuffer(encodePublicKey(spec.publicKey)), SubjectPublicKeyInfo),
  });
  if (spec.version !== 1) {
    const authority = signerCertificate?.subjectKeyIdentifier;
    const extensions = buildExtensions(spec, keyIdentifier(spec.publicKey, crypto), authority);
    if (extensions.length > 0) tbs.extensions = new Extensions(extensions.map(toAsn));
  }
  return tbs;
}

export function toAsn({
  oid,
  critical,
  value,
}: {
  oid: string;
  critical: boolean;
  value: Uint8Array;
}): AsnExtension {
  return new AsnExtension({ extnID: oid, critical, extnValue: new OctetString(toBuffer(value)) });
}

/** RFC 5280 section 4.2.1.2, method 1. */
function keyIdentifier(key: PublicKey, crypto: CryptoProvider): Uint8Array {
  const info = AsnConvert.parse(toBuffer(encodePublicKey(key)), SubjectPublicKeyInfo);
  return crypto.hash('sha1', new Uint8Array(info.subjectPublicKey));
}

export function buildName(spec: NameSpec): Name {
  const attributes = resolveName(spec).map(({ oid, value, encoding }) => {
    const attribute = new AttributeTypeAndValue({
      type: oid,
      value: new AttributeValue({ [encoding]: value }),
    });
    return new RelativeDistinguishedName([attribute]);
  });
  return new Name(attributes);
}

function serialBytes(serial: number | bigint): ArrayBuffer {
  const hex = BigInt(serial).toString(16);
  const bytes = Uint8Array.from((hex.length % 2 ? `0${hex}` : hex).match(/../g)!, (pair) =>
    Number.parseInt(pair, 16),
  );
  return toBuffer(derInteger(bytes).subarray(2));
}

function validity(spec: CertificateSpec): Validity {
  const result = new Validity();
  result.notBefore = date(spec.notBefore);
  result.notAfter = date(spec.notAfter);
  return result;
}

/** UTCTime through 2049, GeneralizedTime from 2050 and before 1950 (RFC 5280 section 4.1.2.5). */
function date(time: UnixSeconds): Time {
  const value = new Date(time * 1000);
  const year = value.getUTCFullYear();
  const result = new Time();
  if (year >= 1950 && year <= 2049) result.utcTime = value;
  else result.generalTime = value;
  return result;
}

/** Who signs, and how. */
export type SigningSpec = Pick<CertificateSpec, 'signer' | 'hash' | 'pss'>;

export function signatureIdentifier({ signer, hash = 'sha256', pss }: SigningSpec): AlgorithmIdentifier {
  const { kind } = signer.key;
  if (kind === 'ed25519') return new AlgorithmIdentifier({ algorithm: Oid.ed25519 });
  if (kind === 'rsa' && pss) {
    return new AlgorithmIdentifier({ algorithm: Oid.rsassaPss, parameters: toBuffer(pssParameters(hash)) });
  }
  const algorithm = signatureOid(kind, hash);
  if (algorithm === undefined) throw new TypeError(`there is no ${kind} signature with ${hash}`);
  return new AlgorithmIdentifier({ algorithm, ...(kind === 'rsa' ? { parameters: null } : {}) });
}

/** RSASSA-PSS-params (RFC 4055): one hash for both uses, a salt as long as the hash. */
function pssParameters(hash: HashName): Uint8Array {
  const hashAlgorithm = derSequence(derOid(hashOid(hash)), derValue(Tag.NULL));
  return derSequence(
    derValue(contextTag(0, true), hashAlgorithm),
    derValue(contextTag(1, true), derSequence(derOid(Oid.mgf1), hashAlgorithm)),
    derValue(contextTag(2, true), derInteger(Uint8Array.of(SALT_LENGTHS[hash]))),
  );
}

const SALT_LENGTHS: Readonly<Record<HashName, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

export function sign(
  { signer, hash = 'sha256', pss }: SigningSpec,
  tbs: Uint8Array,
  crypto: CryptoProvider,
): Uint8Array {
  const { key } = signer;
  if (key.kind === 'ed25519') return crypto.ed25519Sign(key, tbs);
  if (key.kind === 'ec') return crypto.ecdsaSign(key, hash, tbs);
  if (!pss) return crypto.rsaPkcs1Sign(key, hash, tbs);
  // A salt need not be secret (RFC 8017 section 9.1); this one keeps the certificate a function of its spec.
  return crypto.rsaPssSign(key, hash, tbs, crypto.hash(hash, tbs));
}

/** The library wants ArrayBuffers of its own. */
function toBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
