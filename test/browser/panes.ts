/** The page's panes, brought to the front as a person does it, on a wide screen and on a narrow one. */
import type { Page } from 'playwright-core';

/** The tabs of each area, and what a narrow screen calls the area. */
export const AREAS = {
  Scenarios: ['Scenarios', 'Guide'],
  Ladder: ['Ladder', 'Editor', 'Gauges'],
  Details: ['About', 'Lab', 'Files', 'Details', 'Certificates', 'Keys', 'Attackers', 'Why'],
  Terminal: ['Terminal', 'Own board'],
} as const;

export type PaneName = (typeof AREAS)[keyof typeof AREAS][number];

/** Of a file that the pane is loaded from, nothing is seen until it has come. */
export async function showPane(page: Page, name: PaneName): Promise<void> {
  const area = Object.entries(AREAS).find(([, panes]) => (panes as readonly string[]).includes(name))![0];
  const areas = page.getByRole('navigation', { name: 'Parts of the page' });
  if (await areas.isVisible()) await areas.getByRole('button', { name: area }).click();
  await page.getByRole('tab', { name, exact: true }).click();
  await page.getByRole('tabpanel', { name, exact: true }).locator('> *').first().waitFor();
}

/** Chooses a row of the ladder by what stands in it. */
export async function chooseRow(page: Page, text: string | RegExp): Promise<void> {
  await showPane(page, 'Ladder');
  const rows = page.getByRole('list', { name: 'What happened' }).getByRole('button');
  await rows.filter({ hasText: text }).first().click();
}
