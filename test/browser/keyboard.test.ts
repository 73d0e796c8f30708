/** A first visit with nothing but the keyboard: what has the focus is all that a key reaches. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { cannotBrowse, newPage, serve } from './chromium.ts';
import { waitForScreen } from './terminal.ts';

/** More stops than the page has. */
const MOST = 80;

interface Focus {
  readonly tag: string;
  /** Its label, else its text. */
  readonly name: string;
  readonly role: string;
  /** Whether it is seen that it has the focus. */
  readonly isMarked: boolean;
}

function focus(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    const label = (at as HTMLInputElement).labels?.[0]?.textContent;
    const { outlineStyle } = getComputedStyle(at);
    // CodeMirror and xterm draw a cursor instead.
    const hasCursor = at.closest('.cm-editor, .xterm') !== null;
    return {
      tag: at.tagName.toLowerCase(),
      name: at.getAttribute('aria-label') ?? label ?? at.textContent?.trim() ?? '',
      role: at.getAttribute('role') ?? '',
      isMarked: outlineStyle !== 'none' || hasCursor,
    };
  });
}

/** Goes on with Tab, or back with Shift-Tab, until what has the focus is called so. Leaves an editor as the page says. */
async function tabTo(page: Page, name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<Focus> {
  const passed: string[] = [];
  for (let i = 0; i < MOST; i++) {
    if (await page.evaluate(() => document.activeElement?.closest('.cm-editor') != null)) {
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press(key);
    const at = await focus(page);
    if (name.test(at.name)) return at;
    passed.push(at.name.slice(0, 30));
  }
  assert.fail(`${key} does not come to ${name}, only to: ${passed.join(' | ')}`);
}

describe('a visit by keyboard alone', { skip: cannotBrowse }, () => {
  let page: Page;
  before(async () => {
    page = await newPage();
    await page.goto(await serve());
    await page.locator('.status', { hasText: 'as expected' }).waitFor({ timeout: 60_000 });
  });
  after(() => page.context().close());

  it('comes round the whole page, and sees where it is at each stop', async () => {
    await tabTo(page, /^▶ Run$/);
    const stops: Focus[] = [];
    // Rows and scenarios are one stop each; the list of scenarios is a list of links.
    for (let i = 0; i < 20; i++) {
      stops.push(await focus(page));
      await page.keyboard.press('Tab');
    }
    assert.deepEqual(
      stops.filter(({ isMarked }) => !isMarked),
      [],
    );
    assert.deepEqual(
      stops.filter(({ name }) => name === ''),
      [],
    );
  });

  it('looks for a scenario, and runs it', async () => {
    await page.locator('body').press('Home');
    await tabTo(page, /^Search the scenarios$/, 'Shift+Tab');
    await page.keyboard.type('mode3-mutual-tls');
    await page.locator('.catalogue-list li', { hasText: /^mode3-mutual-tls/ }).waitFor();
    await tabTo(page, /^mode3-mutual-tls/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: /^Mode 3, both/ }).waitFor();
    await page.locator('.status', { hasText: '✓ as expected' }).waitFor();
  });

  it('walks the ladder, and opens the bytes of a message', async () => {
    await tabTo(page, /boots/);
    for (let i = 0; i < MOST && !/ServerHello/.test((await focus(page)).name); i++) {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'ServerHello', exact: true }).waitFor();
    const field = await tabTo(page, /^msg_type/);
    assert.ok(field.isMarked);
    await page.keyboard.press('ArrowDown');
    assert.equal((await page.locator('.octets .active').count()) > 0, true);
  });

  it('goes from pane to pane with the arrow keys', async () => {
    await tabTo(page, /^Details$/, 'Shift+Tab');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('article', { name: 'Certificates' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('article', { name: 'Key schedule' }).waitFor();
    await page.keyboard.press('Home');
    assert.equal((await focus(page)).name, 'About');
  });

  it('opens a menu, and leaves it with Escape where it came from', async () => {
    await tabTo(page, /^Export$/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.match((await focus(page)).name, /^Capture/);
    await page.keyboard.press('Escape');
    assert.equal((await focus(page)).name, 'Export');
    assert.equal(await page.getByRole('button', { name: /^Capture/ }).isVisible(), false);
  });

  it('types in the editor, where Tab indents, and leaves it with Escape and Tab, as the page says', async () => {
    await tabTo(page, /^Ladder$/);
    await page.keyboard.press('ArrowRight');
    await page.getByText('Escape, then Tab leaves the editor').waitFor();
    await tabTo(page, /^main\.py$/);
    const editor = page.getByRole('textbox', { name: 'main.py', exact: true });
    for (let i = 0; i < 5 && !(await editor.evaluate((each) => each === document.activeElement)); i++) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# by hand');
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Tab');
    assert.ok(await editor.evaluate((each) => each === document.activeElement), 'Tab stays in the editor');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    assert.equal(await editor.evaluate((each) => each === document.activeElement), false);
    await page.keyboard.press('Shift+Tab');
    assert.ok(await editor.evaluate((each) => each === document.activeElement), 'and comes back');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+Tab');
    assert.equal((await focus(page)).name, 'Scenario');
  });

  it('types at the prompt, where Tab completes, and leaves it with Shift-Tab, as the page says', async () => {
    await tabTo(page, /^Open a prompt$/);
    await page.keyboard.press('Enter');
    await page.locator('.status', { hasText: 'live' }).waitFor();
    await waitForScreen(page, />>>$/);
    assert.equal((await focus(page)).name, 'Console of sensor');
    await page.keyboard.type('impo');
    await page.keyboard.press('Tab');
    await waitForScreen(page, /import/);
    await page.keyboard.type(' sys; print(sys.platform)');
    await page.keyboard.press('Enter');
    await waitForScreen(page, /^esp32$/m);
    await page.getByText('Shift-Tab leaves the terminal').waitFor();
    await page.keyboard.press('Shift+Tab');
    assert.equal((await focus(page)).name, 'Find in the terminal');
  });

  it('passes by a terminal where nobody hears', async () => {
    await tabTo(page, /^■ Stop$/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.locator('.status', { hasText: 'stopped' }).waitFor();
    await tabTo(page, /^Console of sensor$/);
    await page.keyboard.press('Tab');
    assert.notEqual((await focus(page)).name, 'Console of sensor');
  });
});
