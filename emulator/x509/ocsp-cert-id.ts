/** CertID (RFC 6960 section 4.1.1): which certificate an OCSP message speaks of, by hashes of its issuer. */
import type { CryptoProvider, HashName } from '../crypto/provider.ts';
import { sameBytes, toHex } from '../world/bytes.ts';
import { hashByOid, hashOid } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { type DerReader, Tag } from './der.ts';
import { derOctetString, derOid, derSequence, derValue } from './der-write.ts';

export interface CertId {
  /** Undefined for a hash that is not known here: such an id matches nothing. */
  readonly hash: HashName | undefined;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Contents of the INTEGER. */
  readonly serialNumber: Uint8Array;
}

export function readCertId(outer: DerReader): CertId {
  const read = () =>
    outer.constructed(Tag.SEQUENCE, (reader) => ({
      hash: reader.field('hashAlgorithm', () => hashByOid(reader.algorithmIdentifier().oid), String),
      issuerNameHash: reader.field('issuerNameHash', () => reader.value(Tag.OCTET_STRING), toHex),
      issuerKeyHash: reader.field('issuerKeyHash', () => reader.value(Tag.OCTET_STRING), toHex),
      serialNumber: reader.field('serialNumber', () => reader.value(Tag.INTEGER), toHex),
    }));
  return outer.field('CertID', read, ({ serialNumber }) => `serial number ${toHex(serialNumber)}`);
}

/** SHA-1 is what responders know certificates by (RFC 5019 section 2.1.1); it protects nothing here. */
export function certIdOf(
  certificate: Pick<Certificate, 'serialNumber'>,
  issuer: Certificate,
  crypto: CryptoProvider,
  hash: HashName = 'sha1',
): CertId {
  return {
    hash,
    issuerNameHash: crypto.hash(hash, issuer.subject.raw),
    issuerKeyHash: crypto.hash(hash, issuer.subjectPublicKey.bitString),
    serialNumber: certificate.serialNumber,
  };
}

/** Throws TypeError for an id read with a hash that is not known here. */
export function encodeCertId({ hash, issuerNameHash, issuerKeyHash, serialNumber }: CertId): Uint8Array {
  if (hash === undefined) throw new TypeError('a CertID with an unknown hash cannot be written');
  return derSequence(
    derSequence(derOid(hashOid(hash)), derValue(Tag.NULL)),
    derOctetString(issuerNameHash),
    derOctetString(issuerKeyHash),
    derValue(Tag.INTEGER, serialNumber),
  );
}

/** Whether the id speaks of a certificate of this issuer; never for a hash that is not known here. */
export function isIssuedBy(id: CertId, issuer: Certificate, crypto: CryptoProvider): boolean {
  if (id.hash === undefined) return false;
  const own = certIdOf(id, issuer, crypto, id.hash);
  return sameBytes(id.issuerNameHash, own.issuerNameHash) && sameBytes(id.issuerKeyHash, own.issuerKeyHash);
}

/** Why `id` does not name `certificate` of `issuer`, in words; undefined when it does. */
export function certIdMismatch(
  id: CertId,
  certificate: Certificate,
  issuer: Certificate,
  crypto: CryptoProvider,
): string | undefined {
  // First what costs nothing: a response may speak of thousands.
  if (!sameBytes(id.serialNumber, certificate.serialNumber)) {
    const own = toHex(certificate.serialNumber);
    return `it is for serial number ${toHex(id.serialNumber)}, the certificate has ${own}`;
  }
  if (id.hash === undefined) return 'its CertID uses a hash that is not known';
  const wanted = certIdOf(certificate, issuer, crypto, id.hash);
  if (!sameBytes(id.issuerNameHash, wanted.issuerNameHash)) return 'it is for an issuer of another name';
  if (!sameBytes(id.issuerKeyHash, wanted.issuerKeyHash)) return 'it is for an issuer with another key';
  return undefined;
}
