/** The whole catalogue as CI runs it, through the tool, in the order in which it is listed. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tool } from '../cli/tool.ts';
import { projectRoot } from '../support/project.ts';

const NAMES = readdirSync(join(projectRoot, 'scenarios')).sort();

describe('tls-sandbox test', () => {
  it('runs the whole catalogue', () => {
    const { status, stdout, stderr } = tool(['test']);
    assert.equal(stderr, '');
    assert.equal(status, 0, stdout);
    assert.deepEqual(
      stdout.split('\n').flatMap((line) => /^✓ (\S+)/.exec(line)?.[1] ?? []),
      NAMES,
    );
    assert.match(stdout, new RegExp(`^${NAMES.length} passed \\(${NAMES.length} in `, 'm'));
  });
});
