// Takes docs/pictures/page.png, which README.md shows: Mallory stopped in mode 2. Wants Chromium, and a page that is built.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../../', import.meta.url));
const picture = `${root}docs/pictures/page.png`;

const server = spawn(process.execPath, ['dist/cli.js', 'serve', '--listen', '0'], { cwd: root });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
});
try {
  const said = await new Promise((resolve) => server.stdout.once('data', resolve));
  const page = await browser.newPage({ viewport: { width: 1400, height: 860 } });
  await page.goto(String(said).trim());
  await page.getByPlaceholder('Search').fill('mallory');
  await page.getByText('mallory-in-the-middle-mode2').click();
  await page.getByText('not correctly signed').first().waitFor();
  await page
    .getByText(/^Certificate/)
    .first()
    .click();
  await page.getByText('Point at bytes').waitFor();
  await page.screenshot({ path: picture });
  console.log(picture);
} finally {
  await browser.close();
  server.kill();
}
