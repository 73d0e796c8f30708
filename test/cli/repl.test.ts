import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { file, tool } from './tool.ts';

const BANNER =
  'MicroPython v1.29.0 on 2026-08-25; Generic ESP32 module with ESP32\r\nType "help()" for more information.\r\n';

describe('tls-sandbox repl', () => {
  it('does what a pipe says, and ends with status 0', () => {
    const { status, stdout, stderr } = tool(['repl'], 'x = 6\nprint(x * 7)\n');
    assert.equal(stderr, '');
    assert.equal(stdout, `${BANNER}>>> x = 6\r\n>>> print(x * 7)\r\n42\r\n>>> `);
    assert.equal(status, 0);
  });

  it('gives the prompt after the program of a scenario, in its world', () => {
    file('prompt.py', 'answer = 42\nprint("main")\n');
    const input = 'answer\nimport os; "root.pem" in os.listdir("/")\n';
    const { status, stdout } = tool(['repl', '--scenario', 'prompt.py'], input);
    assert.equal(
      stdout,
      `main\r\n${BANNER}>>> answer\r\n42\r\n>>> import os; "root.pem" in os.listdir("/")\r\nTrue\r\n>>> `,
    );
    assert.equal(status, 0);
  });

  it('ends a program that makes no more calls, with status 42', () => {
    file('hangs.py', 'import time\nprint("main")\ntime.sleep(0)\nwhile True: pass\n');
    const { status, stdout, stderr } = tool(['repl', '--scenario', 'hangs.py', '--timeout', '3s'], '1\n');
    assert.equal(stdout, 'main\r\n');
    assert.equal(stderr, 'device: the program has made no call for 3 s, and was ended\n');
    assert.equal(status, 42);
  });

  const misuses: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'a device that is not there',
      ['--scenario', 'mode2-server-auth', '--device', 'sensr'],
      /did you mean.*sensor/i,
    ],
    ['--device without a scenario', ['--device', 'x'], /goes with --scenario/],
    [
      '--allow in a scenario',
      ['--scenario', 'mode2-server-auth', '--allow', '*:*'],
      /no way to the real network/,
    ],
    ['--allow without a port', ['--allow', 'example.com'], /not HOST:PORT/],
  ];
  for (const [what, words, message] of misuses) {
    it(`refuses ${what} in one line`, () => {
      const { status, stdout, stderr } = tool(['repl', ...words], '');
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
      assert.deepEqual([status, stdout], [2, '']);
    });
  }
});
