/** Nothing moves on the page while a run goes on, by the browser's own measure of it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { watchShifts } from './layout-shifts.ts';

/** Several devices, attackers, exceptions, losses, connections cut and begun again, keys without a device. */
const SCENARIOS = [
  'mode3-mutual-tls',
  'device-to-device',
  'gateway-mqtt',
  'mallory-in-the-middle-mode1',
  'mallory-stole-the-server-key',
  'ocsp-forged-answer',
  'refuse-incomplete-chain',
  'loss-20-percent',
  'reconnect-with-back-off',
  'keys-ecdh-agree',
  'fake-access-point-mode1',
  'mallory-replays-plain-http',
];

const LESSONS = [
  'Why TLS',
  'The handshake and the three modes',
  'Keys',
  'Certificates and chains',
  'Tips for boards',
  'Attackers',
];

/**
 * Below this nobody sees it: an address that comes below a name is set anew in its middle. The sum of a run; up to 0.1 is
 * called good for a page as a whole (https://web.dev/articles/cls).
 */
const UNSEEN = 0.001;
/** Milliseconds in which whatever is drawn late is drawn. */
const LATE = 400;

const over = (page: Page) => page.locator('.status', { hasText: 'as expected' });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Runs something again that ran already. */
async function staysWhile(page: Page, run: () => Promise<unknown>): Promise<void> {
  const shifts = await watchShifts(page);
  await run();
  await over(page).waitFor();
  await page.waitForTimeout(LATE);
  const seen = await shifts();
  const sum = seen.reduce((total, { value }) => total + value, 0);
  assert.ok(sum < UNSEEN, `moved by ${sum}: ${seen.flatMap(({ moved }) => moved).join('\n')}`);
}

describe('nothing moves while a run goes on', { skip: cannotBrowse }, () => {
  let page: Page;
  let address: string;
  before(async () => {
    address = await serve();
    page = await newPage();
  });
  after(() => page.context().close());

  for (const name of SCENARIOS) {
    it(`of ${name}`, async () => {
      await openScenario(page, address, name);
      await page.waitForTimeout(LATE);
      await staysWhile(page, () => button(page, '▶ Run').click());
    });
  }

  it('step by step', async () => {
    await openScenario(page, address, 'mallory-in-the-middle-mode1');
    await page.waitForTimeout(LATE);
    await staysWhile(page, async () => {
      await button(page, '⇥ Step').click();
      for (const message of ['ClientHello', 'ServerHello', 'Certificate']) {
        await page
          .locator('.status', { hasText: `: ${message}` })
          .first()
          .waitFor();
        await button(page, '⇥ Step').click();
      }
      await button(page, 'Continue').click();
    });
  });

  for (const title of LESSONS) {
    it(`of the lesson ${title}`, async () => {
      await page.getByRole('tab', { name: 'Guide' }).click();
      const lessons = page.getByRole('navigation', { name: 'Lessons' });
      await lessons.getByRole('button', { name: new RegExp(`^${title}`) }).click();
      const run = page.getByRole('button', { name: /^▶ Run: / }).first();
      const hasRun = page.locator('.lesson-status', { hasText: 'Has run' });
      await run.click();
      await hasRun.waitFor();
      await page.waitForTimeout(LATE);
      await staysWhile(page, async () => {
        await run.click();
        await hasRun.waitFor();
      });
    });
  }
});
