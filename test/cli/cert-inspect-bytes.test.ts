/** `cert inspect` and bytes: explained one by one, and those that are not what they should be. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import { DerError } from '../../emulator/x509/der.ts';
import { encodePrivateKey, encodePublicKey } from '../../emulator/x509/keys.ts';
import { decodePem, encodePem } from '../../emulator/x509/pem.ts';
import { describe as describeBlock } from '../../src/cli/cert/inspect/describe.ts';
import { identify } from '../../src/cli/cert/inspect/identify.ts';
import { buildCertificationRequest } from '../x509/build-csr.ts';
import { ocspPki } from '../x509/ocsp-pki.ts';
import * as pki from '../x509/pki.ts';
import { AT, file, inspect, objects, shown } from './tool.ts';

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
      [file('empty.pem', ''), /^empty\.pem: it is empty/],
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
