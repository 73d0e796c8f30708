/**
 * How long the page does not listen while somebody uses it: the longest task of its main thread in each of the things that
 * are much work, as CPU time, in which a busy computer's other work does not count. Each is done in a page of its own.
 */
import type { Browser, Page } from 'playwright-core';
import { find, openFile } from '../browser/editing.ts';
import { chooseRow, type PaneName, showPane } from '../browser/panes.ts';
import { withServedPage } from './served-page.ts';

const TIMES = 3;
/** Milliseconds after which nothing of what was asked for is still to come. */
const SETTLE = 700;

interface Work {
  readonly name: string;
  readonly scenario: string;
  /** Done before anything is measured. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  readonly act: (page: Page) => Promise<unknown>;
}

const over = (page: Page) =>
  page.locator('.status', { hasText: 'as expected' }).waitFor({ timeout: 120_000 });
const opening = (pane: PaneName, scenario = 'mode2-server-auth'): Work => ({
  name: `opening ${pane} for the first time, ${scenario}`,
  scenario,
  act: (page) => showPane(page, pane),
});
const running = (scenario: string): Work => ({
  name: `running ${scenario}`,
  scenario,
  act: async (page) => {
    await page.getByRole('button', { name: '▶ Run' }).click();
    await over(page);
  },
});

const WORK: readonly Work[] = [
  opening('Editor'),
  opening('Gauges'),
  opening('Lab'),
  opening('Files'),
  opening('Keys', 'mode3-mutual-tls'),
  opening('Attackers'),
  opening('Why', 'refuse-incomplete-chain'),
  opening('Guide'),
  opening('Own board'),
  {
    name: 'opening Certificates of a certificate with a thousand names',
    scenario: 'cert-thousand-names',
    act: (page) => showPane(page, 'Certificates'),
  },
  {
    name: 'opening its message in bytes',
    scenario: 'cert-thousand-names',
    act: (page) => chooseRow(page, /Certificate.*readable/s),
  },
  {
    name: 'showing all bytes of it',
    scenario: 'cert-thousand-names',
    prepare: (page) => chooseRow(page, /Certificate.*readable/s),
    act: (page) => page.getByRole('button', { name: /^Show all/ }).click(),
  },
  {
    name: 'pointing at its fields',
    scenario: 'cert-thousand-names',
    prepare: (page) => chooseRow(page, /Certificate.*readable/s),
    act: async (page) => {
      await page.locator('.field:visible').first().focus();
      for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowDown');
    },
  },
  {
    name: 'typing in main.py, with advice and completion',
    scenario: 'mode2-server-auth',
    prepare: (page) => openFile(page, 'main.py'),
    act: async (page) => {
      await page.keyboard.press('Control+End');
      await page.keyboard.type('\nimport ssl\nssl.create_default_con', { delay: 20 });
    },
  },
  {
    name: 'typing in scenario.yaml, with the schema',
    scenario: 'mode3-mutual-tls',
    prepare: async (page) => {
      await openFile(page, 'scenario.yaml');
      await find(page, 'tags:');
    },
    act: async (page) => {
      await page.keyboard.press('Home');
      await page.keyboard.type('seed: 3\nboad: esp32\n', { delay: 20 });
    },
  },
  running('loss-20-percent'),
  running('sensor-gateway-cloud'),
  running('ota-pinned'),
  running('large-records'),
  {
    name: 'turning the key in the lab',
    scenario: 'mode2-server-auth',
    prepare: (page) => showPane(page, 'Lab'),
    act: async (page) => {
      await page.getByRole('combobox', { name: 'Key', exact: true }).selectOption('rsa-4096');
      await over(page);
    },
  },
  {
    name: 'searching the catalogue',
    scenario: 'mode2-server-auth',
    act: (page) => page.getByLabel('Search the scenarios').pressSequentially('certificate', { delay: 20 }),
  },
];

/** Of Chromium's traces; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Milliseconds of CPU time. */
function longestIn(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args.name === 'CrRendererMain';
  const main = new Set(traceEvents.filter(isMain).map(thread));
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && main.has(thread(event)));
  return Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

async function longestTask(browser: Browser, address: string, work: Work): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${address}#/${work.scenario}`);
  await over(page);
  await work.prepare?.(page);
  await page.waitForTimeout(SETTLE);
  await browser.startTracing(page, { categories: ['toplevel'] });
  await work.act(page);
  await page.waitForTimeout(SETTLE);
  const longest = longestIn(await browser.stopTracing());
  await context.close();
  return longest;
}

await withServedPage(async (browser, address) => {
  console.log('CPU time of the longest task of the page, least and most of three times');
  for (const work of WORK) {
    const tasks: number[] = [];
    for (let i = 0; i < TIMES; i++) tasks.push(await longestTask(browser, address, work));
    const [least, most] = [Math.min(...tasks), Math.max(...tasks)].map((ms) => `${Math.round(ms)} ms`);
    console.log(`${work.name.padEnd(66)} ${least!.padStart(7)} ${most!.padStart(7)}`);
  }
});
