/** `cert verify` with OCSP responses, policies and both judges at once. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { STATUS_REQUEST } from '../../emulator/x509/more-extensions.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { ocspPki } from '../x509/ocsp-pki.ts';
import * as pki from '../x509/pki.ts';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function pem({ der }: pki.Issued): string {
  return encodePem('CERTIFICATE', der);
}

const { root, leaf, response, certId, dates } = ocspPki(pki.NOW);
const stapling = pki.server(root, {
  serialNumber: 0x77aa01,
  tlsFeature: [STATUS_REQUEST],
  certificatePolicies: ['1.2.3.1'],
  ...dates,
});
const good = file('good.der', response());
const revoked = file(
  'revoked.der',
  response({ status: { status: 'revoked', time: pki.days(-3), reason: 'superseded' } }),
);
const other = file('other.der', response({ certId: { ...certId(), serialNumber: Uint8Array.of(1) } }));

function verify(chain: pki.Issued, ...args: string[]) {
  const files = ['--chain', file('chain.pem', pem(chain)), '--anchors', file('root.pem', pem(root))];
  const asked = ['--host', 'api.example.com', '--time', String(pki.NOW)];
  return spawnSync(process.execPath, [CLI, 'cert', 'verify', ...files, ...asked, ...args], {
    encoding: 'utf8',
  });
}

const rfc5280 = ['--x509-profile', 'rfc5280'];

describe('tls-sandbox cert verify, revocation and policies', () => {
  it('shows what an OCSP response says among the checks', () => {
    const cleared = verify(leaf, ...rfc5280, '--ocsp', other, good);
    assert.equal(cleared.status, 0, cleared.stdout);
    assert.match(
      cleared.stdout,
      /✓ revocation +OCSP: good as of 2026-05-31 00:00:00Z, signed by its issuer\n/,
    );
    const refused = verify(leaf, ...rfc5280, '--ocsp', revoked);
    assert.equal(refused.status, 1);
    assert.match(refused.stdout, /refuses CN=api\.example\.com: .*, alert certificate_revoked\n/);
    assert.match(refused.stdout, /✗ revocation +OCSP: revoked since 2026-05-29 00:00:00Z \(superseded\)/);
    const device = verify(leaf, '--ocsp', revoked);
    assert.equal(device.status, 0);
    assert.match(device.stdout, /– revocation .*mbedTLS does not ask OCSP/);
  });

  it('wants a staple where the certificate does', () => {
    assert.match(
      verify(stapling, ...rfc5280, '--ocsp', good).stdout,
      /alert bad_certificate_status_response/,
    );
    assert.equal(verify(stapling, ...rfc5280, '--staple', good).status, 0);
  });

  it('demands a policy', () => {
    const policy = (oid: string) => verify(stapling, ...rfc5280, '--staple', good, '--policy', oid);
    assert.match(policy('1.2.3.1').stdout, /✓ policy +valid for 1\.2\.3\.1\n/);
    assert.equal(policy('1.2.3.2').status, 1);
  });

  it('compares in words, and as JSON', () => {
    const { status, stdout } = verify(leaf, '--compare', '--ocsp', revoked);
    assert.equal(status, 1);
    assert.match(stdout, /^your ESP32 accepts this, a browser refuses it: certificate revoked: /);
    assert.match(stdout, /\nthe ESP32 \(mbedTLS\) accepts CN=api\.example\.com\n/);
    assert.match(stdout, /\nRFC 5280 refuses CN=api\.example\.com: /);
    const json = verify(leaf, '--compare', '--ocsp', revoked, '--json');
    const { agree, device, browser, sentences } = JSON.parse(json.stdout);
    assert.deepEqual(
      [agree, device.accepted, browser.accepted, browser.alert],
      [false, true, false, 'certificate_revoked'],
    );
    assert.ok(sentences.length > 1);
    assert.equal(verify(leaf, '--compare', '--ocsp', good).status, 0);
  });

  it('names the misuse and exits with 2', () => {
    const cases: [string[], RegExp][] = [
      [['--ocsp', file('ocsp.pem', pem(leaf))], /ocsp\.pem: there is no OCSP response in DER/],
      [['--staple', 'nowhere.der'], /nowhere\.der: .*no such file/],
      [['--policy', 'gold'], /--policy gold: expected an object identifier/],
      [['--compare', ...rfc5280], /--compare.* cannot be used with option '--x509-profile/],
    ];
    for (const [args, message] of cases) {
      const { status, stdout, stderr } = verify(leaf, ...args);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.equal(status, 2, stderr);
    }
  });
});
