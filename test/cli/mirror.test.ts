/** The commands `mirror` and `ports`, as a person meets them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tool } from './tool.ts';

const cases: readonly (readonly [words: string[], status: number, message: RegExp])[] = [
  [['mode1-psk'], 2, /say which board: --device PATH or URL \(tls-sandbox ports/],
  [['--device', '/dev/none'], 2, /say which scenario, or --all, or --tag TAG/],
  [['mode1-psk', '--device', '/dev/none'], 2, /\/dev\/none: there is no such port/],
  [['mode1-psk', '--device', 'x', '--wifi', 'no-such-file'], 2, /no-such-file: there is no such file/],
  [['mode1-psk', '--device', 'telnet://x:1'], 2, /there is no telnet:\/\//],
  [['mode1-psk', '--device', 'socket://127.0.0.1:1'], 2, /nothing listens there/],
  [['mode1-psk', '--device', 'rfc2217://127.0.0.1:1'], 2, /nothing listens there/],
  [['mode1-psk', '--device', 'rfc2217://nobody.invalid:1'], 2, /there is no host of that name/],
  [['mode1-psk', '--device', 'socket://'], 2, /expected HOST:PORT after/],
  [['mode1-psk', '--device', 'x', '--html', 'no/such/folder.html'], 2, /cannot write no\/such\/folder\.html/],
];

describe('tls-sandbox mirror', () => {
  for (const [words, status, message] of cases) {
    it(`${words.join(' ')}: one message, status ${status}`, () => {
      const result = tool(['mirror', ...words]);
      assert.equal(result.status, status, result.stderr);
      assert.match(result.stderr, message);
      assert.equal(result.stdout, '');
      assert.doesNotMatch(result.stderr, /defect/);
    });
  }
});

describe('tls-sandbox ports', () => {
  it('lists what is there, or says what to look at', () => {
    const { status, stdout, stderr } = tool(['ports']);
    if (status === 0) assert.match(stdout, /^(\S+ {2}\S.*\n)+$|no serial port: is the board plugged in/);
    else assert.match(stderr, /npm install serialport/);
  });
});
