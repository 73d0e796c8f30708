import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';

/** What carries one of these says that something is wrong. */
const TAGS = ['refusal', 'attack'];

const catalogue = join(projectRoot, 'scenarios');
const scenarios = readdirSync(catalogue)
  .map((name) => loadScenario(join(catalogue, name, 'scenario.yaml')))
  .filter(({ scenario, withoutDefect }) => withoutDefect || scenario.tags.some((tag) => TAGS.includes(tag)));

after(() => closeDeviceWorkers());

describe('a refusal or an attack of the catalogue', () => {
  it('is there', () => assert.notEqual(scenarios.length, 0));

  for (const loaded of scenarios) {
    it(`comes out otherwise without its defect: ${loaded.name}`, async () => {
      assert.ok(loaded.withoutDefect, 'withoutDefect is missing: what takes the defect away?');
      const { failures, outcome, events } = await runScenario(loaded, { withoutDefect: true });
      assert.equal(outcome, 'finished');
      assert.notEqual(failures.length, 0, 'without its defect it still comes out as expected');
      // Nor is it the good case when the honest programs fail for another reason.
      const raised = events.flatMap((event) =>
        event.type === 'device.exception' && event.actor !== 'mallory'
          ? [`${event.actor}: ${event.name}`]
          : [],
      );
      assert.deepEqual(raised, []);
    });
  }
});
