import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installPacked, run as runIn, TSC } from './packed-project.ts';

const folder = mkdtempSync(join(tmpdir(), 'package-'));
after(() => rmSync(folder, { recursive: true }));

const run = (command: string, args: readonly string[]) => runIn(command, args, folder);

before(() => installPacked(folder));

describe('the package in an empty project', () => {
  it('has the command, which runs its catalogue and what init writes', () => {
    const bin = join(folder, 'node_modules/.bin/tls-sandbox');
    assert.match(run(bin, ['test', 'mode1-no-auth']), /^1 passed/m);
    run(bin, ['init', 'mine']);
    assert.match(run(bin, ['test', 'mine', 'mode1-no-auth', '--workers', '2']), /^2 passed/m);
  });

  it('has the library, with types', () => {
    mkdirSync(join(folder, 'tests'));
    writeFileSync(join(folder, 'tests/main.py'), "print('hello')\n");
    writeFileSync(
      join(folder, 'tests/hello.test.ts'),
      `import { assertPassed, defineScenario, runScenario, type RunResult } from 'micropython-tls-sandbox';

const scenario = defineScenario(
  { title: 'hello', why: 'To see it.', devices: { sensor: { main: 'main.py' } } },
  { from: new URL('../tests/hello.test.ts', import.meta.url) },
);
const result: RunResult = await runScenario(scenario);
assertPassed(result);
console.log(result.output.sensor);
`,
    );
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          target: 'es2023',
          module: 'nodenext',
          outDir: 'built',
          rootDir: 'tests',
          types: [],
          lib: ['es2023', 'dom'],
          skipLibCheck: true,
        },
        include: ['tests'],
      }),
    );
    run(process.execPath, [TSC, '-p', '.']);
    assert.equal(run(process.execPath, ['built/hello.test.js']), 'hello\n\n');
  });
});
