/** What the shim says, out of what the program prints, however it comes over the line. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Records, WholeLines } from '../../src/mirror/run/records.ts';

const SAID = 'one\x1ebegin \x1ftwo\r\nthree\x1etext c3bc\x1f';

describe('records of the shim', () => {
  it('are told apart from output in pieces of any length', () => {
    for (let length = 1; length <= SAID.length; length++) {
      let output = '';
      const told: string[] = [];
      const records = new Records({
        output: (text) => {
          output += text;
        },
        record: (name, value) => told.push(`${name}=${value}`),
      });
      for (let at = 0; at < SAID.length; at += length) records.accept(SAID.slice(at, at + length));
      assert.equal(output, 'onetwo\r\nthree');
      assert.deepEqual(told, ['begin=', 'text=ü']);
    }
  });
});

describe('output', () => {
  it('is passed on in whole lines', () => {
    const passed: string[] = [];
    const lines = new WholeLines((text) => passed.push(text));
    for (const piece of ['address 127.0.', '0.1\r', '\nnext']) lines.accept(piece);
    assert.deepEqual(passed, ['address 127.0.0.1\n']);
    lines.flush();
    assert.deepEqual(passed, ['address 127.0.0.1\n', 'next']);
  });

  it('does not wait for the end of a prompt', async () => {
    const passed: string[] = [];
    new WholeLines((text) => passed.push(text)).accept('name? ');
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.deepEqual(passed, ['name? ']);
  });
});
