import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { folder, tool } from './tool.ts';

describe('tls-sandbox init', () => {
  it('writes a scenario that passes, and names the schema that editors check it with', () => {
    const { status, stdout, stderr } = tool(['init', 'mine']);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.match(stdout, /mine\/scenario\.yaml\nmine\/main\.py\n/);
    const yaml = readFileSync(join(folder, 'mine/scenario.yaml'), 'utf8');
    const [, address] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(yaml)!;
    const schema = JSON.parse(
      readFileSync(join(dirname(join(folder, 'mine/scenario.yaml')), address!), 'utf8'),
    );
    assert.deepEqual(schema.required, ['title', 'why']);
    assert.match(schema.properties.steps.items.properties['wait-serial'].description, /printed this text/);
    const run = tool(['test', 'mine']);
    assert.equal(run.status, 0, run.stdout + run.stderr);
  });

  it('overwrites nothing', () => {
    tool(['init', 'twice']);
    const { status, stderr } = tool(['init', 'twice']);
    assert.equal(status, 2);
    assert.equal(stderr, 'twice/scenario.yaml is there already; it stays as it is\n');
  });
});
