/** The ladder of every scenario in the catalogue, event by event. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { buildLadder } from '../../src/report/ladder/build.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { grow, moving } from '../support/growing-ladder.ts';
import { projectRoot } from '../support/project.ts';

after(closeDeviceWorkers);

describe('the ladder of a run that goes on grows at its end, and is then that of the whole trace', () => {
  const folder = join(projectRoot, 'scenarios');
  for (const name of readdirSync(folder)) {
    it(name, async () => {
      const { events } = await runScenario(loadScenario(join(folder, name, 'scenario.yaml')));
      const states = grow(events, 1);
      assert.deepEqual(moving(states), []);
      const told = states.at(-1)!.rows.map((row) => JSON.stringify(row));
      assert.deepEqual(
        told,
        buildLadder(events).rows.map((row) => JSON.stringify(row)),
      );
    });
  }
});
