import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-'));
});
after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function verify(...args: string[]) {
  return spawnSync(process.execPath, [CLI, 'cert', 'verify', ...args], { encoding: 'utf8' });
}

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

describe('tls-sandbox cert verify', () => {
  before(() => {
    openssl(
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        'key.pem',
      ],
      ...['-out', 'cert.pem', '-days', '30', '-subj', '/CN=api.example.com'],
      ...['-addext', 'subjectAltName=DNS:api.example.com'],
    );
  });
  const self = () => ['--chain', join(folder, 'cert.pem'), '--anchors', join(folder, 'cert.pem')];

  it('accepts with status 0 and lists each check', () => {
    const { status, stdout, stderr } = verify(...self(), '--host', 'api.example.com');
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.match(stdout, /accepts CN=api\.example\.com/);
    assert.match(stdout, /✓ name .*api\.example\.com/);
    assert.match(stdout, /– revocation/);
  });

  it('refuses with status 1, the reason and the alert', () => {
    const { status, stdout } = verify(...self(), '--host', 'other.example.com');
    assert.equal(status, 1);
    assert.match(stdout, /refuses CN=api\.example\.com: .*alert bad_certificate/);
  });

  it('judges at the time it is given, and prints JSON alone', () => {
    const { status, stdout } = verify(...self(), '--time', '2000-01-01', '--json');
    assert.equal(status, 1);
    const verdict = JSON.parse(stdout);
    assert.equal(verdict.accepted, false);
    assert.deepEqual(
      verdict.checks
        .filter(({ outcome }: { outcome: string }) => outcome === 'fail')
        .map(({ check }: { check: string }) => check),
      ['validity'],
    );
  });

  it('names the misuse and exits with 2', () => {
    const cases: [string[], RegExp][] = [
      [['--chain', 'nowhere.pem', '--anchors', 'nowhere.pem'], /nowhere\.pem: .*no such file/],
      [['--chain', file('empty.pem', ''), '--anchors', join(folder, 'cert.pem')], /empty\.pem: it is empty/],
      [
        ['--chain', join(folder, 'key.pem'), '--anchors', join(folder, 'cert.pem')],
        /key\.pem: there is no certificate/,
      ],
      [['--anchors', join(folder, 'cert.pem')], /--chain/],
      [[...self(), '--time', 'tomorrow'], /tomorrow/],
      [[...self(), '--x509-profile', 'browser'], /mbedtls, rfc5280/],
    ];
    for (const [args, message] of cases) {
      const { status, stdout, stderr } = verify(...args);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.equal(status, 2, stderr);
    }
  });
});
