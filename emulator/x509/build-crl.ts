/** Building revocation lists (RFC 5280 section 5), good and deliberately bad ones. Encoded as build.ts does. */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AuthorityKeyIdentifier,
  CRLNumber,
  CRLReason,
  KeyIdentifier,
  Name,
  RevokedCertificate,
  TBSCertList,
  Version,
} from '@peculiar/asn1-x509';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { UnixSeconds } from '../world/time.ts';
import { date, serialBytes, toAsn, toBuffer } from './build.ts';
import type { BuiltExtension } from './build-extensions.ts';
import { parseCertificate } from './certificate.ts';
import { type CrlReason, reasonNumber } from './crl-reason.ts';
import { Oid } from './oids.ts';
import { type Issuer, type SigningOptions, sign, signatureIdentifier, signedSequence } from './sign.ts';

export interface RevocationSpec {
  readonly serialNumber: number | bigint;
  readonly date: UnixSeconds;
  /** Default: none is given, which section 5.3.1 prefers to `unspecified`. */
  readonly reason?: CrlReason;
  readonly extraExtensions?: readonly BuiltExtension[];
}

export interface CertificateListSpec extends SigningOptions {
  readonly issuer: Issuer;
  readonly thisUpdate: UnixSeconds;
  /** Absent: none, which section 5.1.2.5 forbids. */
  readonly nextUpdate?: UnixSeconds;
  readonly revoked?: readonly RevocationSpec[];
  /** `false` leaves CRLNumber out, which section 5.2.3 forbids. */
  readonly number: number | false;
  /** Extensions given as bytes: unknown ones, critical ones. */
  readonly extraExtensions?: readonly BuiltExtension[];
  /** For deliberate damage: changes the signature. */
  readonly alterSignature?: (signature: Uint8Array) => Uint8Array;
}

/** DER of a v2 list. */
export function buildCertificateList(spec: CertificateListSpec, crypto: CryptoProvider): Uint8Array {
  const { key, certificate } = spec.issuer;
  const { subject, subjectKeyIdentifier } = parseCertificate(certificate);
  const algorithm = signatureIdentifier(key, spec);
  const revoked = spec.revoked ?? [];
  const list = new TBSCertList({
    version: Version.v2,
    signature: AsnConvert.parse(toBuffer(algorithm), AlgorithmIdentifier),
    issuer: AsnConvert.parse(toBuffer(subject.raw), Name),
    thisUpdate: date(spec.thisUpdate),
    ...(spec.nextUpdate === undefined ? {} : { nextUpdate: date(spec.nextUpdate) }),
    // Section 5.1.2.6: an empty list of entries is left out.
    ...(revoked.length === 0 ? {} : { revokedCertificates: revoked.map(buildEntry) }),
  });
  const extensions = buildListExtensions(spec, subjectKeyIdentifier);
  if (extensions.length > 0) list.crlExtensions = extensions.map(toAsn);
  const signed = new Uint8Array(AsnConvert.serialize(list));
  const signature = sign(key, signed, spec, crypto);
  return signedSequence(signed, algorithm, spec.alterSignature?.(signature) ?? signature);
}

function buildListExtensions(spec: CertificateListSpec, keyId: Uint8Array | undefined): BuiltExtension[] {
  const built: BuiltExtension[] = [];
  if (keyId !== undefined) {
    const keyIdentifier = new KeyIdentifier(new OctetString(toBuffer(keyId)));
    built.push(extension(Oid.authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier })));
  }
  if (spec.number !== false) built.push(extension(Oid.cRLNumber, new CRLNumber(spec.number)));
  return [...built, ...(spec.extraExtensions ?? [])];
}

function buildEntry(spec: RevocationSpec): RevokedCertificate {
  const reason = spec.reason && extension(Oid.reasonCode, new CRLReason(reasonNumber(spec.reason)));
  const extensions = [...(reason ? [reason] : []), ...(spec.extraExtensions ?? [])];
  return new RevokedCertificate({
    userCertificate: serialBytes(spec.serialNumber),
    revocationDate: date(spec.date),
    ...(extensions.length === 0 ? {} : { crlEntryExtensions: extensions.map(toAsn) }),
  });
}

function extension(oid: string, value: object): BuiltExtension {
  return { oid, critical: false, value: new Uint8Array(AsnConvert.serialize(value)) };
}
