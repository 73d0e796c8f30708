/** Where Chromium and the built page are, and how the one is started. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { projectRoot } from '../support/project.ts';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const builtPage = join(projectRoot, 'dist/web');

/** For a suite's `skip` option: false, or the reason. */
export const cannotBrowse: string | false = !existsSync(PROGRAM)
  ? `there is no Chromium: ${PROGRAM} (set CHROMIUM)`
  : !existsSync(join(builtPage, 'index.html')) && 'the page is not built: npm run build';

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: PROGRAM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
