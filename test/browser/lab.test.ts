import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { renderJsonLines } from '../../src/report/json-lines.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { exportBytes, exportFile } from './export.ts';

after(() => closeDeviceWorkers());

const status = (page: Page) => page.locator('.status');
const choice = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

/** What the lab says that the last run came to, by its name for it. */
const result = (page: Page, what: string) =>
  page.locator('.lab-changes tr', { has: page.getByRole('rowheader', { name: what }) }).locator('td');

const mallory = (page: Page) => page.getByRole('checkbox', { name: /^Mallory/ });

describe('the lab', { skip: cannotBrowse }, () => {
  let page: Page;
  before(async () => {
    page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
    await page.getByRole('tab', { name: 'Lab' }).click();
    await result(page, 'Outcome').nth(1).getByText('established, TLSv1.2').waitFor();
  });
  after(() => page.context().close());

  it('runs again when the certificate is made an expired one, and says what that changes', async () => {
    await choice(page, 'Certificate').selectOption('expired a month ago');
    await result(page, 'Outcome').nth(1).getByText('failed, check validity').waitFor();
    assert.match(await result(page, 'Outcome').nth(0).innerText(), /^established, TLSv1\.2/);
    assert.match(
      await result(page, 'Exception').nth(1).innerText(),
      /^ValueError: The certificate validity has expired/,
    );
    await choice(page, 'Certificate').selectOption('as written');
    await result(page, 'Outcome').nth(1).getByText('established').waitFor();
  });

  it('shows that who asks nobody for papers talks to Mallory too', async () => {
    await mallory(page).check();
    await status(page).getByText('not as expected').waitFor();
    await result(page, 'Outcome').nth(1).getByText('failed, check anchor').waitFor();
    // She has the name that she has everywhere, and her colour where she is found out, too.
    await page.locator('.lane-head.attacker b').getByText('mallory', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Attackers' }).click();
    const other = page
      .getByRole('tabpanel', { name: 'Attackers' })
      .getByRole('checkbox', { name: /^Mallory/ });
    assert.equal(await other.isChecked(), true, 'one switch, in two panes');
    await page.getByRole('tab', { name: 'Lab' }).click();
    await choice(page, 'Verification').selectOption('CERT_NONE: does not look');
    await result(page, 'Outcome').nth(1).getByText('established, TLSv1.2').waitFor();
    assert.match(await result(page, 'Exception').nth(1).innerText(), /^none/);
    await page.getByRole('button', { name: 'All as it was' }).click();
    await status(page).getByText('✓ as expected').waitFor();
    assert.equal(await mallory(page).isChecked(), false);
    assert.equal(await page.locator('.lane-head.attacker').count(), 0);
  });

  it('makes the handshake dearer with a larger key, and refuses what the device does not speak', async () => {
    await choice(page, 'Key').selectOption('rsa-4096');
    const bytes = result(page, 'TLS bytes');
    const [before, now] = [0, 1].map(
      (i) => async () => Number((await bytes.nth(i).innerText()).replace(/\D/g, '')),
    );
    // What came of the run before may stand there for a moment.
    for (let i = 0; i < 100 && (await now!()) <= (await before!()); i++) await page.waitForTimeout(50);
    assert.ok((await now!()) > (await before!()) + 500, `${await before!()} B, then ${await now!()} B`);
    await choice(page, 'Key').selectOption('as written: ec-p256');
    await choice(page, 'Speaks').selectOption('TLS 1.3 only');
    await result(page, 'Outcome').nth(1).getByText('alert protocol_version').waitFor();
    await page.getByRole('button', { name: 'All as it was' }).click();
    await result(page, 'Outcome').nth(1).getByText('established').waitFor();
  });

  it('gives another board, other lines and another seed', async () => {
    const run = async (turn: () => Promise<unknown>) => {
      const before = await result(page, 'Handshake').nth(1).innerText();
      await turn();
      await status(page).getByText('as expected').waitFor();
      await page.waitForFunction(
        (text) => document.querySelectorAll('.lab-changes tr:nth-child(3) td')[1]?.textContent !== text,
        before,
      );
    };
    // As fast as an ESP32, with more memory.
    const free = () => result(page, 'Free block').nth(1).innerText();
    const before = await free();
    await choice(page, 'Board').selectOption('esp32-s3');
    for (let i = 0; i < 100 && (await free()) === before; i++) await page.waitForTimeout(50);
    assert.notEqual(await free(), before);
    await run(() => choice(page, 'Board').selectOption('esp32-c3'));
    await run(async () => {
      await page
        .getByRole('spinbutton', { name: /^Delay one way/ })
        .last()
        .fill('400');
      await page.keyboard.press('Enter');
    });
    await page.getByRole('spinbutton', { name: 'Seed' }).fill('7');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'All as it was' }).click();
    await status(page).getByText('✓ as expected').waitFor();
  });

  it('keeps what is turned over a reload, and for no other scenario', async () => {
    await choice(page, 'Certificate').selectOption('made out to another name');
    await status(page).getByText('not as expected').waitFor();
    await page.reload();
    await status(page).getByText('not as expected').waitFor();
    await page.getByRole('tab', { name: 'Lab' }).click();
    assert.equal(await choice(page, 'Certificate').inputValue(), 'wrong-name');
    await page.goto(new URL('#/mode1-no-auth', page.url()).href);
    await status(page).getByText('✓ as expected').waitFor();
    await page.goto(new URL('#/mode2-server-auth', page.url()).href);
    await status(page).getByText('✓ as expected').waitFor();
    await result(page, 'Outcome').nth(1).getByText('established').waitFor();
    assert.equal(await choice(page, 'Certificate').inputValue(), '');
  });

  it('hands over what is turned with the scenario: its zip runs headless to the same trace', async () => {
    await choice(page, 'Board').selectOption('esp32-c3');
    await choice(page, 'Speaks').selectOption('TLS 1.2 only');
    await mallory(page).check();
    await page
      .getByRole('spinbutton', { name: /^Delay one way/ })
      .last()
      .fill('70');
    await page.keyboard.press('Enter');
    await choice(page, 'Verification').selectOption('CERT_NONE: does not look');
    await page.getByRole('spinbutton', { name: 'Seed' }).fill('7');
    await page.keyboard.press('Enter');
    await result(page, 'Outcome').nth(1).getByText('established').waitFor();
    await page.waitForTimeout(300);
    await status(page).getByText('as expected').waitFor();
    const trace = await exportFile(page, 'Trace (JSON lines)');
    const zip = unzipSync(await exportBytes(page, 'Scenario, for the command line (zip)'));
    const name = 'mode2-server-auth';
    const file = (path: string) => zip[`${name}/${path}`];
    const text = strFromU8(file('scenario.yaml')!);
    const loaded = parseScenario({ name, file: 'scenario.yaml', text, find: file });
    assert.equal(renderJsonLines((await runScenario(loaded)).events), trace);
    await page.getByRole('button', { name: 'All as it was' }).click();
    await status(page).getByText('✓ as expected').waitFor();
  });

  it("lets a scenario's own attackers stay at home", async () => {
    await page.goto(new URL('#/mallory-in-the-middle-mode1', page.url()).href);
    await status(page).getByText('✓ as expected').waitFor();
    await mallory(page).uncheck();
    await status(page).getByText('✗ not as expected').waitFor();
  });
});
