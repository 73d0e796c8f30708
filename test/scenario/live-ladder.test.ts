import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { buildLadder } from '../../src/report/ladder/build.ts';
import { LiveLadder } from '../../src/report/ladder/live.ts';
import type { Ladder, Moment, Row } from '../../src/report/ladder/model.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';

after(closeDeviceWorkers);

/** Losses, attackers, several devices, many connections, a lesson, a refusal, no answer. */
const SCENARIOS = [
  'mode2-server-auth',
  'mallory-in-the-middle-mode1',
  'mallory-in-the-middle-mode2',
  'gateway-mqtt',
  'loss-20-percent',
  'reconnect-with-back-off',
  'connection-cut-in-handshake',
  'keys-tampered-message',
];

async function traceOf(name: string): Promise<readonly TraceEvent[]> {
  return (await runScenario(loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml')))).events;
}

/** The ladder after each batch of so many events; the last time when the run is over. */
function grow(events: readonly TraceEvent[], batch: number, moment: Moment = 'running'): Ladder[] {
  const trace: TraceEvent[] = [];
  const live = new LiveLadder(trace);
  const seen: Ladder[] = [];
  for (let i = 0; i < events.length; i += batch) {
    trace.push(...events.slice(i, i + batch));
    seen.push(live.update(moment));
  }
  return [...seen, live.update('over')];
}

/** Rows that came above one that stood already, and those that went there: what somebody reads would move. */
function moving(before: readonly Row[], after: readonly Row[]): string[] {
  const lastKept = after.findLastIndex((row) => before.includes(row));
  const come = after.slice(0, Math.max(0, lastKept)).filter((row) => !before.includes(row));
  const stood = before.slice(0, before.findLastIndex((row) => after.includes(row)) + 1);
  const gone = stood.filter((row) => !after.includes(row));
  // One in the place of another, with more to say.
  return come.length === gone.length ? [] : [...come, ...gone].map((row) => JSON.stringify(row));
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
    'device-to-device',
    'door-button',
    'sensor-gateway-cloud',
    'tamper-data',
  ]) {
    it(`grows at its end while it goes on: nothing comes between rows that stand, or goes: ${name}`, async () => {
      const states = grow(await traceOf(name), 1);
      // What nobody has read is known when all is over.
      states.slice(1, -1).forEach(({ rows }, i) => {
        assert.deepEqual(moving(states[i]!.rows, rows), []);
      });
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
