/** A scenario mirrored from the page to a board on WebSerial. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { connectBoard, newPageWithBoard, openBoard, PATIENCE, untilFree } from './board-page.ts';
import { builtPage, cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { watchShifts } from './layout-shifts.ts';
import { enter, waitForScreen } from './terminal.ts';

/** The cheapest handshake there is. */
const SCENARIO = 'mode1-psk';

const mirrorButton = (page: Page) => page.getByRole('button', { name: /^▶ Mirror/ });
const report = (page: Page) => page.getByRole('table', { name: 'Where emulator and board agree' });

async function newConnectedPage(scenario: string, ...flags: readonly string[]): Promise<Page> {
  const page = await newPageWithBoard(await openBoard());
  await openScenario(page, await serve(...flags), scenario);
  await connectBoard(page);
  return page;
}

/** What is on the board, asked at its prompt. */
async function filesOnBoard(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'To its terminal' }).click();
  await waitForScreen(page, />>>$/);
  await enter(page, 'import os; print("has", sorted(os.listdir("/")))');
  return waitForScreen(page, /\nhas \[.*\]\n>>>$/);
}

async function saved(page: Page, button: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

describe('a scenario mirrored from the page', { skip: cannotBrowse }, () => {
  it('is reported line by line, while nothing on the page moves; then the board is as it was', async () => {
    const page = await newConnectedPage(SCENARIO, '--mirror');
    await waitForScreen(page, />>>$/);
    await mirrorButton(page).waitFor();
    await page.getByText('The server knows no Wi-Fi network').waitFor();
    const shifts = await watchShifts(page);
    await mirrorButton(page).click();
    await page.getByText('the program runs …').first().waitFor(PATIENCE);
    await report(page).waitFor(PATIENCE);
    assert.deepEqual(await shifts(), []);

    assert.match(await report(page).locator('caption').innerText(), /^\d+ equal, \d+ different, \d+ not/);
    const suite = report(page).getByRole('row', { name: 'ClientHello cipher_suites' });
    assert.match(await suite.innerText(), /equal/);
    await report(page).getByRole('rowheader', { name: 'message order' }).waitFor();

    const expected = page.getByRole('table', { name: 'what the scenario expects, on the board' });
    assert.match(await expected.locator('caption').innerText(), /\d+ met, 0 not met/);
    await expected.getByRole('rowheader', { name: /exit/ }).waitFor();

    const json = JSON.parse(await saved(page, 'Export JSON'));
    assert.equal(json.name, SCENARIO);
    assert.equal(json.device, 'WebSerial, USB 10c4:ea60');
    assert.equal(
      json.totals.equal,
      json.lines.filter(({ verdict }: { verdict: string }) => verdict === 'equal').length,
    );
    assert.match(await saved(page, 'Export HTML'), /<title>mode1-psk on a board<\/title>/);

    await untilFree(page);
    assert.doesNotMatch(await filesOnBoard(page), /tls-sandbox/);
    await enter(page, 'import time; print("asleep"); time.sleep(1000)');
    await waitForScreen(page, /\nasleep$/);
    await page.keyboard.press('Control+c');
    await waitForScreen(page, /KeyboardInterrupt:[^>]*>>>$/);
    await page.context().close();
  });

  it('is stopped, and leaves nothing on the board', async () => {
    const page = await newConnectedPage('mode2-server-auth', '--mirror');
    await mirrorButton(page).click();
    await page.getByText('the program runs …').first().waitFor(PATIENCE);
    await page.getByRole('button', { name: 'Stop' }).last().click();
    await page.getByText('stopped; the board is as it was').first().waitFor(PATIENCE);
    await untilFree(page);
    assert.doesNotMatch(await filesOnBoard(page), /tls-sandbox/);
    await page.context().close();
  });

  it('is told when the board is pulled out in the middle of it', async () => {
    const page = await newConnectedPage('mode2-server-auth', '--mirror');
    await mirrorButton(page).click();
    await page.getByText('the program runs …').first().waitFor(PATIENCE);
    await page.evaluate(() => (globalThis as unknown as { boardIsPulled: () => void }).boardIsPulled());
    await page
      .getByText(/the line to WebSerial, USB 10c4:ea60 was lost: The device has been lost/)
      .first()
      .waitFor(PATIENCE);
    await page.getByRole('button', { name: 'Connect a board' }).waitFor();
    await page.context().close();
  });

  it('is told when the server goes in the middle of it: the page gives the board its prompt back', async () => {
    const page = await newPageWithBoard(await openBoard());
    let goAway = async () => {};
    await page.routeWebSocket('**/mirror/session', (toPage) => {
      const toServer = toPage.connectToServer();
      goAway = async () => {
        await toServer.close();
        await toPage.close();
      };
    });
    await openScenario(page, await serve('--mirror'), 'mode2-server-auth');
    await connectBoard(page);
    await mirrorButton(page).click();
    await page.getByText('the program runs …').first().waitFor(PATIENCE);
    await goAway();
    await page.getByText('The server of this page has gone').first().waitFor(PATIENCE);
    await untilFree(page);
    await filesOnBoard(page);
    await page.context().close();
  });

  it('is with what the lab has turned', async () => {
    const page = await newConnectedPage(SCENARIO, '--mirror');
    await page.getByRole('tab', { name: 'Lab' }).click();
    await page.getByLabel('Board', { exact: true }).selectOption('esp32-s3');
    await page.getByText('with what is turned in the Lab').waitFor();
    await mirrorButton(page).click();
    await report(page).waitFor(PATIENCE);
    await page.getByText('board profile esp32-s3').waitFor();
    await page.context().close();
  });

  it('came with a link: nothing of it reaches the board before a click that names both', async () => {
    const board = await openBoard();
    const page = await newPageWithBoard(board);
    const address = await serve('--mirror');
    await openScenario(page, address, SCENARIO);
    await connectBoard(page);
    await waitForScreen(page, />>>$/);
    const catalogue = JSON.parse(readFileSync(join(builtPage, 'catalogue.json'), 'utf8'));
    const { files } = catalogue.find(({ name }: { name: string }) => name === SCENARIO);
    const linked = {
      name: 'gift',
      files: { ...files, 'main.py': `${files['main.py']}\nprint("from a link")\n` },
    };
    const packed = deflateRawSync(JSON.stringify(linked)).toString('base64url');
    const before = board.bytesWritten;
    await page.evaluate((hash) => location.assign(hash), `#/?scenario=${packed}`);
    const theirs = page.getByRole('button', { name: "▶ Mirror somebody else's scenario on USB 10c4:ea60" });
    await theirs.waitFor();
    await page.getByText("Somebody else's program").waitFor();
    await page.getByRole('tab', { name: 'Lab' }).click();
    await page.getByLabel('Board', { exact: true }).selectOption('esp32-s3');
    await page.getByText('with what is turned in the Lab').waitFor();
    await page.locator('.status', { hasText: 'as expected' }).waitFor();
    assert.equal(board.bytesWritten, before);
    await theirs.click();
    await report(page).getByText('from a link').first().waitFor(PATIENCE);
    assert.ok(board.bytesWritten > before);
    await page.context().close();
  });

  it('is not offered where no board can meet it, and the page says why', async () => {
    const page = await newConnectedPage('deep-sleep', '--mirror');
    await page.getByText('its program starts the board again (deep sleep').waitFor();
    assert.equal(await mirrorButton(page).isDisabled(), true);
    await page.context().close();
  });

  it('wants a server that does it: the page says which command starts one', async () => {
    const page = await newConnectedPage(SCENARIO);
    await page.getByText('it was started without --mirror').waitFor();
    await page.getByText('npx tls-sandbox serve --mirror').waitFor();
    assert.equal(await mirrorButton(page).isDisabled(), true);
    await page.context().close();
  });

  it('wants a server at all: without one the page says so as well', async () => {
    const page = await newPage();
    await page.addInitScript(() => Object.defineProperty(navigator, 'serial', { value: {} }));
    // As a static host has it: no token.
    await openScenario(page, (await serve()).replace(/#.*/, ''), SCENARIO);
    await page.getByRole('tab', { name: 'Own board' }).click();
    await page.getByText('This page comes from no server that could play the hosts').waitFor();
    await page.getByText('npx tls-sandbox serve --mirror').waitFor();
    await page.context().close();
  });
});
