/** Revocation lists: OpenSSL accepts ours, we read OpenSSL's, and what is wrong with one is named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { buildCertificateList, type CertificateListSpec } from '../../emulator/x509/build-crl.ts';
import { parseCertificateList } from '../../emulator/x509/crl.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { decodePem, encodePem } from '../../emulator/x509/pem.ts';
import type { ChainVerdict } from '../../emulator/x509/verify.ts';
import { ask } from './ask.ts';
import * as judge from './openssl.ts';
import * as pki from './pki.ts';

const { root, server, days } = pki;
const { skip } = judge;
const leaf = server(root, { serialNumber: 0x1234 });

function crl(options: Partial<CertificateListSpec> = {}): Uint8Array {
  const issuer = { key: root.key, certificate: root.der };
  const dates = { thisUpdate: days(-1), nextUpdate: days(6) };
  return buildCertificateList({ issuer, ...dates, number: 7, ...options }, pki.crypto);
}

const entry = { serialNumber: 0x1234, date: days(-3), reason: 'keyCompromise' } as const;

function verify(...crls: Uint8Array[]): ChainVerdict {
  return ask({ chain: [leaf], crls });
}

test('openssl reads our list and judges by it', { skip }, () => {
  const check = (list: Uint8Array) =>
    judge.attempt([
      ...['verify', ...judge.at, '-crl_check', '-x509_strict'],
      ...['-CAfile', judge.file('root.pem', root.der)],
      ...['-CRLfile', judge.write('list.pem', encodePem('X509 CRL', list))],
      judge.file('leaf.pem', leaf.der),
    ]);
  for (const key of [{}, { hash: 'sha384' }] as const) {
    assert.equal(check(crl({ ...key, revoked: [{ ...entry, serialNumber: 5 }] })).status, 0);
  }
  const refused = check(crl({ revoked: [entry] }));
  assert.equal(refused.status, 2);
  assert.match(refused.text, /certificate revoked/);
  assert.match(check(crl({ nextUpdate: pki.NOW - 1 })).text, /CRL has expired/);
  assert.match(check(crl({ alterSignature: flipLast })).text, /CRL signature failure/);
  const text = judge.openssl(['crl', '-inform', 'DER', '-noout', '-text'], crl({ revoked: [entry] }));
  for (const expected of [
    'Version 2',
    'X509v3 CRL Number: \n                7\n',
    'Serial Number: 1234',
    'Key Compromise',
  ]) {
    assert.ok(text.includes(expected), `${expected} in\n${text}`);
  }
});

test('a list that openssl makes is read and believed', { skip }, () => {
  const config = judge.write(
    'ca.cnf',
    [
      '[ca]\ndefault_ca = d\n[d]',
      `database = ${judge.write('index.txt', 'R\t360101000000Z\t260530120000Z,superseded\t1234\tunknown\t/CN=x\n')}`,
      `crlnumber = ${judge.write('number', '2A\n')}`,
      'default_md = sha256\ncrl_extensions = e\n[e]\nauthorityKeyIdentifier = keyid',
    ].join('\n'),
  );
  const made = judge.openssl([
    ...['ca', '-gencrl', '-config', config, '-cert', judge.file('root.pem', root.der)],
    ...['-keyfile', judge.write('key.pem', encodePem('PRIVATE KEY', encodePrivateKey(root.key, 'pkcs8')))],
    ...['-crl_lastupdate', '20260531000000Z', '-crl_nextupdate', '20260607000000Z'],
  ]);
  const der = decodePem(made)[0]!.der;
  const { revoked, extensions } = parseCertificateList(der);
  assert.deepEqual(
    revoked.map(({ revocationDate, reason }) => [revocationDate, reason]),
    [[Date.UTC(2026, 4, 30, 12) / 1000, 'superseded']],
  );
  assert.deepEqual(
    extensions.map(({ name }) => name),
    ['authorityKeyIdentifier', 'cRLNumber'],
  );
  const verdict = verify(der);
  assert.equal(verdict.alert, 'certificate_revoked');
  assert.match(verdict.detail!, /revoked since 2026-05-30 12:00:00Z \(superseded\)/);
});

test('a list signed with Ed25519 is read and believed, and unreadable to mbedTLS', () => {
  const seed = new Uint8Array(32).fill(7);
  const point = ed25519.getPublicKey(seed);
  const edwards = pki.ca('Edwards Root', { kind: 'ed25519', seed, publicKey: { kind: 'ed25519', point } });
  const signed = server(edwards, { serialNumber: 0x1234 });
  const list = crl({ issuer: { key: edwards.key, certificate: edwards.der }, revoked: [entry] });
  const verdict = ask({ chain: [signed], anchors: [edwards], crls: [list] });
  assert.equal(verdict.alert, 'certificate_revoked', verdict.detail);
  assert.throws(() => parseCertificateList(list, 'mbedtls'), { codeName: /UNKNOWN_SIG_ALG/ });
});

test('every field we annotate stands where asn1parse sees a value', { skip }, () => {
  const der = crl({ revoked: [entry, { ...entry, serialNumber: 6 }] });
  const starts = judge.valueOffsets(der);
  const { fields } = parseCertificateList(der);
  const values = new Set<string | undefined>();
  const visit = (nodes: typeof fields): void => {
    for (const { name, offset, value, children } of nodes) {
      assert.ok(starts.has(offset), `${name} at ${offset}`);
      values.add(value);
      // asn1parse does not look into the OCTET STRING of an extension.
      if (name !== 'Extension') visit(children ?? []);
    }
  };
  visit(fields);
  for (const value of ['CN=Root, O=Test', 'cRLNumber: 07', 'reasonCode: keyCompromise']) {
    assert.ok(values.has(value), value);
  }
  assert.equal(fields[0]!.length, der.length);
});

test('a good list clears, a revoking one refuses with its reason, a bad one is named as such', () => {
  const cleared = verify(crl());
  assert.equal(cleared.accepted, true, cleared.detail);
  assert.ok(cleared.checks.some(({ check, outcome }) => check === 'revocation' && outcome === 'pass'));
  const critical = { oid: '2.5.29.27', critical: true, value: Uint8Array.of(2, 1, 1) };
  const refused: [Partial<CertificateListSpec>, RegExp, string][] = [
    [{ revoked: [entry] }, /revoked since 2026-05-29.* \(keyCompromise\)/, 'certificate_revoked'],
    [{ nextUpdate: pki.NOW - 1 }, /out of date/, 'certificate_unknown'],
    [{ thisUpdate: pki.NOW + 1 }, /begins at/, 'certificate_unknown'],
    [{ alterSignature: flipLast }, /does not verify/, 'certificate_unknown'],
    [{ number: false }, /no CRLNumber/, 'certificate_unknown'],
    [{ extraExtensions: [critical] }, /critical extension deltaCRLIndicator/, 'certificate_unknown'],
    [
      { revoked: [{ ...entry, serialNumber: 5, extraExtensions: [{ ...critical, oid: '2.5.29.29' }] }] },
      /critical extension certificateIssuer of a CRL entry/,
      'certificate_unknown',
    ],
  ];
  for (const [options, detail, alert] of refused) {
    const verdict = verify(crl(options));
    assert.equal(verdict.accepted, false, String(detail));
    assert.match(verdict.detail!, detail);
    assert.equal(verdict.alert, alert);
  }
});

function flipLast(signature: Uint8Array): Uint8Array {
  return signature.map((byte, i) => (i === signature.length - 1 ? byte ^ 1 : byte));
}
