import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { file, tool } from './tool.ts';

describe('tls-sandbox lint', () => {
  it('tells place, reason and remedy, and fails', () => {
    const name = file('main.py', 'import requests\nrequests.get("https://a/", timeout=1)\n');
    const { status, stdout } = tool(['lint', name]);
    assert.equal(status, 1);
    assert.match(stdout, /^main\.py:2 verification-off requests verifies nobody/);
    assert.match(stdout, /\n {4}why: .*\n(?:.*\n)* {4}do: /);
    const [finding] = tool(['lint', '--json', name]).stdout.trim().split('\n');
    assert.deepEqual(Object.keys(JSON.parse(finding!)), ['file', 'rule', 'line', 'message', 'why', 'remedy']);
  });

  it('takes a scenario with what lies in its flash', () => {
    file(
      'scenario.yaml',
      `title: A key that is too large
why: A test.
pki:
  roots: {root: {}}
  leaves: {device: {issuer: root, key: rsa-4096}}
devices:
  sensor:
    rtc: set
    files:
      /device.der: {certificate: device}
      /device-key.der: {key: device}
expect: {}
`,
    );
    const lines = [
      'import tls',
      'c = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)',
      'c.load_verify_locations(ROOT)',
    ];
    file('main.py', [...lines, 'c.load_cert_chain("device.der", "/device-key.der")', ''].join('\n'));
    const { status, stdout, stderr } = tool(['lint', 'scenario.yaml']);
    assert.equal(stderr, '');
    assert.equal(status, 1);
    assert.deepEqual(stdout.match(/^main\.py:\d+ \S+ this \w+/gm), [
      'main.py:4 rsa-4096 this certificate',
      'main.py:4 rsa-4096 this key',
    ]);
  });

  it('says nothing and passes where there is nothing to say', () => {
    const { status, stdout } = tool(['lint', file('plain.py', 'print(1)\n')]);
    assert.equal(status, 0);
    assert.equal(stdout, '');
  });

  it('refuses what is not Python', () => {
    const { status, stderr } = tool(['lint', file('bad.py', 'def (:\n')]);
    assert.equal(status, 2);
    assert.equal(stderr, 'bad.py:1: this is not Python\n');
  });
});
