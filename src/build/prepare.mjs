// Makes a fresh clone runnable: installs when node_modules is missing or older than the lock file, builds
// when dist is missing or older than a source. Plain JavaScript on Node alone, since nothing is there yet.
// With --page the page in dist/web as well, which few want and takes a while.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
// Tests look at parts of the page as well.
const SOURCES = ['src', 'emulator', 'test', 'web', 'package-lock.json'];
const PAGE_SOURCES = ['src', 'emulator', 'web', 'scenarios', 'package-lock.json'];

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  process.exit(status ?? 1);
}

const installed = modified(join(root, 'node_modules/.package-lock.json'));
if (installed === 0 || installed < modified(join(root, 'package-lock.json'))) {
  console.error('installing dependencies (npm ci) …');
  // npm_execpath names the npm that runs this script; on Windows plain "npm" is not executable.
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
  run(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Runs a build script unless what it made last is younger than all it is made of. */
function build(script, product, sources) {
  const built = modified(join(root, product));
  const stale = built === 0 || sources.some((source) => newest(join(root, source)) > built);
  if (!stale && !process.argv.includes('--force')) return;
  console.error(`building ${product.split('/').slice(0, -1).join('/')} …`);
  run(process.execPath, [join(root, 'src/build', script)]);
}

build('build.mjs', 'dist/build.json', SOURCES);
if (process.argv.includes('--page')) build('page.mjs', 'dist/web/index.html', PAGE_SOURCES);

// npm links the commands of dependencies but not a project's own; with this `npx tls-sandbox` works here too.
const command = join(root, 'node_modules/.bin/tls-sandbox');
if (process.platform === 'win32') {
  writeFileSync(`${command}.cmd`, '@node "%~dp0\\..\\..\\dist\\cli.cjs" %*\r\n');
} else if (!existsSync(command)) {
  symlinkSync('../../dist/cli.cjs', command);
}
for (const name of ['cli.cjs', 'cli.js']) chmodSync(join(root, 'dist', name), 0o755);
