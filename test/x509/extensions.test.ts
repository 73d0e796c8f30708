/** Extensions about policies, revocation and stapling, and deliberate damage: built, read, shown by OpenSSL. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnnotatedField } from '../../emulator/world/trace-events.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { extensionOf, readAuthorityInfoAccess, STATUS_REQUEST } from '../../emulator/x509/more-extensions.ts';
import { Oid } from '../../emulator/x509/oids.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { ask } from './ask.ts';
import * as judge from './openssl.ts';
import * as pki from './pki.ts';

const rich = pki.server(pki.root, {
  extendedKeyUsage: ['OCSPSigning'],
  authorityInfoAccess: { ocsp: ['http://ocsp.example.com'], caIssuers: ['http://ca.example.com/ca.der'] },
  crlDistributionPoints: ['http://crl.example.com/a.crl', 'http://crl.example.com/b.crl'],
  certificatePolicies: ['2.23.140.1.2.1', 'anyPolicy'],
  nameConstraints: {
    permitted: [{ dns: 'example.com' }, { ip: '10.0.0.0/8' }],
    excluded: [{ dns: 'a.example.com' }],
  },
  policyMappings: [['1.2.3.1', '1.2.3.2']],
  policyConstraints: { requireExplicitPolicy: 0, inhibitPolicyMapping: 200 },
  inhibitAnyPolicy: 3,
  tlsFeature: [STATUS_REQUEST],
  ocspNoCheck: true,
});

/** What each extension of the certificate is said to say. */
function explained(der: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (nodes: readonly AnnotatedField[]): void => {
    for (const { name, value, children } of nodes) {
      const match = name === 'Extension' ? /^(\S+?)(?:, critical)?: (.*)$/.exec(value ?? '') : null;
      if (match) found[match[1]!] = match[2]!;
      visit(children ?? []);
    }
  };
  visit(parseCertificate(der).fields);
  return found;
}

test('openssl prints the extensions we put in', { skip: judge.skip }, () => {
  const text = judge.openssl(['x509', '-noout', '-text'], encodePem('CERTIFICATE', rich.der));
  for (const expected of [
    'OCSP Signing',
    'OCSP - URI:http://ocsp.example.com',
    'CA Issuers - URI:http://ca.example.com/ca.der',
    'URI:http://crl.example.com/a.crl',
    'URI:http://crl.example.com/b.crl',
    'Policy: 2.23.140.1.2.1',
    'Policy: X509v3 Any Policy',
    'Policy Mappings: critical\n                1.2.3.1:1.2.3.2',
    'Policy Constraints: critical\n                Require Explicit Policy:0, Inhibit Policy Mapping:200',
    'Inhibit Any Policy: critical\n                3',
    'TLS Feature: \n                status_request',
    'OCSP No Check',
  ]) {
    assert.ok(text.includes(expected), `${expected} in\n${text}`);
  }
});

test('the bytes explain themselves, extensions that mbedTLS does not know among them', () => {
  const texts = explained(rich.der);
  assert.deepEqual(
    {
      authorityInfoAccess: 'ocsp http://ocsp.example.com, caIssuers http://ca.example.com/ca.der',
      cRLDistributionPoints: 'http://crl.example.com/a.crl, http://crl.example.com/b.crl',
      certificatePolicies: '2.23.140.1.2.1, anyPolicy',
      nameConstraints: 'permitted example.com, 10.0.0.0/255.0.0.0; excluded a.example.com',
      policyMappings: '1.2.3.1 is 1.2.3.2',
      policyConstraints: 'requireExplicitPolicy 0, inhibitPolicyMapping 200',
      inhibitAnyPolicy: 'after 3 certificates',
      tlsfeature: 'status_request (must staple)',
      ocspNoCheck: 'the responder is not asked about itself',
    },
    Object.fromEntries(
      Object.entries(texts).filter(([name]) => !/^(subject|authority)Key|^subjectAlt|Usage$/.test(name)),
    ),
  );
  const places = extensionOf(parseCertificate(rich.der), Oid.authorityInfoAccess, readAuthorityInfoAccess)!;
  assert.deepEqual(
    places.map(({ method, location }) => [method, location.text]),
    [
      [Oid.ocsp, 'http://ocsp.example.com'],
      [Oid.caIssuers, 'http://ca.example.com/ca.der'],
    ],
  );
});

test('a broken one is said to be broken, and does not keep the certificate from being read', () => {
  const broken = (oid: string, ...value: number[]) =>
    explained(
      pki.server(pki.root, { extraExtensions: [{ oid, critical: false, value: Uint8Array.from(value) }] })
        .der,
    );
  assert.match(broken(Oid.tlsfeature, 0x30, 1).tlsfeature!, /^2 bytes, malformed: 1 bytes announced/);
  assert.match(broken(Oid.inhibitAnyPolicy, 2, 1, 0x80).inhibitAnyPolicy!, /malformed: negative INTEGER/);
  assert.match(broken(Oid.ocspNoCheck, 5, 0, 0).ocspNoCheck!, /malformed: 1 bytes too many/);
  assert.equal(broken('1.2.3.4', 5, 0)['1.2.3.4'], '2 bytes');
});

test('a thousand names are built, read by openssl, and any of them matches', { skip: judge.skip }, () => {
  const names = Array.from({ length: 1000 }, (_, i) => ({ dns: `host${i}.example.com` }));
  const named = pki.server(pki.root, {
    subject: '',
    subjectAltNames: names,
    critical: { subjectAltName: true },
  });
  const text = judge.openssl(
    ['x509', '-noout', '-ext', 'subjectAltName'],
    encodePem('CERTIFICATE', named.der),
  );
  assert.equal(text.match(/DNS:/g)!.length, 1000);
  for (const profile of ['mbedtls', 'rfc5280'] as const) {
    const verdict = ask({ chain: [named], profile, host: 'host999.example.com' });
    assert.equal(verdict.accepted, true, verdict.detail);
  }
});

test('damage: each kind is refused for what it is', () => {
  const mbedtls = (options: pki.IssueOptions) => () =>
    parseCertificate(pki.server(pki.root, options).der, 'mbedtls');
  assert.throws(mbedtls({ encodedVersion: 3 }), { codeName: 'MBEDTLS_ERR_X509_UNKNOWN_VERSION' });
  assert.throws(mbedtls({ outerHash: 'sha384' }), { codeName: 'MBEDTLS_ERR_X509_SIG_MISMATCH' });
  assert.throws(mbedtls({ trailing: Uint8Array.of(5, 0) }), {
    codeName: 'MBEDTLS_ERR_X509_INVALID_FORMAT+MBEDTLS_ERR_ASN1_LENGTH_MISMATCH',
  });
  const judgeSerial = (serialNumber: number | bigint) =>
    ask({ chain: [pki.server(pki.root, { serialNumber })] });
  for (const serial of [-1, -128, -129, -32769n, 0]) {
    assert.match(judgeSerial(serial).detail!, /serial number is not positive/, String(serial));
  }
  for (const serial of [1, 127, 128, 255, 32768, 2n ** 158n]) {
    assert.equal(judgeSerial(serial).accepted, true, String(serial));
  }
});

test('openssl reads the serial numbers we write, below zero too', { skip: judge.skip }, () => {
  for (const serialNumber of [-129n, -128n, -1n, 0n, 127n, 128n, 0xffff_ffff_ffffn]) {
    const { der } = pki.server(pki.root, { serialNumber });
    const text = judge.openssl(['x509', '-noout', '-serial'], encodePem('CERTIFICATE', der));
    const [, sign, hex] = /^serial=(-?)([0-9A-F]+)\n/.exec(text)!;
    assert.equal(BigInt(`0x${hex}`) * (sign ? -1n : 1n), serialNumber, text);
  }
});
