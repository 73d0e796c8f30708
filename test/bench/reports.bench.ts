/**
 * What shows a run, over a run and one ten times as long: the time should be ten times as long too. How often events are
 * looked at is tested (test/slow/linear-reports.test.ts); here stands what that comes to.
 */
import { join } from 'node:path';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { readCapture } from '../../src/capture/read.ts';
import { traceOfCapture } from '../../src/capture/trace-of-capture.ts';
import { computeFigures } from '../../src/report/figures.ts';
import { renderTracePage } from '../../src/report/html/page.ts';
import { parseJsonLines, renderJsonLines } from '../../src/report/json-lines.ts';
import { buildLadder } from '../../src/report/ladder/build.ts';
import { renderPcapng } from '../../src/report/pcapng.ts';
import { renderRun } from '../../src/report/run-report.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { goingOn } from '../report/long-trace.ts';
import { projectRoot } from '../support/project.ts';
import { report } from './measure.ts';

const COPIES = [20, 200];

/** Each with what it reads, which is made before the clock runs. */
const READERS: Readonly<Record<string, (events: readonly TraceEvent[]) => () => unknown>> = {
  buildLadder: (events) => () => buildLadder(events),
  renderRun: (events) => () => renderRun(events, { color: false, width: 100 }),
  'HTML page': (events) => () => renderTracePage(events, nodeProvider),
  figures: (events) => () => computeFigures(events),
  'pcapng, written': (events) => () => renderPcapng(events),
  'pcapng, read': (events) => {
    const file = renderPcapng(events);
    return () => traceOfCapture(readCapture(file), { crypto: nodeProvider, name: 'capture' });
  },
  'JSON lines, written': (events) => () => renderJsonLines(events),
  'JSON lines, read': (events) => {
    const text = renderJsonLines(events);
    return () => parseJsonLines(text);
  },
};

function milliseconds(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

const scenario = loadScenario(join(projectRoot, 'scenarios/mode2-server-auth/scenario.yaml'));
const { events } = await runScenario(scenario);
closeDeviceWorkers();
const [short, long] = COPIES.map((times) => goingOn(events, times)) as [TraceEvent[], TraceEvent[]];

report(
  `reports of ${short.length} and of ${long.length} events, milliseconds`,
  Object.entries(READERS).map(([name, reader]) => {
    // Once for the compiler, then for the clock.
    milliseconds(reader(short));
    const [few, many] = [milliseconds(reader(short)), milliseconds(reader(long))];
    return { report: name, short: few, long: many, ratio: many / few };
  }),
);
