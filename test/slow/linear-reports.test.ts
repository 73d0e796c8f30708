import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { reportAttackers } from '../../src/report/attackers.ts';
import { shownChains } from '../../src/report/certificates.ts';
import { computeFigures } from '../../src/report/figures.ts';
import { renderTracePage } from '../../src/report/html/page.ts';
import { renderJsonLines } from '../../src/report/json-lines.ts';
import { keySteps } from '../../src/report/key-steps.ts';
import { buildLadder } from '../../src/report/ladder/build.ts';
import { panelsOf } from '../../src/report/ladder/panels.ts';
import { renderPcapng } from '../../src/report/pcapng.ts';
import { renderRun } from '../../src/report/run-report.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { summariseHandshakes } from '../../src/scenario/summary.ts';
import { readTrace } from '../../src/why/read-trace.ts';
import { counting, goingOn } from '../report/long-trace.ts';
import { projectRoot } from '../support/project.ts';

after(closeDeviceWorkers);

const SHORT = 2;
const LONG = 10 * SHORT;

const PROJECTIONS: Readonly<Record<string, (events: readonly TraceEvent[]) => unknown>> = {
  ladder: buildLadder,
  report: (events) => renderRun(events, { color: false, width: 100 }),
  'HTML page': (events) => renderTracePage(events, nodeProvider),
  capture: renderPcapng,
  'JSON lines': renderJsonLines,
  figures: computeFigures,
  'key steps': (events) => keySteps(events, nodeProvider),
  certificates: (events) => shownChains(events, nodeProvider),
  attackers: reportAttackers,
  'handshake summaries': summariseHandshakes,
  'lines for why': (events) => readTrace(events, nodeProvider),
};

function looksAt(project: (events: readonly TraceEvent[]) => unknown, events: readonly TraceEvent[]): number {
  const { objects, looks } = counting(events);
  project(objects);
  return looks();
}

async function traceOf(name: string): Promise<readonly TraceEvent[]> {
  return (await runScenario(loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml')))).events;
}

/** Without who booted, as a capture is: then `why` reads what goes in the open. */
function asCaptured(events: readonly TraceEvent[]): TraceEvent[] {
  return events.filter(({ type }) => type !== 'device.boot');
}

describe('a trace ten times as long is looked at about ten times as often', () => {
  for (const name of [
    'mallory-in-the-middle-mode1',
    'refuse-wrong-host',
    'tamper-server-key-exchange',
    'connection-cut-in-handshake',
  ]) {
    it(`after ${name}`, async () => {
      const events = await traceOf(name);
      for (const [what, project] of Object.entries(PROJECTIONS)) {
        const short = looksAt(project, goingOn(events, SHORT));
        const long = looksAt(project, goingOn(events, LONG));
        assert.ok(long < 11 * short, `${what}: ${short} looks, then ${long}`);
      }
      const captured = asCaptured(events);
      const why = (trace: readonly TraceEvent[]) => readTrace(trace, nodeProvider);
      const short = looksAt(why, goingOn(captured, SHORT));
      assert.ok(looksAt(why, goingOn(captured, LONG)) < 11 * short, 'lines for why, of a capture');
    });
  }

  it('also where many boards have drawings of their own', () => {
    const looks = (boards: number) => {
      const names = Array.from({ length: boards }, (_, i) => `board-${i}`);
      const lane = (actor: string, isDevice: boolean) => ({
        actor,
        subtitle: '',
        isDevice,
        isAttacker: false,
      });
      const lanes = [...names.map((name) => lane(name, true)), lane('server', false)];
      const { objects: rows, looks } = counting(
        names.map(
          (from, order) =>
            ({
              kind: 'arrow',
              t: 0,
              order,
              from,
              to: 'server',
              stroke: 'thin',
              name: 'x',
              phrases: [],
              tone: 'plain',
            }) as const,
        ),
      );
      const panels = panelsOf({ lanes, rows }, 3);
      assert.equal(panels.length, boards);
      assert.ok(panels.every((panel) => panel.lanes.length === 2 && panel.rows.length === 1));
      return looks();
    };
    assert.ok(looks(200) < 11 * looks(20));
  });
});

describe('a long run', () => {
  it('has figures, however many samples of the heap there are', () => {
    const heap = { type: 'device.heap', reason: '', used: 5, free: 3, largestBlock: 2, peak: 7 } as const;
    const events = Array.from({ length: 200_000 }, (_, t): TraceEvent => ({ t, actor: 'board', ...heap }));
    const [device] = computeFigures(events).devices;
    assert.deepEqual(device!.heap, { peak: 7, least: 3, leastBlock: 2, connections: [] });
  });
});
