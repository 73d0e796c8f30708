// Runs the built benchmarks one after another: all of them, or those whose path holds one of the arguments.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../dist/test/bench', import.meta.url));
const args = process.argv.slice(2);

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.js'))
  .filter((name) => args.length === 0 || args.some((part) => name.includes(part)));

if (files.length === 0) {
  console.error(`no benchmark matches ${args.join(' ')}`);
  process.exit(2);
}
for (const file of files) {
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', join(folder, file)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
