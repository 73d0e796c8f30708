import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** What the page's export menu hands over. */
export async function exportBytes(page: Page, name: string): Promise<Buffer> {
  await page.getByText('Export', { exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  return readFileSync(await (await download).path());
}

export async function exportFile(page: Page, name: string): Promise<string> {
  return (await exportBytes(page, name)).toString('utf8');
}
