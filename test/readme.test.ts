import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from './support/project.ts';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');

/** What stands below a command of a recording, up to the next command or the recording's end. */
function shownAfter(command: string): string {
  const lines = readme.split('\n');
  const begin = lines.indexOf(`    $ ${command}`) + 1;
  assert.ok(begin > 0, `README.md does not show ${command}`);
  const length = lines.slice(begin).findIndex((line) => /^ {4}\$ |^[^ ]/.test(line));
  return lines
    .slice(begin, begin + length)
    .map((line) => line.slice(4))
    .join('\n');
}

describe('the README', () => {
  it('shows what `npm start` prints', () => {
    const { start } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).scripts;
    const [program, ...args] = start.split(' ').slice(1);
    const printed = execFileSync(process.execPath, [program, ...args], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    // The last line tells the wall time, which is another every time.
    const shown = printed.slice(0, printed.lastIndexOf('\n✓')).trimEnd();
    assert.ok(readme.includes(shown), 'README.md is out of date: paste the output of `npm start`');
  });

  it('shows what `why` prints of the log that it shows', () => {
    const log = shownAfter('cat serial.log');
    const printed = execFileSync(process.execPath, ['dist/cli.js', 'why'], {
      cwd: projectRoot,
      encoding: 'utf8',
      input: log,
    });
    assert.equal(shownAfter('npx tls-sandbox why serial.log').trim(), printed.trim());
  });
});
