import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { renderJsonLines } from '../../src/report/json-lines.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';
import { cannotBrowse, newPage, serve } from './chromium.ts';
import { exportTrace, keepExports } from './kept-export.ts';

const CATALOGUE = join(projectRoot, 'scenarios');

async function headlessTrace(name: string): Promise<string> {
  const loaded = loadScenario(join(CATALOGUE, name, 'scenario.yaml'));
  return renderJsonLines((await runScenario(loaded)).events);
}

/** Chooses a scenario in a page that shows another one, and waits until it is over: what the page then says of it. */
function run(page: Page, name: string, title: string): Promise<string> {
  return page.evaluate(
    ([hash, title]) =>
      new Promise<string>((resolve) => {
        const look = () => {
          const status = document.querySelector('.status')?.textContent ?? '';
          const isShown = document.querySelector('.about h2')?.textContent === title;
          if (!isShown || !/as expected|cannot run|defect|stopped/.test(status)) return;
          observer.disconnect();
          resolve(status);
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        location.hash = hash;
      }),
    [`#/${name}`, title] as const,
  );
}

/** Fails with the first line that is another one. */
async function showDifference(page: Page, wanted: string): Promise<never> {
  const trace = await page.evaluate(() => (globalThis as unknown as { exported: Blob }).exported.text());
  const [found, expected] = [trace.split('\n'), wanted.split('\n')];
  const at = expected.findIndex((line, i) => line !== found[i]);
  assert.equal(at, -1, `line ${at + 1}: ${found[at]} instead of ${expected[at]}`);
  assert.fail(`${found.length} lines instead of ${expected.length}`);
}

after(() => closeDeviceWorkers());

describe('a scenario in the browser leaves the same trace as headless, to the byte', {
  skip: cannotBrowse,
}, () => {
  const names = readdirSync(CATALOGUE);
  const titles = new Map<string, string>();
  let page: Page;
  before(async () => {
    page = await newPage();
    await page.addInitScript(keepExports);
    await page.goto(await serve());
    await page.locator('.status', { hasText: 'as expected' }).waitFor({ timeout: 60_000 });
    const entries: { name: string; title: string }[] = await page.evaluate(async () => {
      return (await fetch('catalogue.json')).json();
    });
    for (const { name, title } of entries) titles.set(name, title);
  });
  after(() => page.context().close());

  it('of all that are in the catalogue', () => {
    assert.deepEqual([...titles.keys()].sort(), names.toSorted());
  });

  for (const name of names) {
    it(name, async () => {
      assert.match(await run(page, name, titles.get(name)!), /✓ as expected/);
      const exported = await page.evaluate(exportTrace);
      assert.equal(exported.name, `${name}.jsonl`);
      const wanted = await headlessTrace(name);
      const sha256 = createHash('sha256').update(wanted).digest('hex');
      if (exported.sha256 !== sha256) await showDifference(page, wanted);
    });
  }
});
