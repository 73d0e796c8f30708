/** Every pane of the page as axe-core judges it: WCAG 2.1 A and AA, and what it calls best practice. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { projectRoot } from '../support/project.ts';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { find, openFile } from './editing.ts';
import { chooseRow, type PaneName, showPane } from './panes.ts';
import { openPrompt, waitForScreen } from './terminal.ts';

const AXE = readFileSync(join(projectRoot, 'node_modules/axe-core/axe.min.js'), 'utf8');
const OPTIONS: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
  resultTypes: ['violations'],
};

/** Of rows that are all alike, the first are judged: the others would take most of the time. */
const ALIKE = [
  ['.catalogue-list li:nth-child(n+15)'],
  ['.ladder li:nth-child(n+50)'],
  ['.hex tr:nth-child(n+10)'],
];

interface View {
  readonly name: string;
  /** Brings it to the front, in a page that shows whatever the view before has left. */
  readonly show: (page: Page) => Promise<unknown>;
}

const pane = (name: PaneName): View => ({ name, show: (page) => showPane(page, name) });

/** A run with client certificates, then one that fails, then one with an attacker. */
const SCENARIOS: readonly { readonly scenario: string; readonly views: readonly View[] }[] = [
  {
    scenario: 'mode3-mutual-tls',
    views: [
      pane('Scenarios'),
      {
        name: 'all tags, and a search that finds nothing',
        show: async (page) => {
          await page.getByText('all tags').click();
          await page.getByLabel('Search the scenarios').fill('nothing of the kind');
          await page.getByText('0 scenarios').waitFor();
        },
      },
      pane('Ladder'),
      pane('Editor'),
      {
        name: 'the scenario menu',
        show: (page) => page.locator('summary', { hasText: /^Scenario$/ }).click(),
      },
      {
        name: 'the editor with an error, completion and search',
        show: async (page) => {
          await page.keyboard.press('Escape');
          await openFile(page, 'scenario.yaml');
          await find(page, 'tags:');
          await page.keyboard.press('Home');
          await page.keyboard.type('ti');
          await page.locator('.cm-lint-marker-error').first().waitFor();
          await page.keyboard.press('Control+f');
          await page.getByRole('textbox', { name: 'scenario.yaml', exact: true }).focus();
          await page.keyboard.press('Control+Space');
          await page.locator('.cm-tooltip-autocomplete').waitFor();
        },
      },
      {
        name: 'the editor as it was',
        show: async (page) => {
          await page.keyboard.press('Escape');
          for (let i = 0; i < 2; i++) await page.keyboard.press('Backspace');
          await page.locator('.cm-lint-marker-error').waitFor({ state: 'detached' });
        },
      },
      pane('Gauges'),
      pane('About'),
      pane('Lab'),
      pane('Files'),
      {
        name: 'a message in bytes, with a field pointed at',
        show: async (page) => {
          await chooseRow(page, 'ServerHello');
          await page.locator('.field:visible', { hasText: 'cipher_suite' }).first().hover();
        },
      },
      {
        name: 'the same on the wire',
        show: (page) => page.getByRole('tab', { name: 'On the wire' }).click(),
      },
      pane('Certificates'),
      pane('Keys'),
      pane('Attackers'),
      pane('Why'),
      pane('Terminal'),
      pane('Own board'),
      {
        name: 'the export menu',
        show: (page) => page.locator('summary', { hasText: /^Export$/ }).click(),
      },
      pane('Guide'),
      {
        name: 'a lesson with its question answered',
        show: async (page) => {
          await page.getByRole('button', { name: /^Why TLS/ }).click();
          await page.getByRole('button', { name: 'Run: without TLS' }).click();
          await page.getByText('Has run: without TLS.').waitFor();
          await page.getByLabel('Your answer').fill('s3cret');
          await page.getByRole('button', { name: 'Check' }).click();
          await page.getByText('✓ s3cret').waitFor();
        },
      },
    ],
  },
  {
    scenario: 'refuse-incomplete-chain',
    views: [
      pane('About'),
      { name: 'a failed check', show: (page) => chooseRow(page, 'checks the certificate') },
      { name: 'an exception', show: (page) => chooseRow(page, 'Python raises') },
      { name: 'an alert', show: (page) => chooseRow(page, /^.*alert/) },
      {
        name: 'why it failed',
        show: async (page) => {
          await showPane(page, 'About');
          await page.getByRole('button', { name: 'Why?' }).first().click();
        },
      },
      {
        name: 'a prompt',
        show: async (page) => {
          await showPane(page, 'Terminal');
          await openPrompt(page);
          await waitForScreen(page, />>>$/);
        },
      },
    ],
  },
  {
    scenario: 'mallory-in-the-middle-mode1',
    views: [
      pane('Ladder'),
      pane('Attackers'),
      {
        name: 'two runs side by side',
        show: async (page) => {
          await showPane(page, 'Gauges');
          await page.getByRole('button', { name: 'Mode 1 against mode 3' }).click();
          await page.getByRole('table', { name: 'mode 1 and mode 3' }).waitFor({ timeout: 60_000 });
        },
      },
    ],
  },
];

interface Look {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

const LOOKS: readonly Look[] = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 360, colorScheme: 'dark' },
  { width: 360, colorScheme: 'light' },
];

/** What is wrong, a line each. `whole`: not just what the view is about; a narrow page has nothing else. */
async function judge(page: Page, { width, colorScheme }: Look, whole: boolean): Promise<string[]> {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
  const { violations } = await page.evaluate(
    async ({ options, exclude, whole }) => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
      const { visible } = document.querySelector<HTMLElement>('.shell')!.dataset;
      const include = whole ? ['html'] : ['.header', `.area-${visible}`];
      return (await axe.run({ include, exclude }, options)) as AxeResults;
    },
    { options: OPTIONS, exclude: ALIKE, whole: whole || width < 760 },
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, any, all, none }) => {
      const why = [...any, ...all, ...none][0]?.message ?? '';
      return `${colorScheme}, ${width} px: ${id}: ${target.join(' ')}: ${html.slice(0, 120)}: ${why}`;
    }),
  );
}

describe('the page is for everybody, light and dark, wide and narrow', { skip: cannotBrowse }, () => {
  let address: string;
  before(async () => {
    address = await serve();
  });
  for (const { scenario, views } of SCENARIOS) {
    it(scenario, async (t) => {
      const page = await newPage({ viewport: { width: 1280, height: 800 } });
      await openScenario(page, address, scenario);
      await page.evaluate(AXE);
      for (const [i, { name, show }] of views.entries()) {
        await t.test(name, async () => {
          await page.setViewportSize({ width: 1280, height: 800 });
          await show(page);
          const found: string[] = [];
          for (const look of LOOKS) found.push(...(await judge(page, look, i === 0)));
          assert.deepEqual(found, []);
        });
      }
      await page.context().close();
    });
  }
});
