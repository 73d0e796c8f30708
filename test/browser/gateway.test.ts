import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { echoHost } from '../server/lab.ts';
import { cannotBrowse, newPage, openScenario, serve, withProgram } from './chromium.ts';
import { enter, openPrompt, waitForScreen } from './terminal.ts';

/** What a program needs before it reaches anybody. */
const JOIN = `import network, time
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected(): time.sleep_ms(100)
`;

describe('real hosts', { skip: cannotBrowse }, () => {
  let host: Awaited<ReturnType<typeof echoHost>>;
  before(async () => {
    host = await echoHost();
  });
  after(() => host.close());

  it('are reached by a device on the page when the operator allows it and somebody asks for it', async () => {
    const page = await newPage();
    await withProgram(page, 'mode2-server-auth', JOIN);
    await openScenario(page, await serve('--allow', `127.0.0.1:${host.port}`), 'mode2-server-auth');
    await page.getByLabel(`reach 127.0.0.1:${host.port}`).check();
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    await enter(page, 'import socket; s = socket.socket()');
    await enter(page, `s.connect(socket.getaddrinfo("computer.internal", ${host.port})[0][-1])`);
    await enter(page, 's.send(b"hello out there"); s.recv(100)');
    await waitForScreen(page, /\n15\nb'hello out there'\n>>>$/);
    await enter(page, 's.connect(socket.getaddrinfo("example.com", 443)[0][-1])');
    await waitForScreen(page, /example\.com is not allowed \(--allow example\.com:PORT\)/);
    await waitForScreen(page, /OSError: -2\n>>>$/);
    await page.context().close();
  });

  it('are not reached unless somebody asks for it', async () => {
    const page = await newPage();
    await withProgram(page, 'mode2-server-auth', JOIN);
    await openScenario(page, await serve('--allow', `127.0.0.1:${host.port}`), 'mode2-server-auth');
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    const before = host.sockets.length;
    await enter(page, 'import socket; socket.getaddrinfo("computer.internal", 1)');
    await waitForScreen(page, /OSError: -2\n>>>$/);
    assert.equal(host.sockets.length, before);
    await page.context().close();
  });

  it('are not offered where the operator allows none, and the token leaves the address', async () => {
    const page = await newPage();
    const address = await serve();
    assert.match(address, /#\?token=[\w-]{24}$/);
    await page.goto(address);
    await page.locator('.status', { hasText: 'as expected' }).waitFor();
    assert.equal(await page.getByLabel(/^reach /).count(), 0);
    assert.doesNotMatch(page.url(), /token/);
    await page.context().close();
  });

  it('are refused, in words, to a page with the token of an older start', async () => {
    const page = await newPage();
    const address = await serve('--allow', `127.0.0.1:${host.port}`);
    await page.goto(address.replace(/token=.*/, 'token=of-yesterday'));
    const alert = page.getByRole('alert').filter({ hasText: 'Gateway' });
    await alert.waitFor();
    assert.match(await alert.innerText(), /token is not that of this start/);
    await page.context().close();
  });
});
