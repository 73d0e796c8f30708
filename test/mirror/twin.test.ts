/** The emulated run beside a board's takes over how the board came to its network. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runTwin } from '../../src/mirror/run/twin.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { RunResult } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';

after(closeDeviceWorkers);

const load = (name: string) => loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml'));
const joinedIn = (milliseconds: number | undefined) => ({ address: '192.168.1.7', milliseconds });

const leaseTime = ({ events }: RunResult) => events.find(({ type }) => type === 'dhcp.lease')!.t / 1e9;

describe('the emulated run beside a board', () => {
  it('joins Wi-Fi in the time that the program took on the board', async () => {
    const board = { joined: joinedIn(9000), figures: new Map([['wifi-join', 2500]]) };
    const { result, remarks } = await runTwin(load('mode1-psk'), board, {});
    assert.ok(Math.abs(leaseTime(result) - 2.5) < 0.2, `${leaseTime(result)} s`);
    assert.match(remarks.join(), /took 2\.5\d* s on the board.*5\.\d+ s by its profile/);
  });

  it('takes what joining took before, where the program does not look', async () => {
    const { result } = await runTwin(load('mode1-psk'), { joined: joinedIn(8000), figures: new Map() }, {});
    assert.ok(Math.abs(leaseTime(result) - 8) < 0.2, `${leaseTime(result)} s`);
  });

  it('is as it was where the board takes as long', async () => {
    const board = { joined: joinedIn(5000), figures: new Map([['wifi-join', 5050]]) };
    assert.deepEqual((await runTwin(load('mode1-psk'), board, {})).remarks, []);
  });

  it('is on the network from power-on where the board is, and stays there', async () => {
    const { result, remarks } = await runTwin(
      load('wifi-wrong-password'),
      { joined: joinedIn(undefined), figures: new Map() },
      {},
    );
    assert.equal(result.output.sensor, 'workshop: connected\nworkshopp: connected\nworkshop: connected\n');
    assert.match(remarks.join(), /how the program joins Wi-Fi is not tested/);
    const names = await runTwin(load('dns-failure'), { joined: joinedIn(undefined), figures: new Map() }, {});
    assert.match(names.result.output.sensor!, /^offline 203\.0\.113\.10 after 0 s\n/);
  });
});
