/** The page's terminal, as a person reads it and types at it. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** What stands in the terminal that is in front, without the blanks at the ends of lines. */
async function screen(page: Page): Promise<string> {
  const rows = await page.locator('#console .xterm-rows > div').allInnerTexts();
  return rows
    .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n')
    .trimEnd();
}

/** What the screen shows as soon as it fits. */
export async function waitForScreen(page: Page, wanted: RegExp): Promise<string> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const text = await screen(page);
    if (wanted.test(text)) return text;
    if (Date.now() > deadline) assert.match(text, wanted);
    await page.waitForTimeout(50);
  }
}

/** A live world, and its prompt. */
export async function openPrompt(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open a prompt' }).click();
  await page.locator('.status', { hasText: 'live' }).waitFor();
}

/** Types a line at the device, whose terminal takes the focus when it has been drawn. */
export async function enter(page: Page, line: string): Promise<void> {
  await page.locator('#console textarea:focus').waitFor({ state: 'attached' });
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}
