/**
 * The whole catalogue: in one thread that gets warm, pass by pass, and as the command that CI starts, on all
 * processors. The first pass is what such a thread has before it: code that is not compiled yet.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';
import { type Row, report } from './measure.ts';
import { timeProcesses } from './processes.ts';

const PASSES = 4;
const RUNS = 3;

const catalogue = join(projectRoot, 'scenarios');
const files = readdirSync(catalogue).map((name) => join(catalogue, name, 'scenario.yaml'));
const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]!.model}`;

/** Reading included. */
async function pass(number: number): Promise<Row> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  for (const file of files) {
    const { passed, name } = await runScenario(loadScenario(file));
    if (!passed) throw new Error(`${name} does not pass`);
  }
  const { user, system } = process.cpuUsage(before);
  return {
    pass: String(number),
    processor: (user + system) / 1000 / files.length,
    wall: (performance.now() - start) / files.length,
  };
}

const passes: Row[] = [];
for (let number = 1; number <= PASSES; number++) passes.push(await pass(number));
await closeDeviceWorkers();
report(`milliseconds a scenario (${files.length} of them), one thread; ${machine}`, passes);

const workers = [1, availableParallelism()];
const times = timeProcesses(
  workers.map((count) => ['dist/cli.js', 'test', '--reporter', 'dot', '--workers', String(count)]),
  RUNS,
);
report(
  `seconds, medians of ${RUNS}; ${machine}`,
  times.map(({ processor, wall }, i) => ({
    command: `tls-sandbox test --workers ${workers[i]}`,
    processor: processor / 1000,
    wall: wall / 1000,
  })),
);
