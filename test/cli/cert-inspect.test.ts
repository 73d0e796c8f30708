/** `cert inspect` beside OpenSSL's printout of the same files, and of every kind of file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { buildCertificateList } from '../../emulator/x509/build-crl.ts';
import { encodePrivateKey, encodePublicKey, KEY_LABELS } from '../../emulator/x509/keys.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { buildCertificationRequest } from '../x509/build-csr.ts';
import { ocspPki } from '../x509/ocsp-pki.ts';
import { NEW_EC_KEY, skip } from '../x509/openssl.ts';
import * as pki from '../x509/pki.ts';
import { AT, file, folder, inspect, objects, openssl, shown, single } from './tool.ts';

const plainHex = (text: string) => text.replace(/^.*=/, '').replaceAll(':', '').trim().toLowerCase();

describe('cert inspect and openssl x509', { skip }, () => {
  const keys = [
    { name: 'EC', args: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'] },
    { name: 'RSA', args: ['-newkey', 'rsa:2048'] },
  ];
  for (const { name, args } of keys) {
    it(`say the same of a certificate: ${name}`, () => {
      openssl(
        ...['req', '-x509', ...args, '-nodes', '-keyout', 'k.pem', '-out', 'c.pem', '-days', '40'],
        ...['-subj', '/C=DE/O=Werk/CN=api.example.com', '-set_serial', '0xC0FFEE'],
      );
      const moment = ['--time', String(Math.floor(Date.now() / 1000) + 60)];
      const [certificate] = objects('c.pem', ...moment);
      const x509 = (...what: string[]) => openssl('x509', '-in', 'c.pem', '-noout', ...what);
      assert.equal(certificate.kind, 'certificate');
      assert.equal(certificate.subject, 'C=DE, O=Werk, CN=api.example.com');
      assert.equal(certificate.issuer, certificate.subject);
      assert.equal(certificate.serialNumber, '00c0ffee');
      assert.equal(plainHex(x509('-fingerprint', '-sha256')), certificate.fingerprints.sha256);
      assert.equal(plainHex(x509('-fingerprint', '-sha1')), certificate.fingerprints.sha1);
      const [, from, until] = /notBefore=(.*)\nnotAfter=(.*)/.exec(x509('-dates'))!;
      assert.equal(Date.parse(certificate.validity.from), Date.parse(from!));
      assert.equal(Date.parse(certificate.validity.until), Date.parse(until!));
      assert.match(certificate.validity.text, /^valid for another 39 days$/);
      assert.equal(certificate.signature.selfSigned, true);
      assert.match(x509('-text'), new RegExp(`Public-Key: \\(${certificate.publicKey.bits} bit\\)`));
      const identifier = /Subject Key Identifier: *\n? *([0-9A-F:]+)/.exec(x509('-text'))![1]!;
      assert.equal(plainHex(identifier), certificate.publicKey.keyIdentifier);
      openssl('pkey', '-in', 'k.pem', '-pubout', '-outform', 'DER', '-out', 'spki.der');
      const pin = spawnSync('openssl', ['dgst', '-sha256', '-binary', 'spki.der'], { cwd: folder }).stdout;
      assert.equal(certificate.publicKey.pin, pin.toString('base64'));
      assert.equal(certificate.pemBytes, readFileSync(join(folder, 'c.pem')).length);
      openssl('x509', '-in', 'c.pem', '-outform', 'DER', '-out', 'c.der');
      assert.equal(certificate.derBytes, readFileSync(join(folder, 'c.der')).length);
      const { line, label, ...rest } = certificate;
      assert.deepEqual(objects('c.der', ...moment), [rest]);
    });
  }

  it('decode the extensions that certificates of the web have', () => {
    openssl(
      ...['req', '-x509', ...NEW_EC_KEY, '-nodes', '-keyout', 'k.pem'],
      ...['-out', 'e.pem', '-subj', '/CN=x'],
      ...['-addext', 'subjectAltName=DNS:a.example,IP:2001:db8::1,email:a@b.example,URI:https://a.example/'],
      ...['-addext', 'keyUsage=critical,digitalSignature,keyCertSign'],
      ...['-addext', 'extendedKeyUsage=serverAuth,1.2.3.4'],
      ...['-addext', 'nameConstraints=permitted;DNS:example.com,excluded;IP:10.0.0.0/255.0.0.0'],
      ...[
        '-addext',
        'authorityInfoAccess=OCSP;URI:http://ocsp.example/,caIssuers;URI:http://ca.example/ca.der',
      ],
      ...['-addext', 'crlDistributionPoints=URI:http://ca.example/list.crl'],
      ...['-addext', 'certificatePolicies=1.2.3.4.5'],
      ...['-addext', 'tlsfeature=status_request'],
      ...['-addext', 'policyConstraints=requireExplicitPolicy:3'],
      ...['-addext', 'inhibitAnyPolicy=2'],
      ...['-addext', 'nsComment=made here'],
      ...['-addext', '1.2.3.4.5.6=DER:0500'],
    );
    const [{ extensions, subjectAltNames }] = objects('e.pem');
    const text = (name: string) =>
      extensions.find((extension: { name: string }) => extension.name === name)?.text;
    assert.deepEqual(
      subjectAltNames.map(({ kind, value }: { kind: string; value: string }) => `${kind} ${value}`),
      ['DNS a.example', 'IP 2001:db8::1', 'e-mail a@b.example', 'URI https://a.example/'],
    );
    assert.equal(text('keyUsage'), 'digitalSignature, keyCertSign');
    assert.equal(text('extKeyUsage'), 'serverAuth, 1.2.3.4');
    assert.equal(text('nameConstraints'), 'permitted example.com; excluded 10.0.0.0/255.0.0.0');
    assert.equal(
      text('authorityInfoAccess'),
      'ocsp http://ocsp.example/, caIssuers http://ca.example/ca.der',
    );
    assert.equal(text('cRLDistributionPoints'), 'http://ca.example/list.crl');
    assert.equal(text('certificatePolicies'), '1.2.3.4.5');
    assert.equal(text('tlsfeature'), 'status_request (must staple)');
    assert.equal(text('policyConstraints'), 'requireExplicitPolicy 3');
    assert.equal(text('inhibitAnyPolicy'), 'after 2 certificates');
    assert.equal(text('nsComment'), '"made here"');
    assert.equal(text('1.2.3.4.5.6'), '2 bytes');
    const lines = shown('e.pem').split('\n');
    for (const { name } of extensions)
      assert.ok(
        lines.some((line) => line.includes(`${name}`)),
        name,
      );
    for (const line of lines) assert.ok(line.length <= 100, line);
  });

  it('name the attributes of a request, but not the password in one', () => {
    const attributes = 'challengePassword = hush-hush\nunstructuredName = anything\n';
    file(
      'req.cnf',
      `[req]\nprompt = no\ndistinguished_name = dn\nattributes = at\n[dn]\nCN = x\n[at]\n${attributes}`,
    );
    openssl(
      ...['req', '-new', ...NEW_EC_KEY, '-nodes', '-keyout', 'k.pem'],
      ...['-config', 'req.cnf', '-out', 'attributes.csr'],
    );
    const text = shown('attributes.csr');
    assert.match(text, /attribute +challengePassword: present, not shown/);
    assert.match(text, /attribute +1\.2\.840\.113549\.1\.9\.2: \d+ bytes/);
    assert.ok(!text.includes('hush'));
  });

  it('decode what stands rarely in certificates', () => {
    const ascii = (text: string) => Buffer.from(text).toString('hex');
    const rare = {
      '2.5.29.18': ['300c820a', ascii('ca.example')],
      '2.5.29.24': ['180f', ascii('20260131120000Z')],
      '2.5.29.27': ['020105'],
      '2.5.29.46': ['3012', '3010a00ea00c860a', ascii('http://a.b')],
      '1.3.6.1.5.5.7.1.11': ['3018', '301606082b060105050730058', '60a', ascii('http://a.b')],
      '1.3.6.1.4.1.11129.2.4.3': ['0500'],
      '2.16.840.1.113730.1.13': ['1603', ascii('cut'), '00'],
    };
    const extraExtensions = Object.entries(rare).map(([oid, hex]) => ({
      oid,
      critical: false,
      value: Buffer.from(hex.join(''), 'hex'),
    }));
    const [{ extensions }] = single([file('rare.der', pki.server(pki.root, { extraExtensions }).der)]);
    const texts = extensions
      .slice(-7)
      .map(({ name, text }: { name: string; text: string }) => `${name}: ${text}`);
    assert.deepEqual(texts, [
      'issuerAltName: ca.example',
      'invalidityDate: 2026-01-31 12:00:00Z',
      'deltaCRLIndicator: changes since list 05',
      'freshestCRL: http://a.b',
      'subjectInfoAccess: 1.3.6.1.5.5.7.48.5 http://a.b',
      'precertificatePoison: a precertificate, which no client may accept',
      'nsComment: 6 bytes, malformed: 1 bytes too many at byte 5',
    ]);
  });

  it('explain a list of embedded timestamps (RFC 6962 section 3.3)', () => {
    const timestamp = ['00', '5a'.repeat(32), '000001997c1b4c00', '0000', '0403', '0002', 'abcd'].join('');
    const list = `${(timestamp.length / 2).toString(16).padStart(4, '0')}${timestamp}`;
    const whole = `${(list.length / 2).toString(16).padStart(4, '0')}${list}`;
    const value = Buffer.from(`04${(whole.length / 2).toString(16)}${whole}`, 'hex');
    const extra = { oid: '1.3.6.1.4.1.11129.2.4.2', critical: false, value };
    file('sct.der', pki.server(pki.root, { extraExtensions: [extra] }).der);
    const [{ extensions }] = objects('sct.der');
    assert.match(extensions.at(-1).text, /^1 timestamp: log 5a5a5a5a… at 2025-09-24 /);
  });
});

describe('cert inspect finds out what a file is', () => {
  const { root } = pki;
  const ocsp = ocspPki(pki.NOW);
  const ec = pki.ecKey(5);
  const rsa = rsaPoolKey(2048, 0);
  const rsaPublic = encodePublicKey(rsa.publicKey);
  const kinds: { kind: string; label: string; der: () => Uint8Array }[] = [
    { kind: 'certificate', label: 'CERTIFICATE', der: () => root.der },
    { kind: 'certificate', label: 'CERTIFICATE', der: () => pki.ca('v1', ec, undefined, { version: 1 }).der },
    {
      kind: 'certificate request',
      label: 'CERTIFICATE REQUEST',
      der: () => buildCertificationRequest({ subject: 'CN=x', key: ec }, pki.crypto),
    },
    { kind: 'certificate request', label: 'NEW CERTIFICATE REQUEST', der: () => request() },
    { kind: 'revocation list', label: 'X509 CRL', der: () => list() },
    { kind: 'OCSP response', label: 'OCSP RESPONSE', der: () => ocsp.response() },
    { kind: 'public key', label: 'PUBLIC KEY', der: () => encodePublicKey(ec.publicKey) },
    { kind: 'public key', label: 'PUBLIC KEY', der: () => rsaPublic },
    { kind: 'public key', label: 'RSA PUBLIC KEY', der: () => rsaPublic.subarray(24) },
    { kind: 'private key', label: KEY_LABELS.pkcs8, der: () => encodePrivateKey(ec, 'pkcs8') },
    { kind: 'private key', label: KEY_LABELS.pkcs8, der: () => encodePrivateKey(rsa, 'pkcs8') },
    { kind: 'private key', label: KEY_LABELS.sec1, der: () => encodePrivateKey(ec, 'sec1') },
    { kind: 'private key', label: KEY_LABELS.pkcs1, der: () => encodePrivateKey(rsa, 'pkcs1') },
  ];
  const request = () =>
    buildCertificationRequest(
      { subject: 'CN=x', key: rsa, subjectAltNames: [{ dns: 'x.example' }] },
      pki.crypto,
    );
  const list = () =>
    buildCertificateList(
      {
        issuer: { key: root.key, certificate: root.der },
        thisUpdate: pki.days(-1),
        nextUpdate: pki.days(6),
        revoked: [{ serialNumber: 0xbad, date: pki.days(-2), reason: 'keyCompromise' }],
        number: 7,
      },
      pki.crypto,
    );

  it('by label in PEM and by shape in DER, with the same facts', () => {
    const ders = kinds.map(({ der }) => der());
    const inDer = single(ders.map((der, i) => file(`${i}.der`, der)));
    const inPem = single(ders.map((der, i) => file(`${i}.pem`, encodePem(kinds[i]!.label, der))));
    for (const [i, { kind, label }] of kinds.entries()) {
      const { pemBytes: _, ...facts } = inDer[i];
      const { line, label: found, pemBytes, ...same } = inPem[i];
      assert.equal(facts.kind, kind, `${i}`);
      assert.equal(found, label);
      assert.equal(line, 1);
      assert.equal(pemBytes, readFileSync(join(folder, `${i}.pem`)).length);
      assert.deepEqual(same, facts, label);
    }
  });

  it('in a file of many, numbering the lines, from standard input too', () => {
    const text = `to whom it may concern\n${kinds.map(({ label, der }) => encodePem(label, der())).join('')}`;
    const { stdout, status } = inspect(['-', '--json'], text);
    assert.equal(status, 0);
    const found = JSON.parse(stdout);
    assert.deepEqual(
      found.objects.map(({ kind }: { kind: string }) => kind),
      kinds.map(({ kind }) => kind),
    );
    for (const { line, label } of found.objects) {
      assert.equal(text.split('\n')[line - 1], `-----BEGIN ${label}-----`);
    }
  });

  it('and shows what is in lists, responses and requests', () => {
    file('crl.der', list());
    const text = shown('crl.der', ...AT);
    assert.match(text, /issuer +CN=Root, O=Test/);
    assert.match(text, /valid for another 6 days/);
    assert.match(text, /revoked +0bad revoked since 2026-05-30 00:00:00Z \(keyCompromise\)/);
    assert.match(text, /cRLNumber: 07/);
    file('ocsp.der', ocsp.response({ status: { status: 'revoked', time: pki.days(-2) } }));
    assert.match(
      shown('ocsp.der', ...AT),
      /status +successful\n.*responder +the key with SHA-1 [\s\S]*serial 77aa01: revoked since/,
    );
    file('csr.der', request());
    assert.match(shown('csr.der'), /names +DNS x\.example\n[\s\S]*verified with the key in it/);
  });

  it('and says whether certificates are a chain in order, and what they cost together', () => {
    const leaf = pki.server(pki.intermediate);
    const pem = (...ders: Uint8Array[]) => ders.map((der) => encodePem('CERTIFICATE', der)).join('');
    file('chain.pem', pem(leaf.der, pki.intermediate.der, root.der));
    file('mixed.pem', pem(leaf.der, root.der, pki.intermediate.der));
    assert.match(shown('chain.pem', ...AT), /3 certificates, a chain in order/);
    assert.match(shown('mixed.pem', ...AT), /no chain in order: number 1 is not signed by number 2/);
    const { objects: items, bundle } = JSON.parse(shown('chain.pem', '--json', ...AT));
    const heap = items.reduce(
      (sum: number, { device }: { device: { heapLoaded: number } }) => sum + device.heapLoaded,
      0,
    );
    assert.ok(bundle.text.includes(`${heap.toLocaleString('en')} B of heap`), bundle.text);
  });
});
