import { describe, it } from 'node:test';
import { survives } from './expectations.ts';

const SEED = 2026;
/** A sample of what test/slow/fuzz.test.ts runs. */
const INPUTS = 100_000;

describe(`whatever arrives, in ${INPUTS} inputs`, () => {
  it('nothing but the engine’s own error is thrown, nothing hangs, memory stays bounded', (context) =>
    survives(INPUTS, SEED, context));
});
