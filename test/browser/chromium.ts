/** Debian's Chromium, driven by Playwright, and the built page served by the tool. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { projectRoot } from '../support/project.ts';
import { builtPage, launch } from './launch.ts';

export { builtPage, cannotBrowse } from './launch.ts';

let browser: Promise<Browser> | undefined;
const servers = new Set<ChildProcess>();

after(async () => {
  await (await browser)?.close();
  for (const server of servers) server.kill();
});

/** A page of its own, with nothing kept from others. Whatever it writes to the console as an error fails the test. */
export async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  browser ??= launch();
  const context = await (await browser).newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw new Error(`the page threw: ${error.message}`);
  });
  return page;
}

/** Starts `tls-sandbox serve` on a free port; what it printed first is the page's address. */
export function serve(...args: readonly string[]): Promise<string> {
  const cli = join(projectRoot, 'dist/cli.js');
  const server = spawn(process.execPath, [cli, 'serve', '--listen', '0', ...args], { stdio: 'pipe' });
  servers.add(server);
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    server.stdout.on('data', (data) => {
      output += data;
      if (output.includes('\n')) resolve(output.split('\n')[0]!);
    });
    server.stderr.on('data', (data) => {
      errors += data;
    });
    server.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${errors}`)));
  });
}

/** Opens a scenario, which begins to run, and waits until it is over. */
export async function openScenario(page: Page, address: string, name: string): Promise<void> {
  const url = new URL(address);
  url.hash = `#/${name}${url.hash.slice(1)}`;
  await page.goto(url.href);
  await page.locator('.status', { hasText: /as expected/ }).waitFor({ timeout: 60_000 });
}

/** The page with one scenario of its catalogue changed: as if it had been shipped so. */
export async function withProgram(page: Page, name: string, program: string): Promise<void> {
  const catalogue = JSON.parse(readFileSync(join(builtPage, 'catalogue.json'), 'utf8'));
  for (const entry of catalogue) if (entry.name === name) entry.files['main.py'] = program;
  await page.route('**/catalogue.json', (route) => route.fulfill({ json: catalogue }));
}
