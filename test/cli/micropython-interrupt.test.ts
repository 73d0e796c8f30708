/** Ctrl-C in `tls-sandbox micropython`: SIGINT, as a terminal sends it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

/** Runs a program that prints "ready", and presses Ctrl-C then and each time it prints "again". */
async function interrupted(program: string) {
  const child = spawn(process.execPath, [CLI, 'micropython', '-c', program]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes) => {
    stdout += bytes;
    if (/(ready|again)\n$/.test(stdout)) setTimeout(() => child.kill('SIGINT'), 100);
  });
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  const [status] = await once(child, 'close');
  return { status, stdout, stderr, child };
}

const KEYBOARD_INTERRUPT = (line: number) =>
  `Traceback (most recent call last):\n  File "<stdin>", line ${line}, in <module>\nKeyboardInterrupt: \n`;

describe('Ctrl-C', () => {
  it('is a KeyboardInterrupt in a call that waits, and ends the program with 1 when nobody catches it', async () => {
    const { status, stderr } = await interrupted('import time\nprint("ready")\ntime.sleep(60)');
    assert.equal(stderr, KEYBOARD_INTERRUPT(3));
    assert.equal(status, 1);
  });

  it('is one in input(), too', async () => {
    const { status, stderr } = await interrupted('print("ready")\ninput()');
    assert.equal(stderr, KEYBOARD_INTERRUPT(2));
    assert.equal(status, 1);
  });

  it('can be caught, again and again', async () => {
    const { status, stdout } = await interrupted(
      'import time\nprint("ready")\nfor i in range(2):\n' +
        '    try: time.sleep(60)\n    except KeyboardInterrupt: print("again" if i == 0 else "over")',
    );
    assert.equal(stdout, 'ready\nagain\nover\n');
    assert.equal(status, 0);
  });

  it('ends a program that makes no call when it is pressed twice', async () => {
    const child = spawn(process.execPath, [CLI, 'micropython', '-c', 'print("ready")\nwhile True: pass']);
    let stderr = '';
    child.stderr.on('data', (bytes) => {
      stderr += bytes;
    });
    await once(child.stdout, 'data');
    const press = setInterval(() => child.kill('SIGINT'), 150);
    const [status] = await once(child, 'close');
    clearInterval(press);
    assert.equal(status, 130);
    assert.match(stderr, /computes without a call in which it could be interrupted/);
  });
});
