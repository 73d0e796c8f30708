import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { find, openFile, replace, scenarioMenu } from './editing.ts';

const status = (page: Page) => page.locator('.status');
const content = (page: Page) => page.locator('.cm-content');
const completions = (page: Page) => page.locator('.cm-tooltip-autocomplete li .cm-completionLabel');

/** Takes the completion that stands first: not at once, as an Enter that was meant for the text would. */
async function take(page: Page): Promise<void> {
  await page.waitForTimeout(200);
  await page.keyboard.press('Enter');
}

describe('the editor', { skip: cannotBrowse }, () => {
  let address: string;
  let page: Page;
  before(async () => {
    address = await serve();
    page = await newPage();
    await openScenario(page, address, 'expired-certificate');
  });
  after(() => page.context().close());

  it('changes the outcome: a server whose certificate is renewed is accepted', async () => {
    await openFile(page, 'scenario.yaml');
    await replace(page, 'until: 2026-02-01', 'until: 2027-02-01');
    await page.keyboard.press('Control+Enter');
    await status(page).getByText('✗ not as expected').waitFor();
    await page.locator('.xterm-rows').getByText('HTTP/1.1 200 OK').waitFor();
  });

  it('keeps what was changed, and gives the catalogue back', async () => {
    await page.getByText('changed', { exact: true }).first().waitFor();
    await page.waitForTimeout(400);
    await page.reload();
    await status(page).getByText('✗ not as expected').waitFor();
    await openFile(page, 'scenario.yaml');
    await find(page, 'until: 2027-02-01');
    await scenarioMenu(page, "Reset to the catalogue's");
    await status(page).getByText('✓ as expected').waitFor();
    assert.match(await content(page).innerText(), /until: 2026-02-01/);
  });

  it('says what is wrong with the scenario where it is wrong', async () => {
    await openFile(page, 'scenario.yaml');
    await replace(page, 'certificate: api', 'certificat: api');
    const wrong = page.locator('.cm-lintRange-error', { hasText: 'certificat' });
    await wrong.first().waitFor();
    await wrong.first().hover();
    const tooltip = page.locator('.cm-tooltip-lint');
    await tooltip.waitFor();
    assert.match(await tooltip.innerText(), /certificat/);
    await scenarioMenu(page, "Reset to the catalogue's");
    await wrong.first().waitFor({ state: 'detached' });
  });

  it('completes keys and values of the scenario from its schema', async () => {
    await openFile(page, 'scenario.yaml');
    await find(page, 'devices:');
    await page.keyboard.press('Home');
    await page.keyboard.insertText('network:\n  wifi: {}\n\n');
    await find(page, 'wifi: {');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type('lat');
    await completions(page).getByText('latency').waitFor();
    await page.keyboard.press('Escape');
    await find(page, 'certificate: root');
    await page.keyboard.insertText('cert');
    await completions(page).getByText('certificate', { exact: true }).waitFor();
    await take(page);
    await page.keyboard.type('ro');
    await completions(page).getByText('root', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await scenarioMenu(page, "Reset to the catalogue's");
  });

  it('says what a key means where the mouse rests on it, also in what takes the defect away', async () => {
    await openFile(page, 'scenario.yaml');
    await find(page, 'withoutDefect:');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.keyboard.type('  host');
    await completions(page).getByText('hosts', { exact: true }).waitFor();
    await scenarioMenu(page, "Reset to the catalogue's");
    await openFile(page, 'scenario.yaml');
    await find(page, 'devices:');
    const key = page
      .locator('.cm-line', { hasText: /^devices:/ })
      .locator('span')
      .first();
    await key.hover();
    const meaning = page.locator('.cm-meaning');
    await meaning.waitFor();
    assert.match(await meaning.innerText(), /\w+ .*by name/i);
    await page.mouse.move(0, 0);
  });

  it("completes what a board's modules have, and advises on programs", async () => {
    await openFile(page, 'main.py');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('wlan.isc');
    await completions(page).getByText('isconnected').waitFor();
    await take(page);
    assert.match(await content(page).innerText(), /wlan\.isconnected$/);
    await page.keyboard.press('Enter');
    await page.keyboard.type('tls.');
    await completions(page).getByText('getpeercert', { exact: true }).waitFor();
    assert.equal(await completions(page).getByText('wlan', { exact: true }).count(), 0);
    await page.keyboard.press('Escape');
    await page.keyboard.type('close');
    await page.keyboard.press('Escape');
    await replace(page, 'ssl.CERT_REQUIRED', 'ssl.CERT_NONE');
    const advice = page.locator('.cm-lintRange-warning', { hasText: 'CERT_NONE' });
    await advice.first().waitFor();
    await scenarioMenu(page, "Reset to the catalogue's");
  });

  it('does not hold who leaves by keyboard: Escape, then Tab', async () => {
    await openFile(page, 'main.py');
    const inside = () => page.evaluate(() => document.activeElement?.closest('.cm-editor') !== null);
    await page.keyboard.press('Tab');
    assert.equal(await inside(), true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    assert.equal(await inside(), false);
    await scenarioMenu(page, "Reset to the catalogue's");
  });

  it('makes an empty file that the program can import, renames it with what names it, and takes it away', async () => {
    const file = async (action: () => Promise<unknown>) => {
      await page.locator('summary', { hasText: /^File$/ }).click();
      await action();
    };
    await openFile(page, 'main.py');
    await file(async () => {
      await page.getByLabel('New file, named').fill('helper.py');
      await page.getByRole('button', { name: 'Make', exact: true }).click();
    });
    await page.getByRole('textbox', { name: 'helper.py', exact: true }).click();
    await page.keyboard.insertText('GREETING = "from a file of my own"\n');
    await openFile(page, 'main.py');
    await page.keyboard.press('Control+Home');
    await page.keyboard.insertText('import helper; print(helper.GREETING)\n');
    await page.keyboard.press('Control+Enter');
    await page.locator('.xterm-rows').getByText('from a file of my own').waitFor();

    await openFile(page, 'helper.py');
    await file(async () => {
      await page.getByLabel('New name of helper.py').fill('lib/greet.py');
      await page.getByRole('button', { name: 'Rename' }).click();
    });
    await page.getByRole('tab', { name: 'lib/greet.py', exact: true }).waitFor();
    await openFile(page, 'main.py');
    await replace(
      page,
      'import helper; print(helper.GREETING)',
      'import greet; print(greet.GREETING, "again")',
    );
    await page.keyboard.press('Control+Enter');
    await page.locator('.xterm-rows').getByText('from a file of my own again').waitFor();

    await file(() => page.getByRole('button', { name: 'Delete main.py' }).click());
    await page.getByText('devices.sensor.main in scenario.yaml needs main.py').waitFor();
    await page.keyboard.press('Escape');
    await openFile(page, 'lib/greet.py');
    await file(() => page.getByRole('button', { name: 'Delete lib/greet.py' }).click());
    await page.getByRole('tab', { name: 'lib/greet.py', exact: true }).waitFor({ state: 'detached' });
    await openFile(page, 'scenario.yaml');
    assert.doesNotMatch(await content(page).innerText(), /greet/);
    await scenarioMenu(page, "Reset to the catalogue's");
  });

  it("keeps scenarios of one's own: named, renamed, taken away as a zip and brought back, deleted", async () => {
    const yours = page.getByRole('region', { name: 'Your scenarios' });
    await openFile(page, 'main.py');
    await page.locator('summary', { hasText: /^Scenario$/ }).click();
    await page.getByLabel('Keep as your own, named').fill('My first');
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await yours.getByText('my-first').waitFor();
    assert.match(page.url(), /#\/my-first$/);
    await page.locator('summary', { hasText: /^Scenario$/ }).click();
    await page.getByLabel('New name of my-first').fill('second');
    await page.getByRole('button', { name: 'Rename' }).click();
    await yours.getByText('second').waitFor();
    assert.equal(await yours.getByText('my-first').count(), 0);

    const download = page.waitForEvent('download');
    await scenarioMenu(page, 'Export as a zip');
    const zip = await (await download).path();
    await scenarioMenu(page, 'Delete second');
    await yours.waitFor({ state: 'detached' });
    await openFile(page, 'main.py');
    await page.locator('summary', { hasText: /^Scenario$/ }).click();
    await page.getByLabel('Import a zip').setInputFiles({
      name: 'second.zip',
      mimeType: 'application/zip',
      buffer: (await import('node:fs')).readFileSync(zip),
    });
    await yours.getByText('second').waitFor();
    await status(page).getByText('✓ as expected').waitFor();
  });
});
