/** Revocation lists, judged by the rfc5280 profile: rebuilt after x509-limbo's definitions. */

import type { BuiltExtension } from '../../emulator/x509/build-extensions.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { Tag } from '../../emulator/x509/der.ts';
import { derInteger, derOid, derSequence, derValue } from '../../emulator/x509/der-write.ts';
import {
  ders,
  dns,
  intermediate,
  leaf,
  newKey,
  type RebuiltCase,
  root,
  UNKNOWN_CRITICAL,
  unknownCritical,
  uri,
} from './limbo-build.ts';
import * as pki from './pki.ts';

interface ListSpec {
  readonly issuer?: pki.Issued;
  readonly key?: pki.Issued['key'];
  readonly thisUpdate?: number;
  readonly nextUpdate?: number;
  readonly revoked?: readonly { serial: bigint; date?: number; extensions?: BuiltExtension[] }[];
  readonly extensions?: readonly BuiltExtension[];
}

const ECDSA_SHA256 = derSequence(derOid('1.2.840.10045.4.3.2'));
const CA = root({ keyUsage: ['keyCertSign', 'cRLSign'] });

function time(seconds: number): Uint8Array {
  const text = new Date(seconds * 1000).toISOString().replace(/[-T:]|\.\d+/g, '');
  return derValue(Tag.UTC_TIME, new TextEncoder().encode(text.slice(2)));
}

function extensionList(extensions: readonly BuiltExtension[]): Uint8Array {
  const one = ({ oid, critical, value }: BuiltExtension) =>
    derSequence(
      derOid(oid),
      ...(critical ? [derValue(Tag.BOOLEAN, Uint8Array.of(255))] : []),
      derValue(Tag.OCTET_STRING, value),
    );
  return derSequence(...extensions.map(one));
}

const NUMBER: BuiltExtension = { oid: '2.5.29.20', critical: false, value: derInteger(Uint8Array.of(1)) };

function list({
  issuer = CA,
  key = issuer.key,
  extensions = [],
  revoked = [],
  ...dates
}: ListSpec = {}): Uint8Array {
  const { thisUpdate = pki.days(-1), nextUpdate = pki.days(30) } = dates;
  const entries = revoked.map(({ serial, date = pki.days(-1), extensions: own }) =>
    derSequence(
      derInteger(Uint8Array.from(Buffer.from(serial.toString(16).padStart(8, '0'), 'hex'))),
      time(date),
      ...(own ? [extensionList(own)] : []),
    ),
  );
  const tbs = derSequence(
    derInteger(Uint8Array.of(1)),
    ECDSA_SHA256,
    parseCertificate(issuer.der).subject.raw,
    time(thisUpdate),
    time(nextUpdate),
    ...(entries.length > 0 ? [derSequence(...entries)] : []),
    derValue(0xa0, extensionList([NUMBER, ...extensions])),
  );
  const signature = pki.crypto.ecdsaSign(key as Extract<typeof key, { kind: 'ec' }>, 'sha256', tbs);
  return derSequence(tbs, ECDSA_SHA256, derValue(Tag.BIT_STRING, Uint8Array.of(0), signature));
}

/** issuingDistributionPoint from its encoded fields. */
const scope = (...fields: Uint8Array[]): BuiltExtension => ({
  oid: '2.5.29.28',
  critical: true,
  value: derSequence(...fields),
});
const flag = (number: number) => derValue(0x80 | number, Uint8Array.of(255));
const place = (...names: Uint8Array[]) => derValue(0xa0, derValue(0xa0, ...names));
const points = (...names: Uint8Array[]): BuiltExtension => ({
  oid: '2.5.29.31',
  critical: false,
  value: derSequence(derSequence(place(...names))),
});

function cases(): RebuiltCase[] {
  const serialNumber = 4711;
  const serial = BigInt(serialNumber);
  const holder = leaf(CA, { serialNumber });
  const one = uri('http://example.com/cdp.crl');
  const two = uri('http://example.com/other.crl');
  const partial = leaf(CA, { extraExtensions: [points(one)] });
  const mixed = leaf(CA, { extraExtensions: [points(one, dns('example.com'))] });
  const below = intermediate(CA, { keyUsage: ['keyCertSign', 'cRLSign'] });
  const signing = root({ keyUsage: ['keyCertSign'] });
  const silent = root({ keyUsage: undefined });
  const known = { ...unknownCritical, critical: false };
  const row = (
    id: string,
    limbo: RebuiltCase['limbo'],
    mbedtlsWithCrls: string | number,
    crls: Uint8Array[],
    chain: pki.Issued[] = [holder],
    anchor = CA,
  ): RebuiltCase => ({
    id,
    limbo,
    mbedtls: '',
    anchors: ders(anchor),
    chain: ders(...chain),
    crls,
    mbedtlsWithCrls,
  });
  const scoped = (...fields: Uint8Array[]) => [list({ extensions: [scope(...fields)] })];
  return [
    row('crl::revoked-certificate-with-crl', 'FAILURE', 'BADCERT_REVOKED', [list({ revoked: [{ serial }] })]),
    row('crl::certificate-not-on-crl', 'SUCCESS', '', [list({ revoked: [{ serial: 1n }, { serial: 2n }] })]),
    row(
      'crl::issuer-missing-crlsign',
      'FAILURE',
      'BADCRL_NOT_TRUSTED',
      [list({ issuer: signing })],
      [leaf(signing)],
      signing,
    ),
    row(
      'crl::issuer-no-keyusage-extension',
      'SUCCESS',
      '',
      [list({ issuer: silent })],
      [leaf(silent)],
      silent,
    ),
    row('crl::crl-invalid-signature', 'FAILURE', 'BADCRL_NOT_TRUSTED', [list({ key: newKey() })]),
    row('crl::crl-empty', 'SUCCESS', '', [list()]),
    row('crl::crl-unknown-critical-extension', 'FAILURE', UNKNOWN_CRITICAL, [
      list({ extensions: [unknownCritical] }),
    ]),
    row('crl::crl-unknown-noncritical-extension', 'SUCCESS', '', [list({ extensions: [known] })]),
    row('crl::entry-unknown-critical-extension', 'FAILURE', 'BADCERT_REVOKED', [
      list({ revoked: [{ serial, extensions: [unknownCritical] }] }),
    ]),
    row('crl::entry-unknown-noncritical-extension', 'FAILURE', 'BADCERT_REVOKED', [
      list({ revoked: [{ serial, extensions: [known] }] }),
    ]),
    row('crl::this-update-in-future', 'FAILURE', 'BADCRL_FUTURE', [list({ thisUpdate: pki.days(1) })]),
    row('crl::next-update-in-past', 'FAILURE', 'BADCRL_EXPIRED', [
      list({ thisUpdate: pki.days(-60), nextUpdate: pki.days(-30) }),
    ]),
    row('crl::revocation-date-in-future', 'FAILURE', 'BADCERT_REVOKED', [
      list({ revoked: [{ serial, date: pki.days(1) }] }),
    ]),
    row('crl::crl-duplicate-revoked-serial', 'FAILURE', '', [
      list({ revoked: [{ serial: 1n }, { serial: 1n }] }),
    ]),
    row('crl::idp-cdp-scope-match', 'SUCCESS', UNKNOWN_CRITICAL, scoped(place(one)), [partial]),
    row('crl::idp-cdp-scope-mismatch', 'FAILURE', UNKNOWN_CRITICAL, scoped(place(two)), [partial]),
    row('crl::idp-present-certificate-missing-cdp', 'FAILURE', UNKNOWN_CRITICAL, scoped(place(one))),
    row(
      'crl::idp-present-certificate-cdp-non-uri-generalname',
      'FAILURE',
      UNKNOWN_CRITICAL,
      scoped(place(one)),
      [mixed],
    ),
    row(
      'crl::idp-fullname-non-uri-generalname',
      'FAILURE',
      UNKNOWN_CRITICAL,
      scoped(place(one, dns('example.com'))),
      [partial],
    ),
    row(
      'crl::idp-name-relative-to-crl-issuer',
      'FAILURE',
      UNKNOWN_CRITICAL,
      scoped(derValue(0xa0, derValue(0xa1))),
      [partial],
    ),
    row('crl::idp-indirect-crl', 'FAILURE', UNKNOWN_CRITICAL, scoped(place(one), flag(4)), [partial]),
    row(
      'crl::idp-only-some-reasons-no-complete-crl',
      'FAILURE',
      UNKNOWN_CRITICAL,
      scoped(place(one), derValue(0x83, Uint8Array.of(6, 0x40))),
      [partial],
    ),
    row('crl::idp-only-contains-ca-certs-ee-target', 'FAILURE', UNKNOWN_CRITICAL, scoped(flag(2))),
    row('crl::idp-only-contains-attribute-certs', 'FAILURE', UNKNOWN_CRITICAL, scoped(flag(5))),
    row(
      'crl::idp-only-contains-user-certs-ca-target',
      'FAILURE',
      UNKNOWN_CRITICAL,
      [...scoped(flag(1)), list({ issuer: below })],
      [leaf(below), below],
    ),
    row('crl, a list for CAs beside one for the others', 'SUCCESS', UNKNOWN_CRITICAL, [
      ...scoped(flag(2)),
      ...scoped(flag(1)),
    ]),
  ];
}

export const CRL_CASES: readonly RebuiltCase[] = cases();
