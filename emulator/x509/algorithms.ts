/** Signature algorithms (RFC 3279, 4055, 5758, 8410), and their parameters as mbedTLS checks them. */
import type { HashName } from '../crypto/provider.ts';
import { type AlgorithmIdentifier, contextTag, DerError, type DerReader, Tag } from './der.ts';
import { Oid } from './oids.ts';

export interface SignatureAlgorithm {
  readonly oid: string;
  /** "ecdsa-with-SHA256", or the dotted OID. */
  readonly name: string;
  /** What kind of key signs so; undefined for an algorithm not known here. */
  readonly key: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | undefined;
  readonly hash?: HashName;
  readonly pss?: { readonly mgfHash: HashName; readonly saltLength: number };
}

const HASHES: Readonly<Record<string, HashName>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const SIGNATURES: Readonly<Record<string, Omit<SignatureAlgorithm, 'oid'>>> = {
  '1.2.840.113549.1.1.4': { name: 'md5WithRSAEncryption', key: 'rsa', hash: 'md5' },
  '1.2.840.113549.1.1.5': { name: 'sha1WithRSAEncryption', key: 'rsa', hash: 'sha1' },
  '1.3.14.3.2.29': { name: 'sha1WithRSA', key: 'rsa', hash: 'sha1' },
  '1.2.840.113549.1.1.14': { name: 'sha224WithRSAEncryption', key: 'rsa', hash: 'sha224' },
  '1.2.840.113549.1.1.11': { name: 'sha256WithRSAEncryption', key: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { name: 'sha384WithRSAEncryption', key: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { name: 'sha512WithRSAEncryption', key: 'rsa', hash: 'sha512' },
  '1.2.840.10045.4.1': { name: 'ecdsa-with-SHA1', key: 'ec', hash: 'sha1' },
  '1.2.840.10045.4.3.1': { name: 'ecdsa-with-SHA224', key: 'ec', hash: 'sha224' },
  '1.2.840.10045.4.3.2': { name: 'ecdsa-with-SHA256', key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { name: 'ecdsa-with-SHA384', key: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { name: 'ecdsa-with-SHA512', key: 'ec', hash: 'sha512' },
  [Oid.rsassaPss]: { name: 'RSASSA-PSS', key: 'rsa-pss' },
};

export function signatureOid(key: 'rsa' | 'ec', hash: HashName): string | undefined {
  return Object.entries(SIGNATURES).find(([, known]) => known.key === key && known.hash === hash)?.[0];
}

export function hashOid(hash: HashName): string {
  return Object.entries(HASHES).find(([, name]) => name === hash)![0];
}

/** Undefined for a hash that is not known here. */
export function hashByOid(oid: string): HashName | undefined {
  return HASHES[oid];
}

/**
 * What the identifier in a certificate means. `strict`: an algorithm mbedTLS does not know is an error, as it
 * is there; otherwise it comes back with `key` undefined (Ed25519 with its own).
 */
export function signatureAlgorithm(identifier: AlgorithmIdentifier, strict: boolean): SignatureAlgorithm {
  const { oid, parametersTag, parameters, parametersReader } = identifier;
  const known = SIGNATURES[oid];
  if (known === undefined) {
    if (strict) {
      const message = `signature algorithm ${oid} is not known`;
      throw new DerError(['X509_UNKNOWN_SIG_ALG', 'OID_NOT_FOUND'], parametersReader.offset, message);
    }
    return oid === Oid.ed25519
      ? { oid, name: 'Ed25519', key: 'ed25519' }
      : { oid, name: oid, key: undefined };
  }
  if (known.key === 'rsa-pss') return { oid, ...known, ...readPssParameters(identifier) };
  if ((parametersTag !== Tag.NULL && parametersTag !== 0) || parameters.length !== 0) {
    parametersReader.failPlain('X509_INVALID_ALG', `${known.name} with parameters`);
  }
  return { oid, ...known };
}

/** RSASSA-PSS-params (RFC 4055 section 3.1); every field has a default. */
function readPssParameters(identifier: AlgorithmIdentifier): Pick<SignatureAlgorithm, 'hash' | 'pss'> {
  const reader = identifier.parametersReader.as('X509_INVALID_ALG');
  if (identifier.parametersTag !== Tag.SEQUENCE) reader.fail('ASN1_UNEXPECTED_TAG', 'PSS without parameters');
  const hash = optional(reader, 0, readNullHash) ?? 'sha1';
  const mgfHash = optional(reader, 1, readMaskGeneration) ?? 'sha1';
  const saltLength = optional(reader, 2, (inner) => inner.smallInteger()) ?? 20;
  const trailer = optional(reader, 3, (inner) => inner.smallInteger()) ?? 1;
  if (trailer !== 1) reader.failPlain('X509_INVALID_ALG', `PSS trailer field ${trailer}`);
  reader.expectEnd();
  return { hash, pss: { mgfHash, saltLength } };
}

function optional<T>(reader: DerReader, number: number, read: (inner: DerReader) => T): T | undefined {
  if (!reader.isTag(contextTag(number, true))) return undefined;
  return reader.constructed(contextTag(number, true), read);
}

function readMaskGeneration(reader: DerReader): HashName {
  const identifier = reader.algorithmIdentifier();
  if (identifier.oid !== Oid.mgf1) {
    const message = `mask generation ${identifier.oid} is not MGF1`;
    throw new DerError(['X509_FEATURE_UNAVAILABLE', 'OID_NOT_FOUND'], reader.offset, message);
  }
  if (identifier.parametersTag !== Tag.SEQUENCE) reader.fail('ASN1_UNEXPECTED_TAG', 'MGF1 without a hash');
  const parameters = identifier.parametersReader;
  const hash = hashOf(parameters.oid(), reader);
  if (!parameters.atEnd && parameters.value(Tag.NULL).length > 0)
    reader.failPlain('X509_INVALID_ALG', 'hash algorithm of MGF1 with parameters');
  parameters.expectEnd();
  return hash;
}

function readNullHash(reader: DerReader): HashName {
  const identifier = reader.algorithmIdentifier();
  const { parametersTag, parameters } = identifier;
  if ((parametersTag !== Tag.NULL && parametersTag !== 0) || parameters.length !== 0) {
    reader.fail('ASN1_INVALID_DATA', 'hash algorithm with parameters');
  }
  return hashOf(identifier.oid, reader);
}

function hashOf(oid: string, reader: DerReader): HashName {
  return hashByOid(oid) ?? reader.fail('OID_NOT_FOUND', `hash ${oid} is not known`);
}
