// Runs the built benchmarks one after another: all of them, or those whose path holds one of the arguments.
// --peers installs the implementations that peers.bench.ts compares with; --json makes rows for a program.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'dist/test/bench');
const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.js'))
  .filter((name) => names.length === 0 || names.some((part) => name.includes(part)));

if (files.length === 0) {
  console.error(`no benchmark matches ${names.join(' ')}`);
  process.exit(2);
}
if (args.includes('--peers')) installPeers();
const flags = args.filter((arg) => arg === '--json');
for (const file of files) {
  const command = ['--enable-source-maps', join(folder, file), ...flags];
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Beside the project's own packages, where neither the compiler nor the bundler looks. */
function installPeers() {
  const cache = join(root, 'node_modules/.cache/tls-peers');
  mkdirSync(cache, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    cpSync(join(root, 'test/bench/peers', name), join(cache, name));
  }
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
  const install = [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(command, install, { cwd: cache, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
