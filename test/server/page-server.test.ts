import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ServerLab } from './lab.ts';

describe("the page's server", () => {
  let lab: ServerLab;
  before(async () => {
    lab = await ServerLab.start();
  });
  after(() => lab.close());

  it('serves the page isolated from other origins, with no script but its own', async () => {
    const { status, headers, body } = await lab.ask({ path: '/' });
    assert.equal(status, 200);
    assert.equal(body, '<p>the page</p>');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
    assert.match(policy, /frame-ancestors 'none'/);
  });

  it('lets the browser keep what never changes, and asks again for the rest', async () => {
    const asset = await lab.ask({ path: '/assets/page-12345678.js' });
    assert.match(String(asset.headers['cache-control']), /immutable/);
    assert.equal((await lab.ask({ path: '/' })).headers['cache-control'], undefined);
  });

  const outside = [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/index.html%00../../secret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/assets/....//....//secret.txt',
  ];
  for (const path of outside) {
    it(`reads no file outside of the page: ${path}`, async () => {
      const { status, body } = await lab.ask({ path });
      assert.ok(status >= 400 && status < 500, String(status));
      assert.doesNotMatch(body, /a secret/);
      assert.doesNotMatch(body, /tls-sandbox-|node_modules|at /);
    });
  }

  for (const host of [
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.example@127.0.0.1',
  ]) {
    it(`answers nobody who means another host (DNS rebinding): "${host}"`, async () => {
      const { status, body } = await lab.ask({ path: '/', headers: { host } });
      assert.ok(status === 403 || status === 400, String(status));
      assert.doesNotMatch(body, /the page/);
    });
  }

  for (const host of ['localhost', 'localhost:1234', '127.0.0.1', '[::1]:99']) {
    it(`answers to this computer's names: ${host}`, async () => {
      assert.equal((await lab.ask({ path: '/', headers: { host } })).status, 200);
    });
  }

  it('takes nothing', async () => {
    const { status, headers } = await lab.ask({ path: '/', method: 'POST' });
    assert.equal(status, 405);
    assert.equal(headers.allow, 'GET, HEAD');
  });
});
