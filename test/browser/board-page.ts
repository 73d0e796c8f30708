/** A page with a board: `navigator.serial` leads to the emulated device, by the bytes of its serial line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Page } from 'playwright-core';
import { projectRoot } from '../support/project.ts';
import { newPage } from './chromium.ts';

/** The board at the other end starts, is looked for and runs a program, on a slow machine. */
export const PATIENCE = { timeout: 60_000 };

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

/** The emulated device as a program of its own, with its serial line on a TCP port: a board that the page cannot tell from one. */
export async function openBoard(): Promise<Socket> {
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
export async function newPageWithBoard(board: Socket): Promise<Page> {
  const page = await newPage();
  await page.exposeFunction('boardWrites', (bytes: number[]) => board.write(Uint8Array.from(bytes)));
  await page.addInitScript(() => {
    const bridge = globalThis as unknown as {
      boardWrites: (bytes: number[]) => Promise<void>;
      boardSays: (bytes: number[]) => void;
      boardIsPulled: () => void;
      lineIsDisturbed: () => void;
    };
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const newStream = () =>
      new ReadableStream<Uint8Array>({
        start: (started) => {
          controller = started;
        },
      });
    bridge.boardSays = (bytes) => controller?.enqueue(Uint8Array.from(bytes));
    // As the Serial API has it (5.6): what is fatal leaves no stream behind, what is not a new one.
    bridge.boardIsPulled = () => {
      port.readable = null;
      controller?.error(new DOMException('The device has been lost.', 'NetworkError'));
    };
    bridge.lineIsDisturbed = () => {
      const disturbed = controller;
      port.readable = newStream();
      disturbed?.error(new DOMException('A framing error was detected.', 'FramingError'));
    };
    const port = {
      readable: null as ReadableStream<Uint8Array> | null,
      writable: null as WritableStream<Uint8Array> | null,
      getInfo: () => ({ usbVendorId: 0x10c4, usbProductId: 0xea60 }),
      async open() {
        port.readable = newStream();
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

/** Opens the pane and connects the one port that there is. */
export async function connectBoard(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Own board' }).click();
  await page.getByRole('button', { name: 'Connect a board' }).click();
  await untilFree(page);
}

/** The page does nothing at the board any more. */
export async function untilFree(page: Page): Promise<void> {
  await page.getByText('Connected: USB 10c4:ea60. Its prompt is in the terminal.').waitFor(PATIENCE);
}
