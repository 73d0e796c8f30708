/** `cert inspect` for who has a device: private keys, what loading ends in, what to beware of. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import { encodePrivateKey, type parsePrivateKey } from '../../emulator/x509/keys.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { NodeWorkerPool, run } from '../device/bench.ts';
import { skip } from '../x509/openssl.ts';
import * as pki from '../x509/pki.ts';
import { AT, file, openssl, shown, single } from './tool.ts';

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
