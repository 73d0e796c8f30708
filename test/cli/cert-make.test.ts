/** What `cert make` makes, before the judges: OpenSSL at its strictest and our own verifier. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { buildCertificate } from '../../emulator/x509/build.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { encodePublicKey, parsePrivateKey } from '../../emulator/x509/keys.ts';
import { decodeCertificates, decodePem, encodePem } from '../../emulator/x509/pem.ts';
import { buildCertificationRequest } from '../x509/build-csr.ts';
import { NEW_EC_KEY, skip } from '../x509/openssl.ts';
import * as pki from '../x509/pki.ts';
import { file, folder, make, openssl, tool, toolProcess } from './tool.ts';

/** Expects a refusal in one line, and nothing written. */
function refuses(message: RegExp, ...args: readonly string[]): void {
  const { status, stdout, stderr } = tool(['cert', 'make', '--out', 'refused', ...args]);
  assert.equal(status, 2, `${args.join(' ')}: ${stdout}${stderr}`);
  assert.equal(stdout, '');
  assert.match(stderr, message);
  assert.ok(!readdirSync(folder).includes('refused'));
}

function bytes(...path: readonly string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, ...path)));
}

function certificate(...path: readonly string[]) {
  return parseCertificate(decodeCertificates(bytes(...path))[0]!, 'mbedtls');
}

/** As OpenSSL at its strictest, and our verifier as the ESP32 and as RFC 5280, see the chain. */
function assertVerifies(out: string, chain: string, purpose: 'server' | 'client', host?: string): void {
  const anchor = readdirSync(join(folder, out)).includes('ca.pem') ? `${out}/ca.pem` : `${out}/server.pem`;
  const name = host === undefined ? [] : [/^[\d.]+$/.test(host) ? '-verify_ip' : '-verify_hostname', host];
  openssl(
    'verify',
    ...['-x509_strict', '-purpose', purpose === 'server' ? 'sslserver' : 'sslclient', ...name],
    ...['-CAfile', anchor, '-untrusted', `${out}/${chain}`, `${out}/${chain}`],
  );
  for (const profile of ['mbedtls', 'rfc5280']) {
    const { status, stdout, stderr } = tool([
      ...['cert', 'verify', '--x509-profile', profile, '--purpose', purpose],
      ...['--anchors', anchor, '--chain', `${out}/${chain}`, ...(host ? ['--host', host] : [])],
    ]);
    assert.equal(status, 0, stdout + stderr);
  }
}

describe('tls-sandbox cert make', () => {
  it('makes a server, a device and who vouches for them', { skip }, () => {
    make('plain', '--host', 'api.example.com', '--host', '192.168.1.10', '--client', 'sensor-1');
    assert.deepEqual(readdirSync(join(folder, 'plain')), [
      'ca.der',
      'ca.key',
      'ca.pem',
      'chain.pem',
      ...['client-sensor-1.der', 'client-sensor-1.key', 'client-sensor-1.key.der', 'client-sensor-1.pem'],
      ...['server.der', 'server.key', 'server.key.der', 'server.pem'],
    ]);
    assertVerifies('plain', 'chain.pem', 'server', 'api.example.com');
    assertVerifies('plain', 'chain.pem', 'server', '192.168.1.10');
    assertVerifies('plain', 'client-sensor-1.pem', 'client');
    for (const name of ['ca', 'server', 'client-sensor-1']) {
      assert.deepEqual(
        decodePem(readFileSync(join(folder, 'plain', `${name}.pem`), 'utf8'))[0]!.der,
        bytes('plain', `${name}.der`),
      );
    }
  });

  it('keeps private keys to their owner, in PEM and DER alike, each the key of its certificate', {
    skip,
  }, () => {
    make('keys', '--host', 'api.example.com');
    for (const name of readdirSync(join(folder, 'keys'))) {
      const secret = name.includes('.key');
      if (process.platform !== 'win32') {
        assert.equal(statSync(join(folder, 'keys', name)).mode & 0o077, secret ? 0 : 0o044, name);
      }
      if (!secret) continue;
      openssl('pkey', '-check', '-noout', '-in', `keys/${name}`);
      const { publicKey } = parsePrivateKey(bytes('keys', name));
      const { subjectPublicKey } = certificate('keys', `${name.split('.')[0]}.pem`);
      assert.deepEqual(encodePublicKey(publicKey), subjectPublicKey.raw, name);
    }
  });

  it('makes other keys and serial numbers every time', () => {
    const made = ['one', 'two'].map((out) => {
      make(out, '--host', 'api.example.com');
      return ['ca', 'server'].map((name) => certificate(out, `${name}.der`));
    });
    const all = made.flat();
    assert.equal(new Set(all.map(({ subjectPublicKey }) => String(subjectPublicKey.raw))).size, all.length);
    assert.equal(new Set(all.map(({ serialNumber }) => String(serialNumber))).size, all.length);
  });

  const kinds = [
    { key: 'ec-p384', ca: 'ec-p521', bits: 384, algorithm: 'ecdsa-with-SHA512' },
    { key: 'ec-p521', ca: 'ec-p384', bits: 521, algorithm: 'ecdsa-with-SHA384' },
    { key: 'rsa-2048', ca: 'rsa-3072', bits: 2048, algorithm: 'sha256WithRSAEncryption' },
    { key: 'rsa-4096', ca: 'ec-p256', bits: 4096, algorithm: 'ecdsa-with-SHA256' },
  ];
  for (const { key, ca, bits, algorithm } of kinds) {
    it(`makes ${key} keys under a ${ca} authority with an issuing CA`, { skip }, () => {
      make(
        key,
        '--host',
        'api.example.com',
        '--client',
        'a b',
        '--intermediate',
        '--key',
        key,
        '--ca-key',
        ca,
      );
      const server = certificate(key, 'server.der');
      assert.equal(server.subjectPublicKey.bits, bits);
      assert.equal(server.signatureAlgorithm.name, algorithm);
      assertVerifies(key, 'chain.pem', 'server', 'api.example.com');
      assertVerifies(key, 'client-a-b-chain.pem', 'client');
      assert.equal(certificate(key, 'intermediate.der').basicConstraints?.pathLength, 0);
    });
  }

  it('makes a certificate that the device trusts by itself', { skip }, () => {
    const { status, stderr } = toolProcess([
      'cert',
      'make',
      '--out',
      'self',
      '--host',
      '*.example.com',
      '--self-signed',
    ]);
    assert.deepEqual([status, stderr], [0, '']);
    assertVerifies('self', 'chain.pem', 'server', 'api.example.com');
  });

  it('writes subjects and dates as it is told, none outliving its issuer', { skip }, () => {
    const time = ['--time', '2030-01-02', '--days', '90', '--ca-days', '30'];
    make('told', '--host', 'api.example.com', ...time, '--subject', 'O=Werk Süd, C=DE');
    const text = openssl(
      'x509',
      '-in',
      'told/server.pem',
      '-noout',
      '-subject',
      '-dates',
      '-nameopt',
      'utf8',
    );
    assert.match(text, /CN ?= ?api\.example\.com, O ?= ?Werk Süd, C ?= ?DE/);
    assert.match(text, /notBefore=Jan {2}1 00:00:00 2030 GMT/);
    assert.match(text, /notAfter=Feb {2}1 00:00:00 2030 GMT/);
  });

  it('signs with an authority that is there, an intermediate one included', { skip }, () => {
    make('old', '--host', 'api.example.com', '--intermediate');
    const ca = ['--ca', 'old/ca.pem', '--ca-key-file', 'old/ca.key'];
    make('under-root', ...ca, '--client', 'sensor-2');
    assertVerifies('under-root', 'client-sensor-2.pem', 'client');
    assert.deepEqual(bytes('under-root', 'ca.der'), bytes('old', 'ca.der'));
    assert.ok(!readdirSync(join(folder, 'under-root')).includes('ca.key'));

    writeFileSync(
      join(folder, 'issuing.pem'),
      Buffer.concat(['intermediate', 'ca'].map((name) => bytes('old', `${name}.pem`))),
    );
    make(
      'under-issuing',
      '--ca',
      'issuing.pem',
      '--ca-key-file',
      'old/intermediate.key',
      '--client',
      'sensor-3',
    );
    assert.deepEqual(bytes('under-issuing', 'ca.der'), bytes('old', 'ca.der'));
    assertVerifies('under-issuing', 'client-sensor-3-chain.pem', 'client');

    make('new-issuing', ...ca, '--intermediate', '--host', 'api.example.com');
    assertVerifies('new-issuing', 'chain.pem', 'server', 'api.example.com');
    // Into the same folder: the copy of the CA is there already, and the same.
    make('old', ...ca, '--client', 'sensor-4');
    assertVerifies('old', 'client-sensor-4.pem', 'client');
  });
});

describe('cert make --csr', { skip }, () => {
  it('certifies the key, subject and names of a request that OpenSSL made', () => {
    openssl(
      ...['req', '-new', ...NEW_EC_KEY, '-nodes', '-keyout', 'csr.key'],
      ...[
        '-subj',
        '/C=DE/CN=mqtt.example.com',
        '-addext',
        'subjectAltName=DNS:broker.local',
        '-out',
        'broker.csr',
      ],
    );
    make('issued', '--csr', 'broker.csr');
    assertVerifies('issued', 'broker.pem', 'server', 'broker.local');
    assertVerifies('issued', 'broker.pem', 'server', 'mqtt.example.com');
    const { subject, subjectPublicKey, extendedKeyUsage } = certificate('issued', 'broker.der');
    assert.equal(subject.text, 'C=DE, CN=mqtt.example.com');
    assert.deepEqual(extendedKeyUsage, ['1.3.6.1.5.5.7.3.1']);
    assert.deepEqual(encodePublicKey(parsePrivateKey(bytes('csr.key')).publicKey), subjectPublicKey.raw);
    assert.ok(!readdirSync(join(folder, 'issued')).some((name) => name.startsWith('broker.key')));
  });

  it('gives a request what it asks for: the purposes, but never a CA', () => {
    const write = (name: string, spec: object, alter = (der: Uint8Array) => der) => {
      const der = buildCertificationRequest({ subject: 'CN=x', key: pki.ecKey(7), ...spec }, nodeProvider);
      writeFileSync(join(folder, name), alter(der));
      return name;
    };
    const roles = { extendedKeyUsage: ['clientAuth', 'serverAuth'] };
    make('both', '--csr', write('both.csr', { subject: 'CN=broker.local', ...roles }));
    assertVerifies('both', 'both.pem', 'server', 'broker.local');
    assertVerifies('both', 'both.pem', 'client');
    make('client', '--csr', write('client.csr', {}));
    assertVerifies('client', 'client.pem', 'client');
    refuses(
      /nameless\.csr: .*server.* names none/,
      '--csr',
      write('nameless.csr', { subject: 'CN=a b', ...roles }),
    );
    refuses(/ca\.csr: it asks for a CA/, '--csr', write('ca.csr', { basicConstraints: { ca: true } }));
    const spoil = (der: Uint8Array) => {
      der[der.length - 1]! ^= 1;
      return der;
    };
    refuses(/altered\.csr: its signature does not verify/, '--csr', write('altered.csr', {}, spoil));
    refuses(
      /cut\.csr: certificate request: .* at byte \d+/,
      '--csr',
      write('cut.csr', {}, (der) => der.subarray(0, 60)),
    );
  });
});

describe('cert make and what is there already', () => {
  it('replaces nothing unless it is told to', () => {
    make('kept', '--host', 'api.example.com');
    const before = bytes('kept', 'server.key');
    const { status, stderr } = toolProcess(['cert', 'make', '--out', 'kept', '--host', 'api.example.com']);
    assert.equal(status, 2);
    assert.match(stderr, /kept: ca\.pem, .*server\.key.* are there already; .*--out.*--force/);
    assert.deepEqual(bytes('kept', 'server.key'), before);

    writeFileSync(join(folder, 'kept/server.key'), 'open', { mode: 0o666 });
    make('kept', '--host', 'api.example.com', '--force');
    assert.notDeepEqual(bytes('kept', 'server.key'), before);
    if (process.platform !== 'win32') {
      assert.equal(statSync(join(folder, 'kept/server.key')).mode & 0o077, 0);
    }
  });

  it('names a folder that cannot be written to', () => {
    writeFileSync(join(folder, 'occupied'), '');
    const { status, stderr } = tool(['cert', 'make', '--out', 'occupied', '--host', 'a.example']);
    assert.equal(status, 2);
    assert.match(stderr, /cannot write occupied/);
  });

  it('names each misuse in one line and writes nothing', () => {
    make('ca', '--host', 'api.example.com', '--intermediate');
    make('other', '--host', 'api.example.com', '--time', '2001-01-01');
    const key = parsePrivateKey(bytes('ca/ca.key'));
    const leafCa = {
      subject: 'CN=x',
      publicKey: key.publicKey,
      signer: { key },
      serialNumber: 1,
      notBefore: 0,
      notAfter: 4e9,
    };
    writeFileSync(join(folder, 'leaf.der'), buildCertificate(leafCa, nodeProvider));
    refuses(/nothing to make: give --host, --client or --csr/);
    refuses(
      /--host https:.*: neither a host name.* alone is wanted: api\.example\.com/,
      '--host',
      'https://api.example.com/v1',
    );
    refuses(/--host .*write it as xn--/, '--host', 'grün.example');
    refuses(/every port of api\.example\.com/, '--host', 'api.example.com:443');
    refuses(/neither a host name nor an IP address/, '--host', '192.168.1.300');
    refuses(/--subject: .*"Workshop" is not of the form/, '--host', 'a.example', '--subject', 'Workshop');
    refuses(/leave CN out/, '--host', 'a.example', '--subject', 'CN=a');
    refuses(/a name is wanted/, '--client', ' ');
    refuses(/two certificates would be written to client-a-b\.pem/, '--client', 'a b', '--client', 'a-b');
    refuses(/whole number of days/, '--host', 'a.example', '--days', '0');
    refuses(/ec-p256, ec-p384/, '--host', 'a.example', '--key', 'dsa');
    refuses(/cannot be used with option '--client/, '--self-signed', '--client', 'a');
    refuses(/--ca wants --ca-key-file/, '--client', 'a', '--ca', 'ca/ca.pem');
    refuses(/--ca-key-file wants --ca/, '--client', 'a', '--ca-key-file', 'ca/ca.key');
    const signedBy = (file: string, keyFile: string, ...more: string[]) => [
      '--client',
      'a',
      '--ca',
      file,
      '--ca-key-file',
      keyFile,
      ...more,
    ];
    refuses(/server\.key: not the key of CN=Device Root CA/, ...signedBy('ca/ca.pem', 'ca/server.key'));
    refuses(/CN=api\.example\.com is not a CA/, ...signedBy('ca/server.pem', 'ca/server.key'));
    refuses(/leaf\.der: CN=x is not a CA/, ...signedBy('leaf.der', 'ca/ca.key'));
    refuses(/expired at 2010-12/, ...signedBy('other/ca.pem', 'other/ca.key'));
    refuses(/path length 0/, ...signedBy('ca/intermediate.pem', 'ca/intermediate.key', '--intermediate'));
    refuses(/nowhere\.pem: .*no such file/, ...signedBy('nowhere.pem', 'ca/ca.key'));
    refuses(/ca\.pem: .*no private key/, ...signedBy('ca/ca.pem', 'ca/ca.pem'));
    refuses(
      /broken\.csr: there is no certificate request/,
      '--csr',
      file('broken.csr', encodePem('CERTIFICATE', bytes('ca/ca.der'))),
    );
  });

  it('says what to do about an encrypted key', { skip }, () => {
    make('locked', '--host', 'api.example.com');
    openssl(
      'pkcs8',
      '-topk8',
      '-in',
      'locked/ca.key',
      '-passout',
      'pass:secret',
      '-out',
      'locked/secret.key',
    );
    const ca = ['--ca', 'locked/ca.pem', '--ca-key-file', 'locked/secret.key'];
    refuses(
      /secret\.key: the private key is encrypted; to decrypt it: openssl pkey -in /,
      '--client',
      'a',
      ...ca,
    );
  });
});
