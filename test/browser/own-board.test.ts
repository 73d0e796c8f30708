import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { projectRoot } from '../support/project.ts';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';

/** The board at the other end starts, is looked for and runs a program, on a slow machine. */
const PATIENCE = { timeout: 60_000 };

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

/** The emulated device as a program of its own, with its serial line on a TCP port: a board that the page cannot tell from one. */
async function openBoard(): Promise<Socket> {
  const cli = join(projectRoot, 'dist/cli.js');
  const board: ChildProcess = spawn(process.execPath, [cli, 'serial', '--socket', '0'], { stdio: 'pipe' });
  closing.push(() => board.kill());
  let said = '';
  for await (const data of board.stdout!) {
    said += data;
    const port = /socket:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port === undefined) continue;
    const socket = connect(Number(port), '127.0.0.1');
    closing.push(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  }
  throw new Error(`tls-sandbox serial ended: ${said}`);
}

/** A page whose `navigator.serial` has one port, at the end of which is the board. */
async function newPageWithBoard(board: Socket): Promise<Page> {
  const page = await newPage();
  await page.exposeFunction('boardWrites', (bytes: number[]) => board.write(Uint8Array.from(bytes)));
  await page.addInitScript(() => {
    const bridge = globalThis as unknown as {
      boardWrites: (bytes: number[]) => Promise<void>;
      boardSays: (bytes: number[]) => void;
      boardIsPulled: () => void;
    };
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    bridge.boardSays = (bytes) => controller?.enqueue(Uint8Array.from(bytes));
    bridge.boardIsPulled = () =>
      controller?.error(new DOMException('The device has been lost.', 'NetworkError'));
    const port = {
      readable: null as ReadableStream<Uint8Array> | null,
      writable: null as WritableStream<Uint8Array> | null,
      getInfo: () => ({ usbVendorId: 0x10c4, usbProductId: 0xea60 }),
      async open() {
        port.readable = new ReadableStream({
          start: (started) => {
            controller = started;
          },
        });
        port.writable = new WritableStream({ write: (bytes) => bridge.boardWrites([...bytes]) });
      },
      async close() {
        port.readable = null;
        port.writable = null;
      },
    };
    Object.defineProperty(navigator, 'serial', { value: { requestPort: async () => port } });
  });
  board.on('data', (bytes) => {
    page
      .evaluate(
        (said) => (globalThis as unknown as { boardSays: (bytes: number[]) => void }).boardSays(said),
        [...bytes],
      )
      // A page that was closed hears nothing more.
      .catch(() => {});
  });
  return page;
}

async function openPane(page: Page): Promise<void> {
  await openScenario(page, await serve(), 'mode2-server-auth');
  await page.getByRole('tab', { name: 'Own board' }).click();
}

async function waitForConsole(page: Page, wanted: RegExp): Promise<void> {
  const deadline = Date.now() + PATIENCE.timeout;
  for (;;) {
    const rows = await page.locator('.own-board-screen .xterm-rows > div').allInnerTexts();
    const text = rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
    if (wanted.test(text)) return;
    if (Date.now() > deadline) assert.match(text, wanted);
    await page.waitForTimeout(100);
  }
}

describe("a board of one's own", { skip: cannotBrowse }, () => {
  it('has its prompt in a terminal of the page, and tells when it is pulled out', async () => {
    const page = await newPageWithBoard(await openBoard());
    await openPane(page);
    await page.getByRole('button', { name: 'Connect a board' }).click();
    await page.getByText('Connected. What you type').waitFor(PATIENCE);
    await waitForConsole(page, />>>/);
    await page.getByLabel('Console of your board', { exact: true }).locator('textarea').focus();
    await page.keyboard.type('import sys; sys.platform');
    await page.keyboard.press('Enter');
    await waitForConsole(page, /'esp32'\n>>>/);
    await page.evaluate(() => (globalThis as unknown as { boardIsPulled: () => void }).boardIsPulled());
    await page.getByText('The line to the board was lost: The device has been lost.').waitFor();
    await page.context().close();
  });

  it('runs a program beside the emulator: outputs are the same, line by line, and so is the exception', async () => {
    const page = await newPageWithBoard(await openBoard());
    await openPane(page);
    await page.getByRole('button', { name: 'Connect a board' }).click();
    await page.getByText('Connected. What you type').waitFor(PATIENCE);
    const run = page.getByRole('button', { name: 'Run on the board and here' });
    await run.click();
    const parity = page.getByRole('table', { name: 'Where they agree' });
    await parity.waitFor(PATIENCE);
    assert.match(await parity.locator('caption').innerText(), /^\d+ equal, 0 different, 0 not comparable$/);
    await page
      .getByRole('combobox', { name: 'Program' })
      .selectOption({ label: 'an exception and its line' });
    await run.click();
    await parity.getByRole('row', { name: 'raised in' }).waitFor(PATIENCE);
    const cells = (what: string) =>
      parity.getByRole('row').filter({ has: page.getByRole('rowheader', { name: what, exact: true }) });
    assert.match(await cells('exception').innerText(), /equal[\s\S]*ValueError[\s\S]*ValueError/);
    assert.match(await cells('raised in').innerText(), /equal[\s\S]*main\.py:3[\s\S]*main\.py:3/);
    const board = page.getByRole('region', { name: 'Output of the board' });
    assert.match(await board.innerText(), /interval 60\s+Traceback[\s\S]*line 7/);
    // And the person has the prompt again.
    await page.getByText('Connected. What you type').waitFor(PATIENCE);
    await page.context().close();
  });

  it('shows what is otherwise on the board', async () => {
    const page = await newPageWithBoard(await openBoard());
    await openPane(page);
    await page.getByRole('button', { name: 'Connect a board' }).click();
    await page.getByText('Connected. What you type').waitFor(PATIENCE);
    await page
      .getByRole('textbox', { name: 'The program' })
      .fill(
        'import machine\nprint("pin", id(machine) and 1)\nimport os\nprint("files", len(os.listdir("/")) and "main.py" in os.listdir("/"))\n',
      );
    await page.getByRole('button', { name: 'Run on the board and here' }).click();
    const parity = page.getByRole('table', { name: 'Where they agree' });
    await parity.waitFor(PATIENCE);
    assert.match(await parity.locator('caption').innerText(), /1 different/);
    await page.context().close();
  });

  it('cannot be reached by a browser without WebSerial, and the page says so', async () => {
    const page = await newPage();
    await page.addInitScript(() => {
      Object.defineProperty(Object.getPrototypeOf(navigator), 'serial', { value: undefined });
    });
    await openPane(page);
    await page.getByText('it has no WebSerial').waitFor();
    await page.getByText('npx tls-sandbox mirror').waitFor();
    await page.context().close();
  });
});
