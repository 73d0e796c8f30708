// Runs the built tests with node:test: all of them, or those whose path holds one of the arguments.
// Sets that `npm test` leaves out have a folder of their own, named as the first argument: `--set interop`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const SLOW_SETS = ['interop', 'slow', 'browser', 'bench'];

const args = process.argv.slice(2);
const set = args[0] === '--set' ? args.splice(0, 2)[1] : undefined;

const files = readdirSync(join(root, 'dist/test'), { recursive: true })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) =>
    set ? name.startsWith(`${set}/`) : !SLOW_SETS.some((slow) => name.startsWith(`${slow}/`)),
  )
  .filter((name) => args.length === 0 || args.some((part) => name.includes(part)))
  .map((name) => join(root, 'dist/test', name));

if (files.length === 0) {
  console.error(`no test file matches ${args.join(' ') || set}`);
  process.exit(2);
}
// A set that is run as a whole may have a reporter of its own.
const reporter = join(root, `dist/test/${set}/reporter.js`);
const reporting =
  set && args.length === 0 && existsSync(reporter)
    ? [`--test-reporter=${pathToFileURL(reporter)}`, '--test-reporter-destination=stdout']
    : [];

const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--test', '--test-concurrency=2', ...reporting, ...files],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
