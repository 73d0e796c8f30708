/** The prompt of boards old and new, and of what is no board. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MirrorError } from '../../src/mirror/problem.ts';
import { Line } from '../../src/mirror/raw-repl/line.ts';
import { pythonBytes, pythonString } from '../../src/mirror/raw-repl/python-text.ts';
import { RawRepl } from '../../src/mirror/raw-repl/raw-repl.ts';
import { FakeBoard, type Firmware, QUICK } from './fake-board.ts';

const LONG = `print('${'x'.repeat(300)}')`;

describe('the raw REPL', () => {
  for (const [firmware, mode] of [
    ['raw paste', 'raw paste'],
    ['refuses raw paste', 'raw'],
    ['raw', 'raw'],
    ['paste', 'paste'],
  ] as const) {
    it(`hands a program over to firmware of the kind "${firmware}"`, async () => {
      const board = new FakeBoard(firmware, () => ({ output: 'grüße\nzwei\n' }));
      const repl = new RawRepl(board, QUICK);
      await repl.enter();
      const { output, error } = await repl.execute(LONG);
      assert.equal(repl.mode, mode);
      assert.equal(error, '');
      assert.match(output, /zwei\n$/);
      const [program] = board.programs;
      if (mode === 'paste') assert.ok(program!.includes(pythonString(LONG)));
      else assert.equal(program, LONG);
    });
  }

  it('gives output as it comes, and the exception apart from it', async () => {
    const board = new FakeBoard('raw paste', () => ({ output: 'a\n', error: 'Traceback\nValueError: b\n' }));
    const repl = new RawRepl(board, QUICK);
    await repl.enter();
    let text = '';
    const { error } = await repl.execute('x', { onOutput: (piece) => (text += piece) });
    assert.equal(text, 'a\n');
    assert.equal(error, 'Traceback\nValueError: b\n');
  });

  it('interrupts a program that takes too long, and says for how long it waited', async () => {
    let first = true;
    const board = new FakeBoard('raw paste', () => {
      if (!first) return { output: 'again\n' };
      first = false;
      return 'hangs';
    });
    const repl = new RawRepl(board, QUICK);
    await repl.enter();
    await assert.rejects(repl.execute('x', { timeout: 200 }), /no answer in 0\.2 s/);
    assert.equal((await repl.execute('y')).output, 'again\n');
  });

  const NO_PROMPT: Readonly<Partial<Record<Firmware, RegExp>>> = {
    silent: /no prompt: is the board in the bootloader, is MicroPython on it, is this the right port/,
    bootloader: /is in its bootloader.*press its reset button/,
    talks: /no prompt after Ctrl-C; the board says ".*sensor 21\.5"/,
  };
  for (const [firmware, message] of Object.entries(NO_PROMPT)) {
    it(`says why there is no prompt: ${firmware}`, async () => {
      const repl = new RawRepl(new FakeBoard(firmware as Firmware), QUICK);
      await assert.rejects(
        repl.enter(),
        (error) => error instanceof MirrorError && message.test(error.message),
      );
    });
  }

  it('says that the board was unplugged in the middle of a program', async () => {
    const board = new FakeBoard('raw paste', () => 'hangs');
    const repl = new RawRepl(board, QUICK);
    await repl.enter();
    setTimeout(() => board.unplug(), 50);
    await assert.rejects(repl.execute('x'), /the line to fake was lost: Input\/output error.*unplugged/);
  });
});

describe('a line that is lost', () => {
  const lostAfter = (said: string) => {
    const board = new FakeBoard('silent');
    const line = new Line(board);
    board.onData?.(new TextEncoder().encode(said));
    board.unplug();
    return line.until('never', 10).then(
      () => '',
      (error: Error) => error.message,
    );
  };

  it('tells what the board said last, and nothing of what it echoed', async () => {
    const echo = '=== sys.print_exception(e)\r\n=== \x1c\r\n>>> \r\npaste mode; Ctrl-C to cancel\r\n=== ';
    assert.match(await lostAfter(echo), /was lost: Input\/output error\. Was the board unplugged/);
    assert.match(
      await lostAfter(`${echo}\r\nGuru Meditation Error: Core 0 panic'ed\x04\r\n`),
      /the last it said is "Guru Meditation Error: Core 0 panic'ed"\./,
    );
    assert.match(await lostAfter(`${'x'.repeat(700)}\r\nrst:0x10 (RTCWDT_RTC_RESET)\r\n`), /is "rst:0x10/);
  });
});

describe('Python source made of data', () => {
  it('is ASCII on one line, whatever is in it', () => {
    assert.equal(pythonString("a'b\\c\nü€😀"), "'a\\'b\\\\c\\n\\xfc\\u20ac\\U0001f600'");
    assert.equal(pythonBytes(Uint8Array.of(0, 39, 65, 255)), "b'\\x00\\'A\\xff'");
  });
});
