/**
 * What somebody waits for who opens the page: until the first handshake is on the screen, while the page does not listen,
 * and for the download. Each opening has a browser's profile of its own, with nothing kept.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { builtPage } from '../browser/launch.ts';
import { withServedPage } from './served-page.ts';

const OPENINGS = 5;

interface Opening {
  /** Milliseconds from the navigation on. */
  readonly handshake: number;
  /** Of the page's main thread, milliseconds; 0 where none was longer than 50. */
  readonly longestTask: number;
  /** Paths that were fetched. */
  readonly files: readonly string[];
}

/** Opens the page, lets the first scenario run, searches the catalogue, and runs another one. */
async function open(browser: Browser, address: string): Promise<Opening> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  const files: string[] = [];
  page.on('request', (request) => files.push(new URL(request.url()).pathname));
  await page.addInitScript(() => {
    Object.assign(globalThis, { tasks: [] });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        (globalThis as unknown as { tasks: number[] }).tasks.push(duration);
      }
    }).observe({ type: 'longtask', buffered: true });
  });
  const started = performance.now();
  await page.goto(address);
  const over = page.locator('.status', { hasText: 'as expected' });
  await over.waitFor();
  const handshake = performance.now() - started;
  const first = [...files];
  await page.getByLabel('Search the scenarios').pressSequentially('mutual');
  await page.goto(`${address}#/mode3-mutual-tls`);
  await page.getByRole('heading', { name: /^Mode 3, both/ }).waitFor();
  await over.waitFor();
  const tasks = await page.evaluate(() => (globalThis as unknown as { tasks: number[] }).tasks);
  await context.close();
  return { handshake, longestTask: Math.max(0, ...tasks), files: first };
}

function compressed(files: readonly string[]): number {
  return [...new Set(files)]
    .map((path) => gzipSync(readFileSync(join(builtPage, path === '/' ? 'index.html' : path))).length)
    .reduce((sum, size) => sum + size, 0);
}

function range(values: readonly number[]): string {
  return `${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))} ms`;
}

await withServedPage(async (browser, address) => {
  const openings: Opening[] = [];
  for (let i = 0; i < OPENINGS; i++) openings.push(await open(browser, address));
  console.log(`first handshake on the screen   ${range(openings.map(({ handshake }) => handshake))}`);
  console.log(`longest task of the page        ${range(openings.map(({ longestTask }) => longestTask))}`);
  console.log(`download, compressed            ${Math.round(compressed(openings[0]!.files) / 1000)} kB`);
});
