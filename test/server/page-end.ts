/** The page's end of a mirror: a scenario's files, a board, and what the server says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TimedRow } from '../../src/mirror/parity/row.ts';
import type { Transport } from '../../src/mirror/transport/transport.ts';
import { FakeBoard, STOCK } from '../mirror/fake-board.ts';
import { projectRoot } from '../support/project.ts';
import type { Tunnelled } from './lab.ts';

export const WIFI = { ssid: 'at-home', password: 'a secret word' };

const filesOf = (name: string) =>
  Object.fromEntries(
    ['scenario.yaml', 'main.py'].map((file) => [
      file,
      readFileSync(join(projectRoot, 'scenarios', name, file), 'utf8'),
    ]),
  );
export const begin = (name = 'mode1-psk', more: object = {}) => ({
  kind: 'begin',
  port: 'USB 10c4:ea60',
  name,
  files: filesOf(name),
  ...more,
});

export class PageEnd {
  private readonly socket: Tunnelled;

  constructor(socket: Tunnelled, board: Transport) {
    this.socket = socket;
    const { websocket } = socket;
    board.onData = (bytes) => websocket.send(bytes);
    websocket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return;
      void board.write(new Uint8Array(data)).then(() => this.say({ kind: 'written' }));
    });
    board.onClose = (reason) => this.say({ kind: 'lost', reason });
  }

  async open(): Promise<this> {
    const { websocket } = this.socket;
    if (websocket.readyState === websocket.CONNECTING)
      await new Promise((resolve) => websocket.once('open', resolve));
    return this;
  }

  say(message: object): void {
    this.socket.websocket.send(JSON.stringify(message));
  }

  async until(progress: string): Promise<void> {
    await this.socket.until(() => this.socket.texts.some((text) => text.includes(progress)));
  }

  /** What came of it, by the server's last message. */
  async end(): Promise<{ failed?: string; row?: TimedRow }> {
    await this.socket.over;
    return JSON.parse(this.socket.texts.at(-1) ?? '{}');
  }
}

/** A board that never comes into the network. */
export const stuckBoard = () =>
  new FakeBoard('raw paste', (program) => {
    if (program.includes('tell("implementation"')) return { output: STOCK };
    return program.includes("join('at-home'") ? 'hangs' : {};
  });
