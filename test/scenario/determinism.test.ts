import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { renderJsonLines } from '../../src/report/json-lines.ts';
import { renderPcapng } from '../../src/report/pcapng.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { type LoadedScenario, loadScenario } from '../../src/scenario/load.ts';
import { type RunOptions, runScenario } from '../../src/scenario/run.ts';
import { scenarioSchema } from '../../src/scenario/schema.ts';
import { projectRoot } from '../support/project.ts';

const catalogue = join(projectRoot, 'scenarios');
const scenarios = readdirSync(catalogue).map((name) => loadScenario(join(catalogue, name, 'scenario.yaml')));

/** Everything a run leaves behind. */
async function traces(loaded: LoadedScenario, options: RunOptions = {}) {
  const { events, exitCode, failures } = await runScenario(loaded, options);
  return {
    exitCode,
    failures: JSON.stringify(failures),
    json: renderJsonLines(events),
    pcapng: sha256(renderPcapng(events)),
    events,
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The lines in which two traces differ first; a whole trace is too long to be shown. */
function firstDifference(a: string, b: string): string | undefined {
  if (a === b) return undefined;
  const other = b.split('\n');
  const line = a.split('\n').findIndex((text, i) => text !== other[i]);
  return `line ${line + 1}:\n${a.split('\n')[line]?.slice(0, 300)}\n${other[line]?.slice(0, 300)}`;
}

async function assertSame(
  loaded: LoadedScenario,
  a: RunOptions,
  b: RunOptions,
): Promise<{ exitCode: number; failures: string }> {
  const one = await traces(loaded, a);
  const two = await traces(loaded, b);
  assert.equal(firstDifference(one.json, two.json), undefined);
  assert.equal(one.pcapng, two.pcapng);
  return one;
}

/** Two devices that compete for one access point, one server and the order of all events. */
function twoDevices(): LoadedScenario {
  const one = scenarios.find(({ name }) => name === 'mode2-server-auth')!;
  const { sensor } = one.scenario.devices;
  return {
    ...one,
    name: 'two-devices',
    scenario: {
      ...one.scenario,
      devices: { left: sensor!, right: sensor! },
      expect: scenarioSchema.shape.expect.parse({}),
    },
  };
}

after(() => closeDeviceWorkers());

describe('each scenario of the catalogue comes out as expected, and with the same seed', () => {
  // Two runs show both at once: what differs from run to run differs between these two as well.
  for (const loaded of scenarios) {
    it(`gives the same trace and the same capture, to the byte, whoever computes: ${loaded.name}`, async () => {
      const { exitCode, failures } = await assertSame(loaded, { crypto: 'node' }, { crypto: 'noble' });
      assert.equal(exitCode, 0, failures);
    });
  }

  it('… with two devices in one world', async () => {
    const loaded = twoDevices();
    await assertSame(loaded, {}, {});
    const { events, exitCode } = await traces(loaded);
    assert.equal(exitCode, 0);
    const established = events.filter((event) => event.type === 'tls.established').map(({ actor }) => actor);
    assert.deepEqual(established.sort(), ['api.example.com', 'api.example.com', 'left', 'right']);
  });

  it('… on a network that loses frames', async () => {
    const loaded = twoDevices();
    const { network } = loaded.scenario;
    const lossy = { ...network, wifi: { ...network.wifi, loss: 0.1 } };
    const scenario = { ...loaded.scenario, network: lossy };
    await assertSame({ ...loaded, scenario }, { seed: 7 }, { seed: 7 });
    const { events } = await traces({ ...loaded, scenario }, { seed: 7 });
    assert.ok(events.some((event) => event.type === 'frame.lost'));
  });
});

describe('another seed', () => {
  it('gives another run of the same outcome', async () => {
    const loaded = scenarios.find(({ name }) => name === 'mode2-server-auth')!;
    const one = await traces(loaded, { seed: 1 });
    const two = await traces(loaded, { seed: 2 });
    assert.notEqual(one.pcapng, two.pcapng);
    assert.equal(one.exitCode, two.exitCode);
  });
});
