import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { renderJsonLines } from '../../src/report/json-lines.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { exportFile } from './export.ts';

/** Each has something the others have not: a refusal, a client certificate, two devices, attackers, faults, TLS 1.3, MQTT. */
const SCENARIOS = [
  'mode2-server-auth',
  'mode3-mutual-tls',
  'expired-certificate',
  'device-to-device',
  'forged-key-exchange',
  'wifi-drop-mid-handshake',
  'mqtt-mutual-tls',
];

after(() => closeDeviceWorkers());

async function headlessTrace(name: string): Promise<string> {
  const loaded = loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml'));
  return renderJsonLines((await runScenario(loaded)).events);
}

describe('a scenario in the browser', { skip: cannotBrowse }, () => {
  for (const name of SCENARIOS) {
    it(`leaves the same trace as headless, to the byte: ${name}`, async () => {
      const page = await newPage();
      await openScenario(page, await serve(), name);
      const inBrowser = (await exportFile(page, 'Trace (JSON lines)')).split('\n');
      const headless = (await headlessTrace(name)).split('\n');
      const different = headless.findIndex((line, i) => line !== inBrowser[i]);
      assert.equal(
        different,
        -1,
        `line ${different + 1}: ${inBrowser[different]} instead of ${headless[different]}`,
      );
      assert.equal(inBrowser.length, headless.length);
      await page.context().close();
    });
  }
});
