import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { skipUnless } from '../support/project.ts';
import { describeFiles, WYCHEPROOF } from './wycheproof.ts';
import { QUICK_FILES, SLOW_FILES } from './wycheproof-files.ts';

describeFiles(QUICK_FILES);

describe('Wycheproof', { skip: skipUnless(WYCHEPROOF) }, () => {
  it('is covered whole, here and in the slow set', () => {
    const files = readdirSync(WYCHEPROOF).filter((name) => name.endsWith('.json'));
    assert.deepEqual(files.sort(), [...Object.keys(QUICK_FILES), ...Object.keys(SLOW_FILES)].sort());
  });
});
