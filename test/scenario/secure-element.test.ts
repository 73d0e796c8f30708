import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { defineScenario } from '../../src/scenario/define.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { ScenarioError } from '../../src/scenario/problem.ts';
import { runScenario } from '../../src/scenario/run.ts';

after(closeDeviceWorkers);

const SIGN =
  'import secure_element\nprint(len(secure_element.public_key()), secure_element.sign(bytes(32))[:1])\n';

const loaded = (key: 'ec-p256' | 'ec-p384') =>
  defineScenario(
    {
      title: 'A device with a secure element',
      why: 'Its key is not in flash.',
      pki: {
        roots: { root: { subject: 'CN=Root' } },
        leaves: { sensor: { issuer: 'root', key, subject: 'CN=sensor' } },
      },
      hosts: {},
      devices: { sensor: { secureElement: 'sensor' } },
      expect: { devices: { sensor: { exit: 0, output: { contains: ["65 b'0'"] } } } },
    },
    { name: 'element', files: { 'main.py': SIGN } },
  );

describe('secureElement of a scenario', () => {
  it('puts the key of a certificate into an element on the board', async () => {
    assert.deepEqual((await runScenario(loaded('ec-p256'))).failures, []);
  });

  it('refuses a key that such an element cannot hold', async () => {
    await assert.rejects(runScenario(loaded('ec-p384')), (error) => {
      assert.ok(error instanceof ScenarioError);
      assert.match(error.message, /devices\.sensor\.secureElement: the key of 'sensor' is not on P-256/);
      return true;
    });
  });
});
