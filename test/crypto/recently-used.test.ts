import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RecentlyUsed } from '../../emulator/crypto/recently-used.ts';

it('makes again only what has not been asked for since as many others as it holds', () => {
  const made: number[] = [];
  const squares = new RecentlyUsed(
    2,
    (input: number) => `${input}`,
    (input) => {
      made.push(input);
      return input * input;
    },
  );
  assert.deepEqual(
    [1, 2, 1, 3, 1, 2].map((input) => squares.get(input)),
    [1, 4, 1, 9, 1, 4],
  );
  // 3 drove out 2, not 1, which had been asked for in between.
  assert.deepEqual(made, [1, 2, 3, 2]);
});
