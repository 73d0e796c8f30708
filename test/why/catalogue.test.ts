import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { readCapture } from '../../src/capture/read.ts';
import { traceOfCapture } from '../../src/capture/trace-of-capture.ts';
import { renderPcapng } from '../../src/report/pcapng.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { type LoadedScenario, loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { CAUSES } from '../../src/why/causes-data.ts';
import { whyText, whyTrace } from '../../src/why/why.ts';
import { projectRoot } from '../support/project.ts';

const folder = join(projectRoot, 'scenarios');
const scenarios = new Map<string, LoadedScenario>(
  readdirSync(folder).map((name) => [name, loadScenario(join(folder, name, 'scenario.yaml'))]),
);

/** An exception, in an expectation's exception or in what a program shall have printed. */
const EXCEPTION =
  /MBEDTLS_ERR|Errno|OSError|ValueError|ETIMEDOUT|The certificate |task_wdt|refused by the broker/;

interface Raised {
  readonly scenario: string;
  readonly text: string;
}

const raised: readonly Raised[] = [...scenarios].flatMap(([scenario, loaded]) =>
  Object.values(loaded.scenario.expect.devices).flatMap(({ exception, output }) => [
    ...(exception === undefined ? [] : [{ scenario, text: `${exception.type}: ${exception.text ?? ''}` }]),
    ...[...(output?.contains ?? []), ...(output?.lines ?? [])]
      .filter((text) => EXCEPTION.test(text))
      .map((text) => ({ scenario, text })),
  ]),
);

/** Scenarios whose exception is their own program's: text that no firmware raises. */
const OF_THE_PROGRAM = new Set(['slow-server 5 [Errno 110] ETIMEDOUT']);

describe('why, asked with every exception that the catalogue expects', () => {
  it('finds many of them', () => assert.ok(raised.length > 70, String(raised.length)));

  for (const { scenario, text } of raised) {
    it(`${scenario}: ${text}`, () => {
      const { suspicions } = whyText(text);
      assert.ok(suspicions.length > 0, 'not known');
      const named = suspicions.flatMap(({ cause }) => cause.scenarios);
      // What ends another part of the same program shows in other scenarios, too.
      const own = CAUSES.filter((cause) => cause.scenarios.includes(scenario));
      if (own.length > 0 && !OF_THE_PROGRAM.has(`${scenario} ${text}`)) {
        assert.ok(named.includes(scenario), `names ${named.join(', ')}`);
      }
    });
  }

  it('knows a cause for every refusal that ends in an exception', () => {
    const known = new Set(CAUSES.flatMap((cause) => cause.scenarios));
    const missing = [...scenarios].filter(
      ([name, { scenario }]) =>
        Object.values(scenario.expect.devices).some(({ exception }) => exception !== undefined) &&
        !known.has(name),
    );
    assert.deepEqual(
      missing.map(([name]) => name),
      [],
    );
  });
});

/** Whether the first cause named is that of the scenario; or one of them, where others look alike. */
function assertNamed(name: string, events: readonly TraceEvent[], isFirst: boolean): void {
  const { suspicions } = whyTrace(events, nodeProvider);
  const named = isFirst ? suspicions.slice(0, 1) : suspicions;
  assert.ok(
    named.some(({ cause }) => cause.scenarios.includes(name)),
    suspicions.map(({ cause, score }) => `${cause.id} ${score}`).join(', '),
  );
}

describe('why, shown a run', () => {
  after(closeDeviceWorkers);

  /** Several causes look alike even from outside. */
  const alikeInTraces = new Set([
    'cert-leaf-anchor',
    'cert-reversed-order',
    'dns-spoofing-mode2',
    'mode1-psk-on-ssl-context',
  ]);
  /** And on the wire, where it is not to be seen whom the board trusts. */
  const alikeInCaptures = new Set([
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

  for (const [name, loaded] of scenarios) {
    const { devices, handshakes = [] } = loaded.scenario.expect;
    const raises = Object.values(devices).some(({ exception }) => exception !== undefined);
    const alerts = handshakes.some(
      ({ alert, from }) => alert?.by === from && from in loaded.scenario.devices,
    );
    if (!raises && !alerts) continue;
    it(`names ${name}${raises ? ', by its trace' : ''}${alerts ? ', by a capture without any key' : ''}`, async () => {
      const { events } = await runScenario(loaded);
      if (raises) assertNamed(name, events, !alikeInTraces.has(name));
      if (!alerts) return;
      const capture = readCapture(renderPcapng(events));
      const trace = traceOfCapture(capture, { crypto: nodeProvider, name: 'capture', keyLog: '' });
      assertNamed(name, trace, !alikeInCaptures.has(name));
    });
  }
});

describe('what why knows', () => {
  const shipped = new Set(scenarios.keys());

  it('names scenarios that exist', () => {
    for (const { id, scenarios: names, fix, hints } of CAUSES) {
      for (const name of [...names, fix.scenario]) assert.ok(shipped.has(name), `${id}: ${name}`);
      for (const { scenario } of hints ?? []) {
        assert.ok(scenario === undefined || names.includes(scenario), `${id}: ${scenario}`);
      }
    }
  });

  it('mends each with a scenario in which a connection comes about in the end', () => {
    for (const { id, fix } of CAUSES) {
      const { expect } = scenarios.get(fix.scenario)!.scenario;
      const exceptions = Object.values(expect.devices).filter(({ exception }) => exception !== undefined);
      assert.deepEqual(exceptions, [], `${id}: ${fix.scenario}`);
      const reached =
        expect.handshakes === undefined || expect.handshakes.some((each) => each.outcome === 'established');
      assert.ok(reached, `${id}: ${fix.scenario}`);
    }
  });

  it('tells each cause once', () => {
    assert.equal(new Set(CAUSES.map(({ id }) => id)).size, CAUSES.length);
  });
});
