import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FlashFolder } from '../../src/serial/flash-folder.ts';
import { openBoard } from './board.ts';
import { LineClient, PROMPT } from './client.ts';

const folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-flash-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'lib'));
writeFileSync(join(folder, 'lib/answer.py'), 'ANSWER = 42\n');
writeFileSync(join(folder, 'main.py'), 'from answer import ANSWER\nprint(ANSWER)\n');
writeFileSync(join(folder, '.hidden'), 'stays');

describe('a folder as the flash of a board', () => {
  it('has its files there, and becomes what the board makes of it', async () => {
    const flash = new FlashFolder(folder);
    const board = await openBoard({ files: flash.files, onKept: (state) => flash.save(state.flash) });
    const client = await LineClient.open(board.socket);
    const command = async (text: string) => {
      client.type(`${text}\r`);
      await client.until(PROMPT);
    };
    await client.until('42\r\n');
    await client.until(PROMPT);
    await command(
      'import os; os.remove("main.py"); os.rename("lib/answer.py", "lib/reply.py"); os.mkdir("data")',
    );
    await command('f = open("data/log", "wb"); f.write(bytes(range(256))); f.close()');
    await command('os.listdir("/")');
    assert.deepEqual(readdirSync(folder).sort(), ['.hidden', 'data', 'lib']);
    assert.deepEqual(readdirSync(join(folder, 'lib')), ['reply.py']);
    assert.deepEqual(
      readFileSync(join(folder, 'data/log')),
      Buffer.from(Array.from({ length: 256 }, (_, at) => at)),
    );
    await command('os.remove("data/log"); os.rmdir("data")');
    await command('1');
    assert.ok(!existsSync(join(folder, 'data')));
    // What a program has written that is cut short by the end of the command:
    client.type('open("late", "w").write("x"); import time; time.sleep(100)\r');
    await client.during(100);
    await client.close();
    await board.ports.close();
    board.bench.open.close();
    assert.equal(readFileSync(join(folder, 'late'), 'utf8'), 'x');
  });
});
