import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { describeAttacker, reportAttackers } from '../../src/report/attackers.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';

const page = readFileSync(join(projectRoot, 'docs/attackers.md'), 'utf8');

/** Without the line ends of either. */
const words = (text: string) => text.replace(/\s+/g, ' ').trim();

after(() => closeDeviceWorkers());

describe('docs/attackers.md', () => {
  const excerpts = [...page.matchAll(/^ {4}\$ npx tls-sandbox run (\S+)\n((?: {4}.*\n)+)/gm)];

  it('has excerpts', () => assert.ok(excerpts.length > 5));

  for (const [, name, excerpt] of excerpts) {
    it(`shows what the run of ${name} says of the attacker`, async () => {
      const loaded = loadScenario(join(projectRoot, 'scenarios', name!, 'scenario.yaml'));
      const { events } = await runScenario(loaded);
      const said = reportAttackers(events).flatMap(describeAttacker);
      assert.equal(words(excerpt!), words(said.join('\n')));
    });
  }

  it('names scenarios that are there', () => {
    for (const [, name] of page.matchAll(
      /`((?:mode|mallory|eve|fake|ocsp|trent|echo|revoked|refuse)-[a-z0-9-]+)`/g,
    )) {
      assert.ok(loadScenario(join(projectRoot, 'scenarios', name!, 'scenario.yaml')).name, name);
    }
  });
});
