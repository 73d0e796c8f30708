/** Times commands as whole processes, in turn, so that a busy machine slows all alike. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../support/project.ts';

const USAGE = pathToFileURL(join(projectRoot, 'dist/test/bench/usage.js')).href;

/** Milliseconds. Of the processor: all threads, up to the process's end, without what taking it down costs. */
export interface ProcessTimes {
  readonly processor: number;
  readonly wall: number;
}

/** Medians of so many runs after one that does not count; each command is what stands behind `node`. */
export function timeProcesses(commands: readonly (readonly string[])[], runs: number): ProcessTimes[] {
  const times: ProcessTimes[][] = commands.map(() => []);
  for (let run = 0; run <= runs; run++) {
    for (const [i, command] of commands.entries()) {
      const time = timeOf(command);
      if (run > 0) times[i]!.push(time);
    }
  }
  return times.map((each) => ({
    processor: median(each.map(({ processor }) => processor)),
    wall: median(each.map(({ wall }) => wall)),
  }));
}

function timeOf(command: readonly string[]): ProcessTimes {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', USAGE, ...command], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const wall = performance.now() - start;
  if (status !== 0) throw new Error(`node ${command.join(' ')}: exit status ${status}\n${stderr}`);
  return { processor: Number(stderr.trim().split('\n').at(-1)), wall };
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
