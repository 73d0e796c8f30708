/**
 * Runs many command lines in one process, each through the tool's own entry: `node many-commands.js FILE`,
 * FILE being JSON, an array of argument lists. Prints the exit status of each as a JSON array.
 */
import { readFileSync } from 'node:fs';
import { main } from '../../src/cli/program.ts';

const lines: string[][] = JSON.parse(readFileSync(process.argv[2]!, 'utf8'));
const statuses: unknown[] = [];
const { write } = process.stdout;
// `main` listens for the end of the pipe each time it is called.
process.stdout.setMaxListeners(0);
process.stdout.write = () => true;
for (const args of lines) {
  process.exitCode = undefined;
  await main(args);
  statuses.push(process.exitCode);
}
process.stdout.write = write;
process.exitCode = 0;
process.stdout.write(JSON.stringify(statuses));
