/**
 * Building certificates, good and deliberately bad ones. Encoded by @peculiar/asn1-x509, so that what our own
 * reader reads was not written by us; signed through the CryptoProvider. Nothing is random: the caller gives
 * serial numbers and dates, and the same spec gives the same bytes. Only this file and those beside it that
 * build certificates' parts and lists import the library, which is slow to load: a run whose certificates come
 * from files does without it.
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
import { type BuiltExtension, buildExtensions, type ExtensionSpecs } from './build-extensions.ts';
import { parseCertificate } from './certificate.ts';
import { derSignedInteger } from './der-write.ts';
import { encodePublicKey } from './keys.ts';
import { type NameSpec, resolveName } from './name-spec.ts';
import { type SigningOptions, sign, signatureIdentifier, signedSequence } from './sign.ts';

export interface CertificateSpec extends ExtensionSpecs, SigningOptions {
  readonly subject: NameSpec;
  readonly publicKey: PublicKey;
  readonly signer: Signer;
  /** Default: the subject of the signer's certificate, or the own subject. */
  readonly issuer?: NameSpec;
  /** At most 127 bytes; below zero for deliberate damage. */
  readonly serialNumber: number | bigint;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** Default 3. Version 1 has no extensions. */
  readonly version?: 1 | 3;
  /** For deliberate damage: the number in the version field, which 2 means v3 in. */
  readonly encodedVersion?: number;
  /** For deliberate damage: another hash in the algorithm named outside than in the one that is signed. */
  readonly outerHash?: HashName;
  /** For deliberate damage: changes the bytes to be signed. */
  readonly alterTbs?: (tbs: Uint8Array) => Uint8Array;
  /** For deliberate damage: changes the signature. */
  readonly alterSignature?: (signature: Uint8Array) => Uint8Array;
  /** For deliberate damage: bytes after the signature, within the certificate. */
  readonly trailing?: Uint8Array;
}

export interface Signer {
  readonly key: PrivateKey;
  /** DER of the issuing CA; absent: the certificate is self-issued. */
  readonly certificate?: Uint8Array;
}

/** DER. Throws TypeError for a spec that makes no sense (an unknown name attribute, a hash without an OID). */
export function buildCertificate(spec: CertificateSpec, crypto: CryptoProvider): Uint8Array {
  const signature = signatureIdentifier(spec.signer.key, spec);
  const tbs = buildTbs(spec, signature, crypto);
  const encoded = new Uint8Array(AsnConvert.serialize(tbs));
  const signed = spec.alterTbs?.(encoded) ?? encoded;
  const { key } = spec.signer;
  const value = sign(key, signed, spec, crypto);
  const outer = spec.outerHash ? signatureIdentifier(key, { ...spec, hash: spec.outerHash }) : signature;
  // Put together by hand, because the library would encode the altered bytes anew.
  return signedSequence(signed, outer, spec.alterSignature?.(value) ?? value, spec.trailing);
}

function buildTbs(spec: CertificateSpec, signature: Uint8Array, crypto: CryptoProvider): TBSCertificate {
  const signerCertificate = spec.signer.certificate ? parseCertificate(spec.signer.certificate) : undefined;
  const subject = buildName(spec.subject);
  const signerName = signerCertificate && AsnConvert.parse(toBuffer(signerCertificate.subject.raw), Name);
  const issuer = spec.issuer === undefined ? (signerName ?? subject) : buildName(spec.issuer);
  const tbs = new TBSCertificate({
    version: spec.encodedVersion ?? (spec.version === 1 ? 0 : 2),
    serialNumber: serialBytes(spec.serialNumber),
    signature: AsnConvert.parse(toBuffer(signature), AlgorithmIdentifier),
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

export function toAsn({ oid, critical, value }: BuiltExtension): AsnExtension {
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

/** Contents of the INTEGER. */
export function serialBytes(serial: number | bigint): ArrayBuffer {
  return toBuffer(derSignedInteger(BigInt(serial)).subarray(2));
}

function validity(spec: CertificateSpec): Validity {
  const result = new Validity();
  result.notBefore = date(spec.notBefore);
  result.notAfter = date(spec.notAfter);
  return result;
}

/** UTCTime through 2049, GeneralizedTime from 2050 and before 1950 (RFC 5280 section 4.1.2.5). */
export function date(time: UnixSeconds): Time {
  const value = new Date(time * 1000);
  const year = value.getUTCFullYear();
  const result = new Time();
  if (year >= 1950 && year <= 2049) result.utcTime = value;
  else result.generalTime = value;
  return result;
}

/** The library wants ArrayBuffers of its own. */
export function toBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
