import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openBoard } from './board.ts';
import { mpremote, NO_MPREMOTE } from './others.ts';

const folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-mpremote-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'app/lib'), { recursive: true });
writeFileSync(join(folder, 'app/main.py'), 'from lib.answer import ANSWER\nprint(ANSWER)\n');
writeFileSync(join(folder, 'app/lib/answer.py'), 'ANSWER = 42\n');

describe('mpremote', { skip: NO_MPREMOTE }, async () => {
  const board = await openBoard();
  const remote = (...words: string[]) => mpremote(`rfc2217://127.0.0.1:${board.rfc2217}`, folder, ...words);

  it('evaluates, executes and runs', async () => {
    assert.equal(await remote('eval', '6 * 7'), '42\r\n');
    assert.equal(await remote('exec', 'x = 1', 'eval', 'x'), '1\r\n');
    assert.equal(await remote('run', 'app/lib/answer.py', 'eval', 'ANSWER'), '42\r\n');
  });

  it('copies a folder there and a file back', async () => {
    await remote('fs', 'cp', '-r', 'app', ':');
    assert.match(await remote('fs', 'tree'), /app\n {4}├── lib\n {4}│ {3}└── answer\.py\n {4}└── main\.py/);
    await remote('fs', 'cp', ':app/main.py', 'back.py');
    assert.equal(
      readFileSync(join(folder, 'back.py'), 'utf8'),
      readFileSync(join(folder, 'app/main.py'), 'utf8'),
    );
  });

  it('mounts a folder of the computer, from which the board imports', async () => {
    const said = await remote(
      'mount',
      'app',
      'exec',
      'import main; open("/remote/new", "wb").write(bytes(range(256)))',
    );
    assert.match(said, /42/);
    assert.deepEqual(
      readFileSync(join(folder, 'app/new')),
      Buffer.from(Array.from({ length: 256 }, (_, at) => at)),
    );
  });

  it('sets the clock and resets', async () => {
    assert.match(await remote('rtc'), /^\(2000, 1, 1, 5, /);
    await remote('rtc', '--set');
    assert.match(await remote('rtc'), new RegExp(`^\\(${new Date().getFullYear()}, `));
    await remote('reset');
    assert.match(
      await remote('sleep', '0.5', 'resume', 'exec', 'import machine; print(machine.reset_cause())'),
      /2/,
    );
  });
});
