import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { enter, openPrompt, waitForScreen } from './terminal.ts';

const NOTE = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('written by hand\n') };

const files = (page: Page) => page.getByRole('tabpanel', { name: 'Files' });

async function downloaded(page: Page, path: string): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: `Download ${path}` }).click();
  return readFileSync(await (await download).path());
}

describe("the files of a device's flash", { skip: cannotBrowse }, () => {
  let address: string;
  before(async () => {
    address = await serve();
  });

  it('are seen, put there, taken away, and deleted; the scenario says so, also after a reload', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await page.getByRole('tab', { name: 'Files' }).click();
    await files(page).getByRole('button', { name: 'main.py', exact: true }).click();
    await page.getByRole('region', { name: 'Contents of /main.py' }).getByText('ntptime.settime()').waitFor();
    // A certificate in DER is a SEQUENCE.
    assert.equal((await downloaded(page, '/root.der'))[0], 0x30);

    await files(page).getByLabel('Upload').setInputFiles(NOTE);
    await files(page).getByRole('button', { name: 'note.txt', exact: true }).waitFor();
    await page.locator('.status', { hasText: '✓ as expected' }).waitFor();
    assert.deepEqual(await downloaded(page, '/note.txt'), NOTE.buffer);
    await page.waitForTimeout(400);
    await page.reload();
    await page.locator('.status', { hasText: '✓ as expected' }).waitFor();
    await page.getByRole('tab', { name: 'Files' }).click();
    assert.deepEqual(await downloaded(page, '/note.txt'), NOTE.buffer);

    await page.getByRole('button', { name: 'Delete /root.der' }).click();
    await page.locator('.status', { hasText: '✗ not as expected' }).waitFor();
    await files(page).getByRole('button', { name: 'root.der', exact: true }).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('are made empty, and opened in the editor', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByLabel('Path of a new file').fill('lib/own.py');
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await files(page).getByRole('button', { name: 'own.py', exact: true }).click();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByRole('textbox', { name: 'flash/sensor/lib/own.py', exact: true }).waitFor();
    await page.getByLabel('Path of a new file').fill('/lib/own.py');
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByText('there is a file /lib/own.py already').waitFor();
    await page.context().close();
  });

  it('are dropped onto the list', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await page.getByRole('tab', { name: 'Files' }).click();
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['dropped'], 'dropped.txt'));
      return transfer;
    });
    await page.locator('.files').dispatchEvent('drop', { dataTransfer: data });
    await files(page).getByRole('button', { name: 'dropped.txt', exact: true }).waitFor();
    assert.equal((await downloaded(page, '/dropped.txt')).toString(), 'dropped');
    await page.context().close();
  });

  it('are written into the device at a live prompt, which finds them', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    await page.getByRole('tab', { name: 'Files' }).click();
    await files(page).getByText('written into the device').waitFor();
    await files(page).getByLabel('Upload').setInputFiles(NOTE);
    await files(page).getByRole('button', { name: 'note.txt', exact: true }).waitFor();
    await page.locator('#console').click();
    await enter(page, 'open("/note.txt").read()');
    await waitForScreen(page, /'written by hand\\n'\n>>>$/);
    await page.context().close();
  });
});
