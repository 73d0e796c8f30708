/** A page drives boards with the same client: what it needs of the mirror knows no Node. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { projectRoot } from '../support/project.ts';

describe('the raw REPL, the probe and the copying of files', () => {
  it('bundle for a browser', async () => {
    const { errors } = await build({
      absWorkingDir: projectRoot,
      entryPoints: ['src/mirror/board/session.ts', 'src/mirror/board/files.ts', 'src/mirror/run/records.ts'],
      bundle: true,
      write: false,
      outdir: 'unused',
      platform: 'browser',
      format: 'esm',
      loader: { '.py': 'text' },
      logLevel: 'silent',
    });
    assert.deepEqual(errors, []);
  });
});
