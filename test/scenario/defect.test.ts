import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { defineScenario } from '../../src/scenario/define.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { ScenarioError } from '../../src/scenario/problem.ts';
import { runScenario } from '../../src/scenario/run.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';

after(() => closeDeviceWorkers());

const WORLD: ScenarioInput = {
  title: 'A defect',
  why: 'To see it go.',
  pki: {
    roots: { root: {} },
    leaves: { api: { issuer: 'root', san: ['wrong.example.com'], validity: { from: '-9d', until: '-1d' } } },
  },
  hosts: {
    'api.example.com': {
      address: '203.0.113.10',
      services: [{ type: 'https', certificate: 'api', chain: ['root', 'root'] }, { type: 'dns' }],
    },
  },
  devices: { sensor: {} },
};

function changed(withoutDefect: Record<string, unknown>) {
  const files = { 'main.py': 'print("broken")', 'other.py': 'print("mended")' };
  return defineScenario({ ...WORLD, withoutDefect }, { files });
}

function problemsOf(withoutDefect: Record<string, unknown>): readonly string[] {
  try {
    changed(withoutDefect);
  } catch (error) {
    assert.ok(error instanceof ScenarioError, String(error));
    return error.problems;
  }
  return [];
}

describe('withoutDefect', () => {
  it('takes a key away with null, so that the default applies', () => {
    const { scenario, withoutDefect } = changed({ pki: { leaves: { api: { validity: null } } } });
    assert.notEqual(scenario.pki.leaves.api!.validity, undefined);
    assert.equal(withoutDefect!.pki.leaves.api!.validity, undefined);
    assert.deepEqual(withoutDefect!.pki.leaves.api!.san, ['wrong.example.com']);
  });

  it('puts lists in place of lists', () => {
    const { withoutDefect } = changed({ pki: { leaves: { api: { san: ['api.example.com'] } } } });
    assert.deepEqual(withoutDefect!.pki.leaves.api!.san, ['api.example.com']);
  });

  it('reaches into a list by index', () => {
    const host = { 'api.example.com': { services: { 0: { chain: { 0: null } }, 1: null } } };
    const { services } = changed({ hosts: host }).withoutDefect!.hosts['api.example.com']!;
    assert.deepEqual(
      services.map((service) => (service.type === 'https' ? service.chain : service.type)),
      [['root']],
    );
  });

  it('adds what was missing', () => {
    const { withoutDefect } = changed({ pki: { intermediates: { issuing: { issuer: 'root' } } } });
    assert.equal(withoutDefect!.pki.intermediates.issuing!.issuer, 'root');
  });

  it('is checked as the scenario is', () => {
    assert.deepEqual(problemsOf({ pki: { leaves: { api: { sna: [] } } } }), [
      "withoutDefect: unknown key 'sna' in pki.leaves.api — did you mean 'san'?",
    ]);
    assert.deepEqual(problemsOf({ devices: { sensor: { main: 'mian.py' } } }), [
      'withoutDefect: devices.sensor.main: cannot read mian.py: there is no such file',
    ]);
  });

  it('is refused where it would change nothing', () => {
    assert.deepEqual(
      problemsOf({
        pki: { leaves: { api: { subject: null } } },
        hosts: { 'api.example.com': { services: { 2: { type: 'ntp' } } } },
      }),
      [
        'withoutDefect: pki.leaves.api.subject: there is nothing to change',
        'withoutDefect: hosts.api.example.com.services.2: there is nothing to change',
      ],
    );
  });

  it('is what runs on demand, held against the same expectations', async () => {
    const loaded = changed({ devices: { sensor: { main: 'other.py' } } });
    assert.equal((await runScenario(loaded)).output.sensor, 'broken\n');
    assert.equal((await runScenario(loaded, { withoutDefect: true })).output.sensor, 'mended\n');
  });

  it('must be there to be run', async () => {
    const loaded = defineScenario(WORLD, { files: { 'main.py': '' } });
    await assert.rejects(
      runScenario(loaded, { withoutDefect: true }),
      /does not say what takes its defect away/,
    );
  });
});
