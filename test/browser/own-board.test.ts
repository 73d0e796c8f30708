import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { connectBoard, newPageWithBoard, openBoard, PATIENCE, untilFree } from './board-page.ts';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { enter, waitForScreen } from './terminal.ts';

async function newConnectedPage(): Promise<Page> {
  const page = await newPageWithBoard(await openBoard());
  await openScenario(page, await serve(), 'mode2-server-auth');
  await connectBoard(page);
  return page;
}

/** The board's console is in front since it was connected. */
async function toConsole(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'To its terminal' }).click();
  await page.getByRole('tab', { name: 'your board', selected: true }).waitFor();
}

async function toProgram(page: Page, text?: string): Promise<void> {
  await page.getByRole('tab', { name: 'A program' }).click();
  if (text !== undefined) await page.getByRole('textbox', { name: 'The program' }).fill(text);
}

describe("a board of one's own", { skip: cannotBrowse }, () => {
  it('has its prompt in the terminal, a tab among the devices; Ctrl-C interrupts; that it is pulled out is told', async () => {
    const page = await newConnectedPage();
    await toConsole(page);
    await waitForScreen(page, />>>$/);
    await enter(page, 'import sys, time; sys.platform');
    await waitForScreen(page, /'esp32'\n>>>$/);
    await enter(page, 'print("asleep"); time.sleep(1000)');
    await waitForScreen(page, /\nasleep$/);
    await page.keyboard.press('Control+c');
    await waitForScreen(page, /KeyboardInterrupt:[^>]*>>>$/);
    // The devices of the world have theirs beside it.
    const consoles = page.getByRole('tablist', { name: 'Devices' }).getByRole('tab');
    assert.equal(await consoles.count(), 2);
    await page.getByRole('tab', { name: 'sensor' }).click();
    await waitForScreen(page, /a run of mode2-server-auth/);
    await toConsole(page);
    await waitForScreen(page, /KeyboardInterrupt/);
    // A board that starts at another speed makes bytes that are none: the line goes on.
    await page.evaluate(() => (globalThis as unknown as { lineIsDisturbed: () => void }).lineIsDisturbed());
    await enter(page, '"still " + "there"');
    await waitForScreen(page, /'still there'\n>>>$/);
    await page.evaluate(() => (globalThis as unknown as { boardIsPulled: () => void }).boardIsPulled());
    await page.getByText('The line to the board was lost: The device has been lost.').waitFor();
    await page.context().close();
  });

  it('runs a program beside the emulator: outputs are the same, line by line, and so is the exception', async () => {
    const page = await newConnectedPage();
    await toProgram(page);
    const run = page.getByRole('button', { name: 'Run on the board and here' });
    await run.click();
    const parity = page.getByRole('table', { name: 'Where they agree' });
    await parity.waitFor(PATIENCE);
    assert.match(await parity.locator('caption').innerText(), /^\d+ equal, 0 different, 0 not comparable/);
    await page
      .getByRole('combobox', { name: 'Program' })
      .selectOption({ label: 'an exception and its line' });
    await run.click();
    await parity.getByRole('row', { name: 'raised in' }).waitFor(PATIENCE);
    const cells = (what: string) =>
      parity.getByRole('row').filter({ has: page.getByRole('rowheader', { name: what, exact: true }) });
    assert.match(await cells('exception').innerText(), /equal[\s\S]*ValueError/);
    assert.match(await cells('raised in').innerText(), /equal[\s\S]*main\.py:3/);
    const board = page.getByRole('region', { name: 'Output of the board' });
    assert.match(await board.innerText(), /interval 60\s+Traceback[\s\S]*line 7/);
    // And the person has the prompt again.
    await toConsole(page);
    await waitForScreen(page, />>>$/);
    await enter(page, '6 * 7');
    await waitForScreen(page, /\n42\n>>>$/);
    await page.context().close();
  });

  it('shows what is otherwise on the board', async () => {
    const page = await newConnectedPage();
    await toProgram(
      page,
      'import os\nprint("a", "line")\nprint("files", len(os.listdir("/")) and "main.py" in os.listdir("/"))\n',
    );
    await page.getByRole('button', { name: 'Run on the board and here' }).click();
    const parity = page.getByRole('table', { name: 'Where they agree' });
    await parity.waitFor(PATIENCE);
    assert.match(await parity.locator('caption').innerText(), /1 different/);
    const rows = await parity.getByRole('row').count();
    await page.getByLabel('only differences').check();
    await parity.getByRole('row', { name: 'output, line 2' }).waitFor();
    // The section's own, and the line's.
    assert.equal(await parity.getByRole('row').count(), 2);
    assert.ok(rows > 3);
    await page.context().close();
  });

  for (const [how, stop] of [
    ['by the button', (page: Page) => page.getByRole('button', { name: 'Stop' }).last().click()],
    [
      'by Ctrl-C in its terminal',
      async (page: Page) => {
        await toConsole(page);
        await page.keyboard.press('Control+c');
      },
    ],
  ] as const) {
    it(`is stopped ${how} in the middle of a program, and has its prompt again`, async () => {
      const page = await newConnectedPage();
      // Only the board has the time.
      await toProgram(
        page,
        'import os, time\nprint("begun")\ntime.sleep(1000 if "main.py" not in os.listdir("/") else 0)\n',
      );
      await page.getByRole('button', { name: 'Run on the board and here' }).click();
      await page.locator('pre', { hasText: 'begun' }).waitFor(PATIENCE);
      await stop(page);
      await page.getByText('Stopped; the board is as it was.').first().waitFor(PATIENCE);
      await untilFree(page);
      await toConsole(page);
      await waitForScreen(page, />>>$/);
      await enter(page, '"still " + "here"');
      await waitForScreen(page, /'still here'\n>>>$/);
      await page.context().close();
    });
  }

  it('cannot be reached by a browser without WebSerial, and the page says so', async () => {
    const page = await newPage();
    await page.addInitScript(() => {
      Object.defineProperty(Object.getPrototypeOf(navigator), 'serial', { value: undefined });
    });
    await openScenario(page, await serve(), 'mode2-server-auth');
    await page.getByRole('tab', { name: 'Own board' }).click();
    await page.getByText('it has no WebSerial').waitFor();
    await page.getByText('npx tls-sandbox mirror').waitFor();
    await page.context().close();
  });
});
