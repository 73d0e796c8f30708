/** What development environments send: a helper class, values between marks, resets between runs, input for a program. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openBoard } from './board.ts';
import { CTRL_A, CTRL_B, CTRL_C, CTRL_D, CTRL_E, LineClient, PROMPT, RAW_PROMPT } from './client.ts';

const HELPER = `class _ide_helper:
    import builtins
    import uos as os
    import sys
    last = None

    @builtins.classmethod
    def tell(cls, value):
        cls.builtins.print("<value>", cls.builtins.repr(value), "</value>", sep="", end="")

    @builtins.classmethod
    def names(cls, folder):
        return [entry[0] for entry in cls.os.ilistdir(folder)]
`;

const board = await openBoard();
const client = await LineClient.open(board.socket);

async function ask(expression: string): Promise<string> {
  const output = await client.print(`_ide_helper.tell(${expression})`);
  const value = /^<value>(.*)<\/value>$/s.exec(output);
  assert.ok(value, output);
  return value[1]!;
}

describe('a development environment', () => {
  it('finds the prompt of a board that is busy: Ctrl-C, again, and Ctrl-A', async () => {
    // On a busy computer the board's own prompt was there before this client.
    client.type('\r');
    await client.until(PROMPT);
    client.type('import time\rwhile True: time.sleep(1)\r\r');
    await client.during(100);
    let text = '';
    for (let times = 0; times < 3; times++) {
      client.type(CTRL_C);
      text += await client.during(30);
    }
    client.type(CTRL_A);
    text += await client.until(RAW_PROMPT);
    assert.match(text, /KeyboardInterrupt/);
  });

  it('clears the board, and asks for its welcome', async () => {
    client.type(CTRL_D);
    await client.until(`MPY: soft reboot\r\n${RAW_PROMPT}`);
    client.type(CTRL_B);
    assert.match(
      (await client.until(PROMPT)).toString(),
      /^\r\nMicroPython v1\.29\.0 on .*\r\nType "help\(\)"/,
    );
    client.type(CTRL_A);
    await client.until(RAW_PROMPT);
  });

  it('defines its helper, and gets values', async () => {
    await client.print(HELPER);
    assert.equal(await ask('_ide_helper.os.getcwd()'), "'/'");
    assert.equal(await ask('_ide_helper.sys.path'), "['', '.frozen', '/lib']");
    assert.equal(await ask('"ä€"'), "'ä€'");
    assert.equal(await ask('_ide_helper.os.statvfs("/")[0]'), '4096');
    assert.match(await client.print("_ide_helper.builtins.help('modules')"), /asyncio.*machine.*ssl/s);
  });

  it('writes a file in blocks, lists, stats and deletes it', async () => {
    await client.print("_f = _ide_helper.builtins.open('up.txt', 'wb')");
    const block = 'print("line")\n'.repeat(20);
    for (let at = 0; at < 5; at++) await client.print(`_f.write(${JSON.stringify(block)})`);
    await client.print('_f.close()\ndel _f');
    assert.equal(await ask("_ide_helper.names('/')"), "['up.txt']");
    assert.equal(await ask("_ide_helper.os.stat('up.txt')[6]"), String(5 * block.length));
    await client.print("_ide_helper.os.remove('up.txt')");
    assert.equal(await ask("_ide_helper.names('/')"), '[]');
  });

  it('sets the clock', async () => {
    await client.print('from machine import RTC\nRTC().datetime((2026, 11, 29, 6, 20, 30, 0, 0))');
    assert.match(await ask('RTC().datetime()'), /^\(2026, 11, 29, 6, 20, 30, \d, \d+\)$/);
  });

  it('types what a program asks for, with \\r\\n for Enter, of which the \\n does no harm', async () => {
    await client.paste('name = input("who? ")');
    await client.until('who? ');
    client.type('Bob\r\n');
    assert.equal((await client.until(`${CTRL_D}${CTRL_D}>`)).toString(), `Bob\r\n${CTRL_D}${CTRL_D}>`);
    // The next command begins with the newline that was left.
    client.type(`print(name)${CTRL_D}`);
    await client.until('OK');
    assert.deepEqual(await client.outcome(), { output: 'Bob\r\n', error: '' });
  });

  it('stops a program, and gets its traceback apart from its output', async () => {
    await client.paste('import time\nprint("on")\nwhile True:\n    time.sleep_ms(10)');
    await client.until('on\r\n');
    client.type(CTRL_C);
    const { output, error } = await client.outcome();
    assert.equal(output, '');
    assert.match(error, /^Traceback.*line \d, in <module>\r\nKeyboardInterrupt: \r\n$/s);
  });

  it('hands a program over by the plain raw REPL, and in paste mode with an echo to count by', async () => {
    client.type(`print("plain")${CTRL_D}`);
    await client.until('OK');
    assert.deepEqual(await client.outcome(), { output: 'plain\r\n', error: '' });
    client.type(CTRL_B);
    await client.until(PROMPT);
    client.type(CTRL_E);
    await client.until('=== ');
    for (const block of ['for i in range(2):\n', '    print("paste", i)\n']) {
      client.type(block);
      assert.equal((await client.bytes(block.length)).toString(), block);
    }
    client.type(CTRL_D);
    assert.equal((await client.until(PROMPT)).toString(), `\r\npaste 0\r\npaste 1\r\n${PROMPT}`);
  });

  it('restarts the program in the flash from the friendly prompt', async () => {
    client.type('open("main.py", "w").write("print(\'main runs\')\\n")\r');
    await client.until(PROMPT);
    client.type(CTRL_D);
    assert.match(
      (await client.until(PROMPT)).toString(),
      /^\r\nMPY: soft reboot\r\nmain runs\r\nMicroPython v1\.29\.0/,
    );
    await client.close();
  });
});
