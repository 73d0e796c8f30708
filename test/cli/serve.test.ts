import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tool } from './tool.ts';

describe('tls-sandbox serve', () => {
  for (const [args, message] of [
    [['--wifi', 'home'], /--wifi and --host go with --mirror/],
    [['--host', '192.0.2.1'], /--wifi and --host go with --mirror/],
    [['--mirror', '--wifi', 'not-there'], /--wifi: not-there: there is no such file/],
    [['--allow', 'nowhere'], /--allow: /],
  ] as const) {
    it(`refuses ${args.join(' ')}, with status 2`, () => {
      const { status, stderr, stdout } = tool(['serve', '--listen', '0', ...args]);
      assert.match(stderr, message);
      assert.equal(stdout, '');
      assert.equal(status, 2);
    });
  }
});
