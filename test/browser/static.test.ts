import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { builtPage, cannotBrowse, newPage, openScenario } from './chromium.ts';
import { plainHost } from './plain-host.ts';

describe('the static build', { skip: cannotBrowse }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-'));
  after(() => rmSync(folder, { recursive: true }));

  it('runs below a folder of a host that sends no headers', async () => {
    cpSync(builtPage, join(folder, 'some/where'), { recursive: true });
    const { address, asked, close } = await plainHost(folder);
    const page = await newPage();
    await openScenario(page, `${address}/some/where/`, 'mode2-server-auth');
    assert.match(await page.locator('.status').innerText(), /✓ as expected/);
    const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
    assert.match((await policy.getAttribute('content')) ?? '', /script-src 'self' 'wasm-unsafe-eval';/);
    assert.deepEqual(
      asked.filter((path) => !path.startsWith('/some/where/') && path !== '/favicon.ico'),
      [],
    );
    await page.context().close();
    close();
  });

  it('is under 2 MB compressed until the first handshake is seen, MicroPython included', async () => {
    cpSync(builtPage, folder, { recursive: true });
    const { address, asked, close } = await plainHost(folder);
    const page = await newPage();
    await openScenario(page, `${address}/`, 'mode2-server-auth');
    const files = [...new Set(asked)].map((path) => (path === '/' ? '/index.html' : path));
    const sizes = files
      .filter((path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile())
      .map((path) => gzipSync(readFileSync(join(folder, path))).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(files.some((path) => path.endsWith('.wasm')));
    assert.ok(total < 2_000_000, `${total} bytes`);
    await page.context().close();
    close();
  });

  it('names no other host, so that it can be copied anywhere', () => {
    const texts = readdirSync(builtPage, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.html') || name.endsWith('.css'))
      .map((name) => readFileSync(join(builtPage, name), 'utf8'));
    for (const text of texts) assert.doesNotMatch(text, /(?:src|href|url\()\s*=?\s*["']?(?:https?:)?\/\//);
  });
});
