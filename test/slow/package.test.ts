import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { projectRoot } from '../support/project.ts';

const folder = mkdtempSync(join(tmpdir(), 'package-'));
after(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[], cwd = folder): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

const TSC = join(projectRoot, 'node_modules/typescript/bin/tsc');

/** An empty project with the tarball of this one installed. */
before(() => {
  run(process.execPath, [TSC, '-p', 'src/build/tsconfig.types.json'], projectRoot);
  const packed = run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    projectRoot,
  );
  const [{ filename }] = JSON.parse(packed);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'empty', type: 'module', private: true }),
  );
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', filename]);
});

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
