/** What a scenario expects, held against a run of which nobody sees the inside. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { expectationsOnBoard } from '../../src/mirror/parity/expectations.ts';
import { renderParityJunit } from '../../src/mirror/parity/junit.ts';
import { renderParityPage } from '../../src/mirror/parity/render-html.ts';
import { renderParity, renderRow } from '../../src/mirror/parity/render-text.ts';
import {
  type ExpectationLine,
  expectationsInWords,
  type ParityReport,
} from '../../src/mirror/parity/report.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { type RunResult, runScenario } from '../../src/scenario/run.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { projectRoot } from '../support/project.ts';

after(closeDeviceWorkers);

const DEVICE = 'sensor';

/** What a board would show: nothing of the device's inside. */
const asBoard = (all: readonly TraceEvent[]) =>
  all.filter(
    ({ actor, type }) => actor !== DEVICE || /^(device\.(output|exception|exit)|tcp\.state)$/.test(type),
  );

class Case {
  scenario!: Scenario;
  emulated!: RunResult;

  constructor(name: string) {
    before(async () => {
      const loaded = loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml'));
      this.scenario = loaded.scenario;
      this.emulated = await runScenario(loaded);
    });
  }

  lines(change: (event: TraceEvent) => TraceEvent | undefined = (event) => event): ExpectationLine[] {
    const { scenario, emulated } = this;
    const events = asBoard(emulated.events).flatMap((event) => change(event) ?? []);
    return expectationsOnBoard(scenario, events, emulated.events);
  }

  unmet(change?: (event: TraceEvent) => TraceEvent | undefined) {
    return this.lines(change)
      .filter(({ verdict }) => verdict === 'not met')
      .map(({ what, expected, observed }) => [what, expected, observed]);
  }
}

describe('expectations on a board', () => {
  const refused = new Case('refuse-wrong-host');
  const mode3 = new Case('mode3-mutual-tls');
  const mallory = new Case('mallory-in-the-middle-mode1');

  it('are met by what peers and console show; what happens inside is not observable', () => {
    const lines = refused.lines();
    assert.deepEqual(
      lines.map(({ what, verdict }) => `${what}: ${verdict}`),
      [
        'sensor: exception: met',
        'sensor: exit status: met',
        'handshake 1, sensor → api.example.com: outcome: met',
        'handshake 1, sensor → api.example.com: failingCheck: not observable',
        'handshake 1, sensor → api.example.com: alert: met',
      ],
    );
    assert.equal(expectationsInWords(lines), '4 met, 0 not met, 1 not observable');
  });

  it('of an alert that the server has not read are not observable', () => {
    // It has sent one of its own instead.
    const lines = refused.lines((event) =>
      event.type === 'tls.alert' ? { ...event, direction: 'sent', description: 'protocol_version' } : event,
    );
    const { verdict, note } = lines.find(({ what }) => what.endsWith(': alert'))!;
    assert.equal(verdict, 'not observable');
    assert.match(note!, /the server gave up by itself/);
  });

  it('have limits with their units', () => {
    const { scenario, emulated } = refused;
    const budgets = { handshake: 2e9, wireBytes: 4000, handshakeBytes: 10, roundTrips: 2 };
    const limited = { ...scenario, expect: { ...scenario.expect, budgets } };
    const events = asBoard(emulated.events);
    assert.deepEqual(
      expectationsOnBoard(limited, events, emulated.events)
        .filter(({ what }) => what.startsWith('limit'))
        .map(({ what, expected, verdict }) => `${what} ${expected}: ${verdict}`),
      [
        'limit: handshake at most 2.000 s: not observable',
        'limit: wireBytes at most 4000 bytes: not observable',
        'limit: handshakeBytes at most 10 bytes: not met',
        'limit: roundTrips at most 2: met',
      ],
    );
  });

  it('are met in mutual TLS and past an attacker', () => {
    for (const each of [mode3, mallory]) {
      assert.deepEqual(each.unmet(), []);
      assert.ok(each.lines().filter(({ verdict }) => verdict === 'met').length >= 5);
    }
  });

  it('are not met by another alert, exception or exit status, each for itself', () => {
    assert.deepEqual(
      refused.unmet((event) => {
        if (event.type === 'tls.alert') return { ...event, description: 'certificate_unknown' };
        if (event.type === 'device.exception') return { ...event, name: 'OSError', message: '-9984' };
        return event.type === 'device.exit' ? { ...event, status: 3 } : event;
      }),
      [
        [
          'sensor: exception',
          "ValueError with 'The certificate Common Name (CN) does not match with the expected CN'",
          'OSError: -9984',
        ],
        ['sensor: exit status', '1', '3 (exception)'],
        [
          'handshake 1, sensor → api.example.com: alert',
          'bad_certificate by sensor',
          'certificate_unknown by sensor',
        ],
      ],
    );
  });

  it('are not met by another outcome, of which all else follows', () => {
    const lines = mode3.lines((event) => (event.type === 'tls.established' ? undefined : event));
    assert.ok(lines.some(({ what, verdict }) => what.endsWith(': outcome') && verdict === 'not met'));
    const suite = lines.filter(({ what }) => /: (suite|clientAuthenticated)$/.test(what));
    assert.ok(suite.length > 0);
    for (const { verdict, note } of suite)
      assert.deepEqual([verdict, note], ['not observable', 'the handshake came out otherwise']);
  });

  it('are not met by no handshake at all, nor by one too many', () => {
    const none = refused.unmet((event) => (event.type.startsWith('tls.') ? undefined : event));
    assert.deepEqual(none, [['handshake 1, sensor → api.example.com: outcome', 'failed', 'there was none']]);
    const rest = refused.lines((event) => (event.type.startsWith('tls.') ? undefined : event));
    assert.equal(rest.find(({ what }) => what.endsWith(': alert'))?.verdict, 'not observable');
    const { scenario } = mode3;
    const unasked = { ...scenario, expect: { ...scenario.expect, handshakes: [] } };
    const lines = expectationsOnBoard(unasked, asBoard(mode3.emulated.events), []);
    assert.ok(lines.some(({ verdict, expected }) => verdict === 'not met' && expected === 'none'));
  });

  it('say where the emulated run does not meet them either', () => {
    const { scenario, emulated } = refused;
    const devices = { sensor: { ...scenario.expect.devices[DEVICE], exit: 5 } };
    const other = { ...scenario, expect: { ...scenario.expect, devices } };
    const line = (others: readonly TraceEvent[]) =>
      expectationsOnBoard(other, asBoard(emulated.events), others).find(({ what }) => /exit/.test(what))!;
    const { verdict, note } = line(emulated.events);
    assert.deepEqual([verdict, note], ['not met', 'nor in the emulated run']);
    const exits = emulated.events.map((event) =>
      event.type === 'device.exit' ? { ...event, status: 5 } : event,
    );
    assert.equal(line(exits).note, undefined);
  });

  describe('in the report', () => {
    const report = (): ParityReport => ({
      name: 'refuse-wrong-host',
      title: 'A title',
      device: '/dev/ttyUSB0',
      boardIs: 'MicroPython',
      probe: {},
      network: { joining: 2310, roundTrip: 11.2 },
      profile: 'esp32',
      remarks: [],
      lines: [{ section: 'program', what: 'exit status', verdict: 'equal', emulated: '3', board: '3' }],
      expectations: refused.lines((event) =>
        event.type === 'device.exit' ? { ...event, status: 3 } : event,
      ),
    });

    it('have a section of their own on a terminal, and do not count for parity', () => {
      const text = renderParity(report(), { color: false, width: 80 });
      assert.match(
        text,
        /what the scenario expects, on the board: 3 met, 1 not met, 1 not observable\n {2}✓ sensor: exception +ValueError with/,
      );
      assert.match(text, /✗ sensor: exit status\n {6}expected {2}1\n {6}observed {2}3 \(exception\)\n/);
      assert.match(text, /\n {2}✓ handshake 1, sensor → api\.example\.com: outcome {2}failed\n/);
      assert.match(text, /\nparity: 1 equal, 0 different, 0 not comparable\n$/);
      assert.ok(text.split('\n').every((line) => line.length <= 80));
    });

    it('are told in the line of one of many', () => {
      const line = renderRow({ name: 'x', report: report() }, 1, { color: false, width: 200 });
      assert.match(line, /✓ x .*; the board does not meet 1 of 5 expectations/);
    });

    it('stand in the page and in JUnit, where the case passes', () => {
      const page = renderParityPage([{ name: 'x', report: report() }]);
      assert.match(page, /what the scenario expects, on the board<\/b> <small>3 met, 1 not met/);
      const xml = renderParityJunit([{ name: 'x', file: 'f', tags: [], milliseconds: 1, report: report() }]);
      assert.match(
        xml,
        /<system-out>what the scenario expects.*\n.*not met: sensor: exit status: expected 1; observed 3 \(exception\)/s,
      );
      assert.doesNotMatch(xml, /<failure/);
    });
  });
});
