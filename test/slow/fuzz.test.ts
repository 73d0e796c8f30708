import { describe, it } from 'node:test';
import { survives } from '../fuzz/expectations.ts';

const INPUTS = 100_000;

describe(`whatever arrives, in ${INPUTS} inputs of each seed`, () => {
  for (const seed of [2026, 8446]) {
    it(`nothing but the engine’s own error is thrown, nothing hangs, memory stays bounded: seed ${seed}`, (context) =>
      survives(INPUTS, seed, context));
  }
});
