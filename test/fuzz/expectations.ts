import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { fuzz, renderStates } from './driver.ts';
import { makeTargets } from './targets.ts';

/** Bytes. The caches of the driver and a young heap fill some of it. */
const MAX_GROWTH = 400e6;

/** Runs so many inputs of that seed: nothing but the engine's own error is thrown, nothing hangs, memory stays bounded. */
export function survives(inputs: number, seed: number, context: TestContext): void {
  const report = fuzz(makeTargets(seed), { seed, inputs });
  context.diagnostic(`${report.deep} of ${report.inputs} inputs passed the record parser; they ended in:`);
  for (const line of renderStates(report).split('\n')) context.diagnostic(line);
  assert.equal(report.inputs, inputs);
  assert.ok(report.deep >= inputs / 2, `only ${report.deep} inputs came past the record parser`);
  assert.ok(report.growth < MAX_GROWTH, `memory grew by ${Math.round(report.growth / 1e6)} MB`);
  for (const [target, states] of report.states) {
    assert.ok(states.size >= 3, `${target} reached only ${[...states.keys()].join(', ')}`);
  }
}
