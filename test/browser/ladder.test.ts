import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { watchShifts } from './layout-shifts.ts';

const rows = (page: Page) => page.getByRole('list', { name: 'What happened' }).locator('button.row');
const row = (page: Page, text: string | RegExp) => rows(page).filter({ hasText: text }).first();
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** What stands on the arrows' names, in order. */
function names(page: Page): Promise<string[]> {
  return page
    .locator('.row.arrow .name')
    .evaluateAll((all) => all.map((each) => each.firstChild!.nodeValue!));
}

async function box(locator: Locator) {
  const found = await locator.boundingBox();
  assert.ok(found);
  return found;
}

describe('the ladder', { skip: cannotBrowse }, () => {
  let address: string;
  let page: Page;
  before(async () => {
    address = await serve();
    page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
  });
  after(() => page.context().close());

  it('draws a handshake: the network first, each message with its size, readable or encrypted', async () => {
    await row(page, 'close_notify').waitFor();
    assert.deepEqual(await names(page), [
      'TCP open',
      'ClientHello',
      'ServerHello',
      'Certificate',
      'ServerKeyExchange',
      'ServerHelloDone',
      'ClientKeyExchange',
      'ChangeCipherSpec',
      'Finished',
      'ChangeCipherSpec',
      'Finished',
      'GET /v1/config HTTP/1.0',
      'HTTP/1.1 200 OK',
      'close_notify',
      'TCP close (FIN)',
      'TCP close (FIN)',
    ]);
    assert.match(await row(page, 'ClientHello').innerText(), /5\.2799.*235 B.*readable/s);
    assert.match(await row(page, 'HTTP/1.1 200 OK').innerText(), /137 B.*encrypted/s);
    for (const text of [
      /Wi-Fi "workshop"/,
      /DHCP: address/,
      /NTP: asks/,
      /DNS: api/,
      /computes for 570 ms/,
    ]) {
      await row(page, text).waitFor();
    }
  });

  it('has a lane for each actor, and arrows from one to the other', async () => {
    const [device, peer] = [
      await box(page.locator('.lane-lines i').first()),
      await box(page.locator('.lane-lines i').last()),
    ];
    const hello = await box(row(page, 'ClientHello').locator('.line'));
    assert.ok(Math.abs(hello.x - device.x) < 4, `${hello.x} and ${device.x}`);
    assert.ok(Math.abs(hello.x + hello.width - peer.x) < 4, `${hello.x + hello.width} and ${peer.x}`);
    assert.equal(await row(page, 'ClientHello').locator('.right').count(), 1);
    assert.equal(await row(page, 'ServerHello').locator('.left').count(), 1);
  });

  it('works by keyboard: arrow keys go from row to row, of which one is in the tab order', async () => {
    assert.equal(await page.locator('.row[tabindex="0"]').count(), 1);
    await row(page, 'ClientHello').focus();
    await page.keyboard.press('ArrowDown');
    assert.match(await page.locator('.row:focus').innerText(), /ServerHello/);
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.locator('.row[tabindex="0"]').count(), 1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'ClientHello', exact: true }).waitFor();
    assert.equal(await row(page, 'ClientHello').getAttribute('aria-pressed'), 'true');
    await page.keyboard.press('End');
    assert.match(await page.locator('.row:focus').innerText(), /the program ends/);
  });

  it('is opened by a link where somebody had chosen a message', async () => {
    await row(page, 'ServerKeyExchange').click();
    const link = page.url();
    assert.match(link, /#\/mode2-server-auth\?(.*&)?at=\d+/);
    const other = await newPage();
    await other.goto(link);
    await other
      .locator('.row[aria-pressed="true"]', { hasText: 'ServerKeyExchange' })
      .waitFor({ timeout: 60_000 });
    await other.context().close();
  });

  it('marks the row at which a run stands that goes on step by step, and has what is on its way', async () => {
    await button(page, '⇥ Step').click();
    for (const message of ['ClientHello', 'ServerHello', 'Certificate']) {
      await page.locator('.status', { hasText: new RegExp(`: ${message}$`) }).waitFor();
      const current = page.locator('.row[aria-current="step"]');
      await current.filter({ hasText: message }).waitFor();
      assert.equal(await current.count(), 1);
      if (message === 'ServerHello') assert.match(await current.innerText(), /on its way/);
      assert.ok(
        await current.evaluate((each) => {
          const { bottom } = each.getBoundingClientRect();
          return bottom <= each.closest('.ladder-rows')!.getBoundingClientRect().bottom + 1;
        }),
        `${message} is in sight`,
      );
      await button(page, '⇥ Step').click();
    }
    assert.equal(await button(page, '↧ Follow').getAttribute('aria-pressed'), 'true');
    await button(page, '↧ Follow').click();
    assert.equal(await button(page, '↧ Follow').getAttribute('aria-pressed'), 'false');
    await button(page, 'Continue').click();
    await page.locator('.status', { hasText: 'as expected' }).waitFor();
    await row(page, 'close_notify').waitFor();
    assert.equal(await page.locator('.row[aria-current]').count(), 0);
  });

  it('has the failed check, the alert and the Python exception one below the other', async () => {
    await openScenario(page, address, 'expired-certificate');
    await row(page, 'Python raises').waitFor();
    const texts = await rows(page).allInnerTexts();
    const at = texts.findIndex((text) => /checks the certificate.*refused/.test(text));
    assert.match(texts[at]!, /✗ *validity .* is after the end of/);
    assert.match(texts[at + 1]!, /alert certificate_expired/);
    assert.match(texts[at + 2]!, /Python raises ValueError: The certificate validity has expired/);
  });
});

describe('the ladder under load', { skip: cannotBrowse }, () => {
  it('has retransmissions and losses, and moves nothing while they come', async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'loss-20-percent');
    const shifts = await watchShifts(page);
    await button(page, '▶ Run').click();
    await row(page, /TCP sends again/).waitFor();
    await row(page, /lost on/).waitFor();
    await page.locator('.status', { hasText: 'as expected' }).waitFor();
    assert.deepEqual(await shifts(), []);
    await page.context().close();
  });

  it('is a list with the way of each message where a screen is 360 pixels wide', async () => {
    const page = await newPage({ viewport: { width: 360, height: 740 } });
    await openScenario(page, await serve(), 'mallory-in-the-middle-mode1');
    await row(page, 'ClientHello').waitFor();
    assert.match(await row(page, 'ServerHello').locator('.way').innerText(), /→/);
    assert.ok(await page.locator('.way .attacker').first().isVisible());
    assert.equal(
      await page.locator('.ladder-rows').evaluate((each) => each.scrollWidth > each.clientWidth),
      false,
    );
    await row(page, 'ServerHello').click();
    await page.getByRole('heading', { name: 'ServerHello' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await page.context().close();
  });
});
