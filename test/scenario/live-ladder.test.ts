import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { buildLadder } from '../../src/report/ladder/build.ts';
import type { Ladder, Row } from '../../src/report/ladder/model.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { grow, moving } from '../support/growing-ladder.ts';
import { projectRoot } from '../support/project.ts';

after(closeDeviceWorkers);

/** Losses, attackers, several devices, a lesson; test/slow/growing-ladder has the whole catalogue. */
const SCENARIOS = [
  'mallory-in-the-middle-mode2',
  'gateway-mqtt',
  'connection-cut-in-handshake',
  'keys-tampered-message',
];

async function traceOf(name: string): Promise<readonly TraceEvent[]> {
  return (await runScenario(loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml')))).events;
}

/** Rows by their text, so that a difference is readable. */
function told({ lanes, rows }: Ladder): unknown {
  return { lanes, rows: rows.map((row) => JSON.stringify(row)) };
}

describe('the ladder of a run that goes on', () => {
  for (const name of SCENARIOS) {
    it(`is in the end that of the whole trace: ${name}`, async () => {
      const events = await traceOf(name);
      const whole = told(buildLadder(events));
      for (const batch of [1, 17, events.length]) {
        assert.deepEqual(told(grow(events, batch).at(-1)!), whole, `${batch} events at a time`);
      }
    });
  }

  for (const name of [
    ...SCENARIOS,
    // Ends that nobody hears of, messages that nobody reads, an attacker who dials whom she has answered for.
    'expired-certificate',
    'two-tls-sockets-no-room',
    'fake-access-point-mode1',
  ]) {
    it(`grows at its end while it goes on: nothing comes between rows that stand, or goes: ${name}`, async () => {
      assert.deepEqual(moving(grow(await traceOf(name), 1)), []);
    });
  }

  it('has a message on its way where it is paused, and leaves alone what stands', async () => {
    const events = await traceOf('mode2-server-auth');
    const states = grow(events, 1, 'paused');
    const isHello = (row: Row) => row.kind === 'arrow' && row.name === 'ServerHello';
    const hellos = states.flatMap(({ rows }) => rows.filter(isHello));
    assert.equal(hellos[0]!.pending, true);
    assert.equal(hellos.at(-1)!.pending, undefined);
    assert.ok(hellos[0]!.t < hellos.at(-1)!.t);
    const kept = states.at(-2)!.rows.filter((row) => states.at(-1)!.rows.includes(row));
    assert.equal(kept.length, states.at(-2)!.rows.length);
  });
});
