import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { readCapture } from '../../src/capture/read.ts';
import { traceOfCapture } from '../../src/capture/trace-of-capture.ts';
import { renderPcapng } from '../../src/report/pcapng.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { whyTrace } from '../../src/why/why.ts';
import { projectRoot } from '../support/project.ts';

/** On the wire these look like another cause, which is then named first: whom the board trusts is not to be seen. */
const AMONG = new Set([
  'cert-leaf-anchor',
  'cert-reversed-order',
  'dns-spoofing-mode2',
  'mallory-in-the-middle-mode2',
  'public-ca-which-root',
  'refuse-bad-signature',
  'refuse-expired-root',
  'refuse-no-ca-loaded',
  'tamper-certificate',
]);

const folder = join(projectRoot, 'scenarios');
const refused = readdirSync(folder)
  .map((name) => loadScenario(join(folder, name, 'scenario.yaml')))
  .filter(({ scenario }) =>
    scenario.expect.handshakes?.some(({ alert, from }) => alert?.by === from && from in scenario.devices),
  );

describe('why, shown a capture without any key', () => {
  after(closeDeviceWorkers);

  for (const loaded of refused) {
    it(`names ${loaded.name}`, async () => {
      const { events } = await runScenario(loaded);
      const capture = readCapture(renderPcapng(events));
      const trace = traceOfCapture(capture, { crypto: nodeProvider, name: 'capture', keyLog: '' });
      const { suspicions } = whyTrace(trace, nodeProvider);
      const named = suspicions.slice(0, AMONG.has(loaded.name) ? undefined : 1);
      assert.ok(
        named.some(({ cause }) => cause.scenarios.includes(loaded.name)),
        suspicions.map(({ cause, score }) => `${cause.id} ${score}`).join(', '),
      );
    });
  }
});
