import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';

/** The pane, of a scenario that has run. */
async function openAttackers(address: string, scenario: string): Promise<Page> {
  const page = await newPage();
  await openScenario(page, address, scenario);
  await page.getByRole('tab', { name: 'Attackers' }).click();
  await page.getByText('Who is in the world').waitFor();
  return page;
}

const outcome = (page: Page) => page.getByRole('region', { name: 'What comes of it' });
const of = (page: Page, name: string) => outcome(page).getByRole('region', { name, exact: true });

describe('the attackers', { skip: cannotBrowse }, () => {
  let address: string;
  before(async () => {
    address = await serve();
  });

  it('are switched on: Mallory reads everything of a board that does not look, and goes again', async () => {
    const page = await openAttackers(address, 'mode1-no-auth');
    await outcome(page).getByText('Nobody who means ill').waitFor();
    const mallory = page.getByRole('checkbox', { name: /^Mallory/ });
    await mallory.check();
    await of(page, 'Mallory').getByText('Reads what was said, is taken for somebody else').waitFor();
    assert.match(
      await of(page, 'Mallory').innerText(),
      /reads at [\d.]+ s, to the server: "GET \/v1\/config/,
    );
    await mallory.uncheck();
    await outcome(page).getByText('Nobody who means ill').waitFor();
    await page.context().close();
  });

  it('fail where the board looks, unless Mallory has the key of the server', async () => {
    const page = await openAttackers(address, 'mode2-server-auth');
    await page.getByRole('checkbox', { name: /^Mallory/ }).check();
    await of(page, 'Mallory').getByText('Achieves nothing').waitFor();
    assert.match(await of(page, 'Mallory').innerText(), /is stopped: .*unknown_ca/);
    await page.getByLabel('shows').selectOption('stolen');
    await of(page, 'Mallory').getByText('Reads what was said').waitFor();
    await page.context().close();
  });

  it('stay at home when the scenario has them: Mallory of mode 1', async () => {
    const page = await openAttackers(address, 'mallory-in-the-middle-mode1');
    await of(page, 'Mallory').getByText('changes what was said').waitFor();
    await page.getByRole('checkbox', { name: /^Mallory/ }).uncheck();
    await outcome(page).getByText('Nobody who means ill').waitFor();
    await page.context().close();
  });

  it('listen: Eve has names, sizes and times of TLS, and nothing of what was said', async () => {
    const page = await openAttackers(address, 'mode2-server-auth');
    await page.getByRole('checkbox', { name: /^Eve/ }).check();
    const eve = of(page, 'Eve');
    await eve.getByText('Achieves nothing').waitFor();
    const text = await eve.innerText();
    assert.match(text, /reads nothing of what was said/);
    assert.match(text, /learns who is asked for: .*api\.example\.com/);
    await page.context().close();
  });

  it("have an ally in Trent's holiday: what has expired is refused where somebody looks", async () => {
    const page = await openAttackers(address, 'mode2-server-auth');
    await outcome(page).getByText('has checked the certificate and accepts it').waitFor();
    await page.getByRole('checkbox', { name: /^Trent's holiday/ }).check();
    await outcome(page)
      .getByText(/sensor refuses the certificate: .*api\.example\.com/)
      .waitFor();
    await page.getByRole('checkbox', { name: /^Trent's holiday/ }).uncheck();
    await outcome(page).getByText('has checked the certificate and accepts it').waitFor();
    await page.context().close();
  });
});
