/** Which certificates a CRL speaks of: issuingDistributionPoint (RFC 5280 sections 5.2.5 and 6.3.3 (b)). */
import { sameBytes } from '../../world/bytes.ts';
import type { Certificate } from '../certificate.ts';
import type { CertificateList } from '../crl.ts';
import { contextTag, DerError, type DerReader, Tag } from '../der.ts';
import { type GeneralName, readGeneralName } from '../general-name.ts';
import { extensionOf, readDistributionPoints } from '../more-extensions.ts';
import { Oid } from '../oids.ts';

export const ISSUING_DISTRIBUTION_POINT = '2.5.29.28';

interface Scope {
  /** Undefined: the CRL is not one of several parts. */
  readonly names: readonly GeneralName[] | undefined;
  readonly userCertificates: boolean;
  readonly caCertificates: boolean;
  readonly someReasons: boolean;
  readonly indirect: boolean;
  readonly attributeCertificates: boolean;
}

/** Why `list` cannot answer for `certificate`, in words; undefined when it can. */
export function scopeProblem(list: CertificateList, certificate: Certificate): string | undefined {
  try {
    const scope = extensionOf(list, ISSUING_DISTRIBUTION_POINT, readScope);
    return scope && outside(scope, certificate);
  } catch (error) {
    if (error instanceof DerError) return `the scope of the CRL cannot be read: ${error.message}`;
    throw error;
  }
}

function outside(scope: Scope, certificate: Certificate): string | undefined {
  const isCa = certificate.basicConstraints?.ca === true;
  if (scope.attributeCertificates) return 'the CRL is for attribute certificates';
  if (scope.userCertificates && isCa) return 'the CRL is for certificates of end entities';
  if (scope.caCertificates && !isCa) return 'the CRL is for certificates of CAs';
  if (scope.indirect) return 'indirect CRLs are not processed';
  if (scope.someReasons) return 'the CRL covers only some reasons';
  if (scope.names === undefined) return undefined;
  const points = extensionOf(certificate, Oid.cRLDistributionPoints, readDistributionPoints) ?? [];
  const all = [...scope.names, ...points];
  // BR 7.1.2.11.2 and 7.2.2.1: the parts of a CRL are told apart by URI, byte for byte.
  const other = all.find(({ kind }) => kind !== 'uniformResourceIdentifier');
  if (other !== undefined) return `${other.kind} ${other.text} where a URI is required`;
  const shared = scope.names.some((name) => points.some((point) => sameBytes(name.value, point.value)));
  return shared ? undefined : 'the certificate belongs to another distribution point';
}

function readScope(outer: DerReader): Scope {
  return outer.constructed(Tag.SEQUENCE, (reader) => ({
    names: reader.isTag(contextTag(0, true)) ? readPointName(reader) : undefined,
    userCertificates: readFlag(reader, 1),
    caCertificates: readFlag(reader, 2),
    someReasons: reader.isTag(contextTag(3, false)) && reader.value(contextTag(3, false)).length > 0,
    indirect: readFlag(reader, 4),
    attributeCertificates: readFlag(reader, 5),
  }));
}

/** [n] IMPLICIT BOOLEAN DEFAULT FALSE */
function readFlag(reader: DerReader, number: number): boolean {
  const tag = contextTag(number, false);
  return reader.isTag(tag) && reader.value(tag).some((byte) => byte !== 0);
}

/** DistributionPointName in its [0]; of the two choices only fullName is processed. */
function readPointName(reader: DerReader): GeneralName[] {
  return reader.constructed(contextTag(0, true), (choice) =>
    choice.constructed(contextTag(0, true), (fullName) => {
      const names: GeneralName[] = [];
      while (!fullName.atEnd) names.push(readGeneralName(fullName));
      return names;
    }),
  );
}
