import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { echoHost } from '../server/lab.ts';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { openFile, replace, scenarioMenu } from './editing.ts';
import { enter, openPrompt, waitForScreen } from './terminal.ts';

describe('a link that carries a scenario', { skip: cannotBrowse }, () => {
  let host: Awaited<ReturnType<typeof echoHost>>;
  let address: string;
  let link: string;
  before(async () => {
    host = await echoHost();
    address = await serve('--allow', `127.0.0.1:${host.port}`);
    const page = await newPage({ permissions: ['clipboard-read', 'clipboard-write'] });
    await openScenario(page, address, 'mode1-no-auth');
    await openFile(page, 'main.py');
    await replace(page, "print('address'", "print('from a link, at'");
    await scenarioMenu(page, 'Copy a link that holds it');
    await page.getByText(/^The link is in the clipboard, \d+ characters/).waitFor();
    link = await page.evaluate(() => navigator.clipboard.readText());
    await page.context().close();
  });
  after(() => host.close());

  it('restores it in a browser that has never seen it, and marks it as somebody else’s', async () => {
    const page = await newPage();
    await page.goto(link);
    await page.locator('.status', { hasText: 'as expected' }).waitFor();
    await waitForScreen(page, /from a link, at 192\.168\.4\.2/);
    await page.getByText("Somebody else's scenario").waitFor();
    const kept = await page.evaluate(() =>
      Object.keys(localStorage).filter((key) => key.includes('scenario')),
    );
    assert.deepEqual(kept, []);

    await page.getByRole('button', { name: 'Keep it as mine' }).click();
    await page.getByText("Somebody else's scenario").waitFor({ state: 'detached' });
    assert.match(page.url(), /#\/mode1-no-auth-2$/);
    await page.reload();
    await page.locator('.status', { hasText: 'as expected' }).waitFor();
    await page.getByRole('region', { name: 'Your scenarios' }).getByText('mode1-no-auth-2').waitFor();
    assert.equal(await page.getByText("Somebody else's scenario").count(), 0);
    await page.context().close();
  });

  it('reaches no real host: not by itself, and not by what was allowed to another scenario', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    const reach = page.getByLabel(`reach 127.0.0.1:${host.port}`);
    await reach.check();
    const before = host.sockets.length;
    await page.evaluate((hash) => location.assign(hash), new URL(link).hash);
    await page.getByText("Somebody else's scenario").waitFor();
    assert.equal(await reach.isChecked(), false);
    await page.locator('.status', { hasText: 'as expected' }).waitFor();
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    await enter(page, 'import socket; socket.getaddrinfo("computer.internal", 1)');
    await waitForScreen(page, /OSError: -2\n>>>$/);
    assert.equal(host.sockets.length, before);
    await page.context().close();
  });

  it('that was cut short says so, and the page shows something else', async () => {
    const page = await newPage();
    await page.goto(link.slice(0, -200));
    await page.getByRole('alert').getByText('This link holds no scenario').waitFor();
    await page.locator('.status', { hasText: '✓ as expected' }).waitFor();
    await page.context().close();
  });

  it('that names no scenario says so, and shows the first one', async () => {
    const page = await newPage();
    const typed = new URL(address);
    for (const name of ['no-such-scenario', '%']) {
      typed.hash = `#/${name}${new URL(address).hash.slice(1)}`;
      await page.goto(typed.href);
      await page.getByText(`There is no scenario called “${name}” here: this is mode2-server-auth`).waitFor();
      await page.locator('.status', { hasText: 'as expected' }).waitFor();
    }
    await page.context().close();
  });
});
