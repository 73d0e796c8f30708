import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { cannotBrowse, newPage, openScenario, serve, withProgram } from './chromium.ts';
import { exportFile } from './export.ts';
import { watchShifts } from './layout-shifts.ts';
import { waitForScreen } from './terminal.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const status = (page: Page) => page.locator('.status');

/** TLS 1.2 with ECDHE, as RFC 5246 section 7.3 draws it. */
const FULL_HANDSHAKE = [
  'ClientHello',
  'ServerHello',
  'Certificate',
  'ServerKeyExchange',
  'ServerHelloDone',
  'certificate accepted',
  'ClientKeyExchange',
  'ChangeCipherSpec',
  'Finished',
];

describe('a run', { skip: cannotBrowse }, () => {
  let address: string;
  before(async () => {
    address = await serve();
  });

  it('goes message by message, and leaves the trace that it leaves at full speed', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    const whole = await exportFile(page, 'Trace (JSON lines)');
    await button(page, '⇥ Step').click();
    for (const message of FULL_HANDSHAKE) {
      await status(page)
        .getByText(new RegExp(`^paused at .*: ${message}$`))
        .waitFor();
      await button(page, '⇥ Step').click();
    }
    await button(page, 'Continue').click();
    await status(page).getByText('✓ as expected').waitFor();
    assert.equal(await exportFile(page, 'Trace (JSON lines)'), whole);
    await page.context().close();
  });

  it('can be stopped where it stands, and another one begins', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await button(page, '⇥ Step').click();
    await status(page)
      .getByText(/^paused at/)
      .waitFor();
    await button(page, '■ Stop').click();
    await status(page)
      .getByText(/^stopped at/)
      .waitFor();
    await button(page, '▶ Run').click();
    await status(page).getByText('✓ as expected').waitFor();
    await page.context().close();
  });

  it('can be stopped in a program that computes without end, and another one begins', async () => {
    const page = await newPage();
    await withProgram(
      page,
      'mode1-no-auth',
      'print("round and round")\nimport time\ntime.sleep(1)\nwhile True: pass\n',
    );
    await page.goto(new URL('#/mode1-no-auth', address).href);
    await waitForScreen(page, /round and round/);
    await button(page, '■ Stop').click();
    await status(page)
      .getByText(/^stopped at/)
      .waitFor();
    await page.goto(new URL('#/mode2-server-auth', address).href);
    await status(page).getByText('✓ as expected').waitFor();
    await page.context().close();
  });

  it('waits for somebody to type where its program reads, and for nothing else', async () => {
    const page = await newPage();
    await withProgram(page, 'mode1-no-auth', 'print("hello", input("name? "))\nprint(input("and? "))\n');
    await page.goto(new URL('#/mode1-no-auth', address).href);
    await status(page).getByText('the program reads').waitFor();
    await waitForScreen(page, /name\?$/);
    await page.locator('#console .xterm-helper-textarea').focus();
    await page.keyboard.type('Alice');
    await page.keyboard.press('Enter');
    await waitForScreen(page, /hello Alice\nand\?$/);
    await page.keyboard.type('so on');
    await page.keyboard.press('Enter');
    await status(page).getByText('not as expected').waitFor();
    await waitForScreen(page, /so on$/);
    await page.context().close();
  });

  it('that comes out otherwise than expected says what and how', async () => {
    const page = await newPage();
    await withProgram(page, 'mode1-no-auth', 'print("nothing of the kind")\n');
    await openScenario(page, address, 'mode1-no-auth');
    assert.match(await status(page).innerText(), /✗ not as expected/);
    await page.getByText('Not as the scenario expects').waitFor();
    await page.context().close();
  });

  it('moves nothing on the page while it goes on', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    const shifts = await watchShifts(page);
    await button(page, '▶ Run').click();
    await status(page).getByText('✓ as expected').waitFor();
    await page.waitForTimeout(200);
    assert.deepEqual(await shifts(), []);
    await page.context().close();
  });
});

describe('the catalogue', { skip: cannotBrowse }, () => {
  let page: Page;
  before(async () => {
    page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
  });
  after(() => page.context().close());

  it('is searched by words, and narrowed by tags', async () => {
    const list = page.locator('.catalogue-list li');
    const all = await list.count();
    await page.getByLabel('Search the scenarios').fill('certificate expired');
    const found = await list.allInnerTexts();
    assert.ok(found.length > 0 && found.length < all, `${found.length} of ${all}`);
    assert.ok(found.some((text) => text.startsWith('expired-certificate')));
    await page.getByLabel('Search the scenarios').fill('');
    await page.getByRole('button', { name: /^attack/ }).click();
    const attacks = await list.count();
    assert.ok(attacks > 0 && attacks < all);
    assert.equal(await page.getByText(`${attacks} scenarios`).count(), 1);
    await page.getByRole('button', { name: /^attack/ }).click();
  });

  it('works by keyboard alone, and the address says what is shown', async () => {
    await page.getByLabel('Search the scenarios').fill('mode3-mutual-tls');
    await page.locator('.catalogue-list a').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: /^Mode 3, both/ }).waitFor();
    await page.locator('.status', { hasText: 'as expected' }).waitFor();
    assert.match(page.url(), /#\/mode3-mutual-tls$/);
    await page.goBack();
    await page.getByRole('heading', { level: 2, name: /^Mode 2/ }).waitFor();
  });
});

describe('the page', { skip: cannotBrowse }, () => {
  for (const width of [360, 1400, 3840]) {
    it(`fits a screen of ${width} pixels: nothing sticks out, everything can be reached`, async () => {
      const page = await newPage({
        viewport: { width, height: width < 800 ? 740 : Math.round(width * 0.56) },
      });
      await openScenario(page, await serve(), 'mode2-server-auth');
      const sticksOut = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(sticksOut, false);
      if (width < 800) await page.getByRole('navigation').getByRole('button', { name: 'Scenarios' }).click();
      assert.ok(await page.getByLabel('Search the scenarios').isVisible());
      await page.getByText('Export', { exact: true }).click();
      const { x, width: room } = (await page.locator('.menu[open] .menu-items').boundingBox())!;
      assert.ok(x >= 0 && x + room <= width, `the menu stands from ${x} to ${x + room}`);
      await page.keyboard.press('Escape');
      if (width < 800) await page.getByRole('navigation').getByRole('button', { name: 'Terminal' }).click();
      await waitForScreen(page, /interval/);
      await page.context().close();
    });
  }

  it('is dark or light as the system is, until somebody chooses, which outlasts a reload', async () => {
    const page = await newPage({ colorScheme: 'dark' });
    await openScenario(page, await serve(), 'mode2-server-auth');
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    assert.equal(await theme(), 'dark');
    await page.getByRole('button', { name: 'Use the light theme' }).click();
    assert.equal(await theme(), 'light');
    await page.reload();
    await page.locator('.status', { hasText: 'as expected' }).waitFor();
    assert.equal(await theme(), 'light');
    await page.context().close();
  });
});
