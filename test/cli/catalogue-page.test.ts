import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { projectRoot } from '../support/project.ts';

it('docs/catalogue.md is what `tls-sandbox list --markdown` prints', () => {
  const printed = execFileSync(process.execPath, ['dist/cli.js', 'list', '--markdown'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  const page = readFileSync(join(projectRoot, 'docs/catalogue.md'), 'utf8');
  assert.ok(page === printed, 'run `npx tls-sandbox list --markdown > docs/catalogue.md`');
});
