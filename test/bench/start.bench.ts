/** What starting the tool takes, as whole processes, beside Node with nothing to do. */
import { cpus } from 'node:os';
import { report } from './measure.ts';
import { timeProcesses } from './processes.ts';

const RUNS = 15;

const COMMANDS = {
  'node -e 0': ['-e', '0'],
  'tls-sandbox --version': ['dist/cli.cjs', '--version'],
  'tls-sandbox micropython -c pass': ['dist/cli.cjs', 'micropython', '-c', 'pass'],
  'tls-sandbox run mode2-server-auth': ['dist/cli.cjs', 'run', 'mode2-server-auth'],
} as const;

const names = Object.keys(COMMANDS);
const times = timeProcesses(Object.values(COMMANDS), RUNS);
const [node] = times;
report(
  `milliseconds, medians of ${RUNS}; Node ${process.version}, ${cpus().length} × ${cpus()[0]!.model}`,
  times.map(({ processor, wall }, i) => ({
    command: names[i]!,
    processor: Math.round(processor),
    wall: Math.round(wall),
    'wall above node': Math.round(wall - node!.wall),
    'wall / node': wall / node!.wall,
  })),
);
