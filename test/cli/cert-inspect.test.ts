/** `cert inspect` beside OpenSSL's printout of the same files, beside the device, and given nonsense. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import { buildCertificateList } from '../../emulator/x509/build-crl.ts';
import { buildCertificationRequest } from '../../emulator/x509/build-csr.ts';
import { DerError } from '../../emulator/x509/der.ts';
import {
  encodePrivateKey,
  encodePublicKey,
  KEY_LABELS,
  type parsePrivateKey,
} from '../../emulator/x509/keys.ts';
import { decodePem, encodePem } from '../../emulator/x509/pem.ts';
import { describe as describeBlock } from '../../src/cli/cert/inspect/describe.ts';
import { identify } from '../../src/cli/cert/inspect/identify.ts';
import { NodeWorkerPool, run } from '../device/bench.ts';
import { ocspPki } from '../x509/ocsp-pki.ts';
import { NEW_EC_KEY, skip } from '../x509/openssl.ts';
import * as pki from '../x509/pki.ts';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));
const AT = ['--time', String(pki.NOW)];

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-'));
});
after(() => rmSync(folder, { recursive: true }));

function file(name: string, contents: string | Uint8Array): string {
  writeFileSync(join(folder, name), contents);
  return name;
}

function inspect(args: readonly string[], input?: string | Uint8Array) {
  return spawnSync(process.execPath, [CLI, 'cert', 'inspect', ...args], {
    cwd: folder,
    encoding: 'utf8',
    input,
  });
}

/** The text for files that are in order. */
function shown(...args: readonly string[]): string {
  const { status, stdout, stderr } = inspect(args);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

/** The objects of one file. */
function objects(...args: readonly string[]) {
  return JSON.parse(shown('--json', ...args)).objects;
}

/** The one object of each file. */
function single(files: readonly string[]) {
  const lines = shown('--json', ...files, ...AT)
    .trim()
    .split('\n');
  return lines.map((line, i) => {
    const { file, objects } = JSON.parse(line);
    assert.equal(file, files[i]);
    assert.equal(objects.length, 1);
    return objects[0];
  });
}

function openssl(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, `openssl ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

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

describe('cert inspect and private keys', () => {
  const keys = [pki.ecKey(6), pki.ecKey(6, 'secp521r1'), rsaPoolKey(2048, 1)];

  const files = keys.flatMap((key, i) => {
    const formats = ['pkcs8', key.kind === 'ec' ? 'sec1' : 'pkcs1'] as const;
    return formats.map((format) => ({ key, name: `${i}.${format}`, fits: `${i}.der`, format }));
  });

  it('shows their kind and whose certificate they fit, and nothing secret in any form', () => {
    for (const { key, name, fits, format } of files) {
      file(name, encodePrivateKey(key, format));
      file(fits, pki.issue(key, undefined, {}).der);
    }
    const certificates = single(files.map(({ fits }) => fits));
    for (const [i, found] of single(files.map(({ name }) => name)).entries()) {
      assert.deepEqual(found.publicKey, certificates[i].publicKey);
      assert.equal(
        found.privateKey.format,
        { pkcs8: 'PKCS#8', sec1: 'SEC1', pkcs1: 'PKCS#1' }[files[i]!.format],
      );
    }
    const names = files.map(({ name }) => name);
    const everything = ['--json', '--fields', '--hex'].map((option) => shown(...names, option)).join('');
    for (const secret of keys.flatMap(secretsOf)) {
      const hex = ['', ' ', ':'].map((separator) => toHex(secret, separator));
      for (const form of [...hex, Buffer.from(secret).toString('base64')]) {
        assert.ok(!everything.includes(form.slice(0, 20)));
      }
    }
  });

  function secretsOf(key: ReturnType<typeof parsePrivateKey>): Uint8Array[] {
    if (key.kind === 'rsa') return [key.d, key.p, key.q, key.dP, key.dQ, key.qInv];
    return key.kind === 'ec' ? [key.d] : [key.seed];
  }

  it('says what to do about encrypted ones, and what the device lacks', { skip }, () => {
    file('plain.key', encodePem('PRIVATE KEY', encodePrivateKey(keys[0]!, 'pkcs8')));
    openssl('pkcs8', '-topk8', '-in', 'plain.key', '-passout', 'pass:secret', '-out', 'new.key');
    openssl('ec', '-in', 'plain.key', '-aes128', '-passout', 'pass:secret', '-out', 'old.key');
    openssl(
      'pkcs8',
      '-topk8',
      '-in',
      'plain.key',
      '-passout',
      'pass:secret',
      '-outform',
      'DER',
      '-out',
      'new.der',
    );
    for (const name of ['new.key', 'old.key', 'new.der']) {
      const text = shown(name);
      assert.match(text, /encrypted private key/);
      assert.match(text, /ValueError\('invalid key'\)/);
      assert.match(text, new RegExp(`openssl pkey -in ${name}`));
    }
    openssl('genpkey', '-algorithm', 'ed25519', '-out', 'ed.key');
    assert.match(shown('ed.key'), /Ed25519, 256 bits[\s\S]*invalid key'\): its mbedTLS has no Ed25519/);
  });
});

describe('cert inspect and the device', () => {
  const pool = new NodeWorkerPool();
  after(() => pool.close());

  it('foretell alike what loading a certificate or a key ends in', () => {
    const constrained = { nameConstraints: { permitted: [{ dns: 'example.com' }] } };
    const certificates = [
      pki.root.der,
      pki.rsaRoot.der,
      pki.ca('constrained', pki.ecKey(8), undefined, constrained).der,
      pki.ca('old hash', pki.ecKey(8), pki.root, { hash: 'sha1' }).der,
      pki.server(pki.root, {
        extraExtensions: [{ oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }],
      }).der,
    ];
    const foretold = single(certificates.map((der, i) => file(`device${i}.der`, der))).map(({ device }) => {
      if (device.accepted) return 'ok';
      assert.match(device.text, /ValueError\('invalid cert'\).*OSError\(-\d+, 'MBEDTLS_ERR_X509/);
      return "ValueError('invalid cert',)";
    });
    assert.deepEqual([...new Set(foretold)].sort(), ["ValueError('invalid cert',)", 'ok']);
    const script = certificates.map((_, i) => `attempt("device${i}.der")\n`).join('');
    const files = Object.fromEntries(certificates.map((der, i) => [`device${i}.der`, der]));
    const { output } = run(LOAD + script, { pool, files });
    assert.deepEqual(output.trim().split('\n'), foretold);
  });

  it('is warned of what it would stumble over', () => {
    const leafCa = { keyUsage: ['digitalSignature', 'keyCertSign'] } as const;
    const cases: [RegExp, Uint8Array][] = [
      [/expired since 12 days[\s\S]*it has expired/, pki.server(pki.root, { notAfter: pki.days(-12) }).der],
      [/begins in 5 days[\s\S]*not valid yet/, pki.server(pki.root, { notBefore: pki.days(5) }).der],
      [/valid for another 10 days[\s\S]*ends soon/, pki.server(pki.root, { notAfter: pki.days(10) }).der],
      [/RSA with 4096 bits: .*7,276 B/, pki.server(pki.root, {}, rsaPoolKey(4096, 0)).der],
      [/refuses RSA keys below 2048/, pki.server(pki.root, {}, rsaPoolKey(1024, 0)).der],
      [/ecdsa-with-SHA1: the device refuses it/, pki.server(pki.root, { hash: 'sha1' }).der],
      [/may sign certificates by keyUsage but is no CA/, pki.server(pki.root, leafCa).der],
      [/lacks keyCertSign/, pki.ca('x', pki.ecKey(8), undefined, { keyUsage: ['cRLSign'] }).der],
      [
        /no subjectAltName: mbedTLS falls back/,
        pki.issue(pki.ecKey(9), pki.root, { extendedKeyUsage: ['serverAuth'] }).der,
      ],
      [/version 1: without extensions/, pki.ca('x', pki.ecKey(8), undefined, { version: 1 }).der],
    ];
    const text = shown(...cases.map(([, der], i) => file(`remark${i}.der`, der)), ...AT);
    const texts = text.replace(/\s*\n {14}/g, ' ').split('\n\n');
    for (const [i, [remark]] of cases.entries()) assert.match(texts[i]!, remark);
    assert.doesNotMatch(shown(file('good.der', pki.server(pki.root).der), ...AT), /remark/);
  });
});

const LOAD = `
import ssl
def attempt(name):
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=name)
        print("ok")
    except Exception as e:
        print(repr(e))
`;

describe('cert inspect --hex', () => {
  it('shows each byte once, at its offset, with names as the reader gives them', () => {
    const { der } = pki.server(pki.intermediate);
    const text = shown(file('hex.der', der), '--hex', ...AT);
    const lines = Array.from(text.matchAll(/^ +(\d+) {2}((?:[0-9a-f]{2} ?){1,8})/gm));
    const bytes = lines.flatMap(([, offset, hex], i) => {
      const before = lines.slice(0, i).reduce((sum, [, , part]) => sum + part!.trim().split(' ').length, 0);
      assert.equal(Number(offset), before);
      return hex!
        .trim()
        .split(' ')
        .map((byte) => Number.parseInt(byte, 16));
    });
    assert.deepEqual(Uint8Array.from(bytes), Uint8Array.from(der));
    assert.match(text, /basicConstraints|subjectAltName: api\.example\.com/);
    assert.match(text, /notBefore {2}2026-05-02/);
  });

  it('shows the beginning of each field with --fields, and the tree with --json', () => {
    file('fields.der', pki.root.der);
    assert.match(shown('fields.der', '--fields', ...AT), /^ +0 {2}30 82 \w\w \w\w +Certificate$/m);
    const [{ fields }] = objects('fields.der', '--fields', ...AT);
    assert.equal(fields[0].length, pki.root.der.length);
    assert.equal(objects('fields.der')[0].fields, undefined);
  });
});

describe('cert inspect and files that are not what they should be', () => {
  it('names file, place and what was expected: 1 for what is malformed', () => {
    const { der } = pki.root;
    const wrong = der.slice();
    wrong[wrong.indexOf(0x17)] = 0x16;
    const pem = encodePem('CERTIFICATE', der);
    const cases: [string, RegExp][] = [
      [
        file('cut.der', der.subarray(0, 100)),
        /^cut\.der: certificate: cut short at byte 100: its header announces \d+ bytes$/,
      ],
      [
        file('date.der', wrong),
        /^date\.der: certificate: UTCTime or GeneralizedTime expected at byte \d+ of \d+ \(mbedTLS: -9314 /,
      ],
      [
        file('cut.pem', `\n${pem.slice(0, 200)}`),
        /^cut\.pem:2: CERTIFICATE: there is no line "-----END CERTIFICATE-----"$/,
      ],
      [file('bad.pem', pem.replace('M', '*')), /^bad\.pem:1: CERTIFICATE: .* is not base64$/],
      [file('label.pem', encodePem('X509 CRL', der)), /^label\.pem:1: revocation list: .* at byte \d+/],
    ];
    for (const [name, message] of cases) {
      const { status, stdout, stderr } = inspect([name]);
      assert.match(stderr.trim(), message);
      assert.match(stdout, /malformed/);
      assert.equal(status, 1, name);
    }
    const { status, stdout } = inspect(['--json', file('two.pem', pem + pem.replace('M', '*'))]);
    assert.equal(status, 1);
    const [good, bad] = JSON.parse(stdout).objects;
    assert.equal(good.subject, 'CN=Root, O=Test');
    assert.match(bad.problem, /base64/);
  });

  it('and 2 for what cannot be read, or is nothing of the kind', () => {
    const cases: [string, RegExp][] = [
      ['nowhere.pem', /^nowhere\.pem: .*no such file/],
      [file('empty.pem', ''), /^empty\.pem: is empty/],
      [file('text.txt', 'hello'), /^text\.txt: neither PEM nor DER: .*found the byte 68 at offset 0/],
      [file('sequence.der', Uint8Array.of(0x30, 2, 5, 0)), /^sequence\.der: DER, but no certificate/],
      [file('dh.pem', encodePem('DH PARAMETERS', Uint8Array.of(0x30, 0))), /^dh\.pem: holds DH PARAMETERS/],
      ['--colour', /unknown option '--colour'/],
    ];
    for (const [name, message] of cases) {
      const { status, stderr } = inspect([name]);
      assert.match(stderr, message);
      assert.equal(status, 2, name);
    }
    const { status, stdout } = inspect(['nowhere.pem', file('there.der', pki.root.der)]);
    assert.equal(status, 2);
    assert.match(stdout, /CN=Root/);
  });

  it('prints no control characters of theirs', () => {
    file('hostile.der', pki.issue(pki.ecKey(9), pki.root, { subject: 'CN=\u001b[31mred\u202e' }).der);
    const text = shown('hostile.der', ...AT);
    assert.match(text, /CN=\\x1b\[31mred\\u\{202e\}/);
    assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
  });

  it('ends in nothing but DerError, whichever byte is wrong', () => {
    const samples = [
      pki.server(pki.intermediate).der,
      buildCertificationRequest(
        { subject: 'CN=x', key: pki.ecKey(1), subjectAltNames: [{ ip: '1.2.3.4' }] },
        pki.crypto,
      ),
      encodePrivateKey(pki.ecKey(1), 'pkcs8'),
      encodePublicKey(rsaPoolKey(1024, 0).publicKey),
      ocspPki(pki.NOW).response(),
    ];
    for (const sample of samples) {
      for (let at = 0; at < sample.length; at++) {
        const damaged = sample.slice();
        damaged[at]! ^= 1 << (at % 8);
        describeAll(damaged);
        describeAll(sample.subarray(0, at));
      }
    }
  });

  function describeAll(bytes: Uint8Array): void {
    for (const block of identify(bytes)) {
      if ('problem' in block || block.kind === undefined) continue;
      try {
        describeBlock({ ...block, kind: block.kind }, { time: pki.NOW, file: 'x' });
      } catch (error) {
        assert.ok(error instanceof DerError, `${toHex(bytes)}: ${error}`);
      }
    }
  }

  it('PEM text survives Windows line ends', () => {
    const text = encodePem('CERTIFICATE', pki.root.der).replaceAll('\n', '\r\n');
    assert.deepEqual(decodePem(text)[0]!.der, pki.root.der);
    assert.equal(objects(file('crlf.pem', text), ...AT)[0].subject, 'CN=Root, O=Test');
  });
});
