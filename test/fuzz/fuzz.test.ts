import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fuzz, renderStates } from './driver.ts';
import { makeTargets } from './targets.ts';

const SEED = 2026;
const INPUTS = 100_000;
/** Bytes. The caches of the driver and a young heap fill some of it. */
const MAX_GROWTH = 400e6;

describe(`whatever arrives, in ${INPUTS} inputs`, () => {
  it('nothing but the engine’s own error is thrown, nothing hangs, memory stays bounded', (context) => {
    const report = fuzz(makeTargets(SEED), { seed: SEED, inputs: INPUTS });
    context.diagnostic(`${report.deep} of ${report.inputs} inputs passed the record parser; they ended in:`);
    for (const line of renderStates(report).split('\n')) context.diagnostic(line);
    assert.equal(report.inputs, INPUTS);
    assert.ok(report.deep >= INPUTS / 2, `only ${report.deep} inputs came past the record parser`);
    assert.ok(report.growth < MAX_GROWTH, `memory grew by ${Math.round(report.growth / 1e6)} MB`);
    for (const [target, states] of report.states) {
      assert.ok(states.size >= 3, `${target} reached only ${[...states.keys()].join(', ')}`);
    }
  });
});
