import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { renderSvg } from '../src/report/svg/ladder.ts';
import { closeDeviceWorkers } from '../src/scenario/device-workers.ts';
import { loadScenario } from '../src/scenario/load.ts';
import { runScenario } from '../src/scenario/run.ts';
import { projectRoot } from './support/project.ts';

after(() => closeDeviceWorkers());

const guide = readFileSync(join(projectRoot, 'docs/guide.md'), 'utf8');

describe('docs/guide.md', () => {
  it('names scenarios that exist', () => {
    const run = [...guide.matchAll(/tls-sandbox run ([a-z]\S+)/g)];
    const quoted = [...guide.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)+)`/g)];
    const names = [...run, ...quoted].map(([, name]) => name!);
    assert.ok(names.length > 40);
    for (const name of names)
      assert.ok(existsSync(join(projectRoot, 'scenarios', name, 'scenario.yaml')), name);
  });

  for (const [, picture] of guide.matchAll(/\(pictures\/([\w-]+)\.svg\)/g)) {
    it(`shows ${picture} as run --svg draws it`, async () => {
      const loaded = loadScenario(join(projectRoot, 'scenarios', picture!, 'scenario.yaml'));
      const { events } = await runScenario(loaded);
      const shown = readFileSync(join(projectRoot, `docs/pictures/${picture}.svg`), 'utf8');
      assert.equal(
        shown,
        renderSvg(events),
        `out of date: tls-sandbox run ${picture} --svg docs/pictures/${picture}.svg`,
      );
    });
  }
});
