/** The builder and the key writer before another judge: OpenSSL reads, verifies and checks what we write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { buildCertificate } from '../../emulator/x509/build.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { encodePrivateKey, KEY_LABELS, parsePrivateKey } from '../../emulator/x509/keys.ts';
import { decodePem, encodePem } from '../../emulator/x509/pem.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { at, file, openssl, path, skip, valueOffsets } from './openssl.ts';
import * as pki from './pki.ts';

test('openssl verifies our chains strictly, EC, RSA and PSS, by name and by purpose', { skip }, () => {
  const rsaLeaf = pki.server(pki.rsaRoot, { pss: true, hash: 'sha384' }, rsaPoolKey(2048, 1));
  const chains = [
    { root: pki.root, leaf: pki.server(pki.intermediate), between: [pki.intermediate] },
    { root: pki.rsaRoot, leaf: rsaLeaf, between: [] },
  ];
  for (const { root, leaf, between } of chains) {
    const files = [
      '-CAfile',
      file('root.pem', root.der),
      '-untrusted',
      file('between.pem', ...between.map(({ der }) => der)),
    ];
    const wanted = ['-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'api.example.com'];
    openssl([
      'verify',
      ...at,
      ...wanted,
      ...(between.length ? files : files.slice(0, 2)),
      file('leaf.pem', leaf.der),
    ]);
  }
});

test('our rfc5280 profile accepts the same chains', () => {
  const verdict = verifyChain({
    chain: [pki.server(pki.intermediate).der, pki.intermediate.der],
    anchors: [pki.root.der],
    profile: 'rfc5280',
    purpose: 'server',
    host: 'api.example.com',
    time: pki.NOW,
    crypto: pki.crypto,
  });
  assert.equal(verdict.accepted, true, verdict.detail);
});

test('openssl prints the fields we put in', { skip }, () => {
  const { der } = pki.issue(pki.ecKey(9), pki.root, {
    subject: 'CN=a\\,b, O=Größe, C=DE',
    serialNumber: 0xc0ffeen,
    notBefore: Date.UTC(2026, 0, 2) / 1000,
    notAfter: Date.UTC(2051, 5, 7) / 1000,
    basicConstraints: { ca: true, pathLength: 3 },
    keyUsage: ['digitalSignature', 'keyCertSign', 'decipherOnly'],
    extendedKeyUsage: ['serverAuth', '1.2.3.4'],
    subjectAltNames: [
      { dns: '*.example.com' },
      { ip: '192.0.2.7' },
      { ip: '2001:db8::7' },
      { email: 'a@b.c' },
    ],
    nameConstraints: { permitted: [{ ip: '10.0.0.0/8' }], excluded: [{ dns: 'example.org' }] },
  });
  const text = openssl(
    ['x509', '-noout', '-text', '-nameopt', 'utf8,sep_comma_plus'],
    encodePem('CERTIFICATE', der),
  );
  for (const expected of [
    'Serial Number: 12648430 (0xc0ffee)',
    'Not Before: Jan  2 00:00:00 2026 GMT',
    'Not After : Jun  7 00:00:00 2051 GMT',
    'CA:TRUE, pathlen:3',
    'Digital Signature, Certificate Sign, Decipher Only',
    'TLS Web Server Authentication, 1.2.3.4',
    'DNS:*.example.com, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7, email:a@b.c',
    'IP:10.0.0.0/255.0.0.0',
    'DNS:example.org',
  ]) {
    assert.ok(text.includes(expected), `${expected} in\n${text}`);
  }
  const read = parseCertificate(der);
  assert.equal(read.subject.text, 'CN=a\\,b, O=Größe, C=DE');
  assert.deepEqual(read.keyUsage, ['digitalSignature', 'keyCertSign', 'decipherOnly']);
  assert.deepEqual(read.basicConstraints, { ca: true, pathLength: 3 });
  assert.deepEqual(
    read.subjectAltNames?.map(({ text }) => text),
    ['*.example.com', '192.0.2.7', '2001:db8::7', 'a@b.c'],
  );
  assert.equal(read.notAfter, Date.UTC(2051, 5, 7) / 1000);
});

test('every offset we annotate is where asn1parse sees a value begin', { skip }, () => {
  const { der } = pki.server(pki.intermediate);
  const starts = valueOffsets(der);
  const { fields } = parseCertificate(der);
  const tops = fields[0]!.children!.flatMap((field) => [field, ...(field.children ?? [])]);
  assert.ok(tops.length > 10);
  for (const { name, offset } of tops) assert.ok(starts.has(offset), `${name} at ${offset}`);
  assert.equal(fields[0]!.length, der.length);
});

test('both providers build the same bytes', () => {
  const key = pki.ecKey(1);
  const spec = {
    subject: 'CN=x',
    publicKey: key.publicKey,
    signer: { key },
    serialNumber: 1,
    notBefore: 0,
    notAfter: pki.NOW,
  };
  assert.deepEqual(buildCertificate(spec, pki.crypto), buildCertificate(spec, nodeProvider));
});

test('private keys go out and come back in all formats, and openssl finds them sound', { skip }, () => {
  const keys = [
    { key: pki.ecKey(1), formats: ['pkcs8', 'sec1'] },
    { key: pki.ecKey(1, 'secp521r1'), formats: ['pkcs8', 'sec1'] },
    { key: rsaPoolKey(2048, 0), formats: ['pkcs8', 'pkcs1'] },
  ] as const;
  for (const { key, formats } of keys) {
    for (const format of formats) {
      const der = encodePrivateKey(key, format);
      const pem = encodePem(KEY_LABELS[format], der);
      openssl(['pkey', '-noout', '-check'], pem);
      assert.deepEqual(parsePrivateKey(der), key);
      assert.deepEqual(parsePrivateKey(pem), key);
    }
  }
});

test('an encrypted key asks for its password, as the device does', { skip }, () => {
  const pem = encodePem('PRIVATE KEY', encodePrivateKey(pki.ecKey(1), 'pkcs8'));
  const encrypted = openssl(['pkcs8', '-topk8', '-passout', 'pass:secret'], pem);
  assert.throws(() => parsePrivateKey(encrypted), { code: -0x3c00 });
  assert.throws(() => parsePrivateKey(decodePem(encrypted)[0]!.der), { code: -0x3c00 });
});

test('keys openssl makes on curves the provider lacks are read, and called unacceptable', { skip }, () => {
  for (const curve of ['prime192v1', 'secp224r1', 'secp192k1', 'secp224k1', 'secp256k1']) {
    const made = openssl([
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      `ec_paramgen_curve:${curve}`,
      '-nodes',
      '-keyout',
      path('k.pem'),
      '-subj',
      '/CN=x',
      '-days',
      '1',
    ]);
    const { subjectPublicKey, publicKey } = parseCertificate(decodePem(made)[0]!.der, 'mbedtls');
    assert.equal(subjectPublicKey.kind, 'ec');
    assert.ok(subjectPublicKey.bits >= 192, curve);
    assert.equal(publicKey, undefined);
  }
});
