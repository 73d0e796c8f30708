/** The page's editor, as a person uses it. */
import type { Page } from 'playwright-core';

/** Opens a file of the scenario in the editor. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name: 'Editor' }).click();
  await page.getByRole('tab', { name, exact: true }).click();
  await page.getByRole('textbox', { name, exact: true }).click();
}

/** Selects the first `text` of the open file, as searching for it does. */
export async function find(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+f');
  // The field takes what is typed, key by key.
  await page.locator('.cm-search input[name=search]').fill('');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
}

/** Puts something else in the place of the first `text`. */
export async function replace(page: Page, text: string, other: string): Promise<void> {
  await find(page, text);
  await page.keyboard.insertText(other);
}

/** Chooses from the menu of the scenario as a whole. */
export async function scenarioMenu(page: Page, name: string): Promise<void> {
  await page.locator('summary', { hasText: /^Scenario$/ }).click();
  await page.locator('.scenario-menu').getByRole('button', { name }).click();
}
