import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { projectRoot } from './support/project.ts';

/** Who may import whom: the dependency rule of docs/architecture.md. A part may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'emulator/world': [],
  'emulator/crypto': ['emulator/world'],
  'emulator/x509': ['emulator/crypto', 'emulator/world'],
  'emulator/tls': ['emulator/crypto', 'emulator/x509', 'emulator/world'],
  'emulator/net': ['emulator/world'],
  'emulator/firmware': [],
  'emulator/hosts': ['emulator/world', 'emulator/crypto', 'emulator/x509', 'emulator/tls', 'emulator/net'],
  'emulator/device': [
    'emulator/world',
    'emulator/crypto',
    'emulator/x509',
    'emulator/tls',
    'emulator/net',
    'emulator/firmware',
  ],
  'src/report': ['emulator/world', 'emulator/crypto', 'emulator/x509', 'emulator/tls'],
  'src/capture': ['emulator'],
  'src/scenario': ['emulator', 'src/report', 'src/peers'],
  'src/runner': ['emulator', 'src/scenario', 'src/report'],
  'src/lint': ['emulator', 'src/report', 'src/scenario'],
  'src/gateway': ['emulator'],
  'src/multitest': ['emulator', 'src/scenario', 'src/report'],
  'src/compare': ['emulator', 'src/report', 'src/scenario'],
  'src/peers': ['emulator'],
  'src/repl': ['emulator'],
  'src/serial': ['emulator', 'src/repl', 'src/scenario'],
  'src/mirror': ['emulator', 'src/scenario', 'src/report', 'src/serial', 'src/gateway', 'src/runner'],
  'src/server': ['emulator', 'src/scenario', 'src/report', 'src/gateway', 'src/mirror'],
  'src/probe': ['emulator', 'src/scenario', 'src/report', 'src/gateway', 'src/compare'],
  'src/badssl': ['emulator', 'src/scenario', 'src/report', 'src/runner'],
  'src/why': ['emulator', 'src/scenario', 'src/report', 'src/capture'],
  'src/cli': ['emulator', 'src', 'package.json'],
  'src/index.ts': ['emulator', 'src'],
  'web/src': [
    'emulator',
    'src/scenario',
    'src/report',
    'src/lint',
    'src/repl',
    'src/gateway',
    'src/compare',
    'src/why',
    'src/mirror',
  ],
  'web/build': ['web/src'],
  'web/vite.config.ts': ['web/build', 'src/server'],
};

const files = ['emulator', 'src', 'web'].flatMap((top) =>
  readdirSync(join(projectRoot, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(top, name).replaceAll('\\', '/')),
);

/** Every module a file names, types included: `from '…'`, `import('…')` and `new URL('…')`. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(projectRoot, file), 'utf8');
  return [...source.matchAll(/(?:from|import|new URL)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
}

function partOf(file: string): string {
  return Object.keys(MAY_IMPORT).find((part) => file === part || file.startsWith(`${part}/`)) ?? '';
}

describe('the dependency rule', () => {
  it('puts every module into a part that the table names', () => {
    assert.deepEqual(
      files.filter((file) => partOf(file) === ''),
      [],
    );
  });

  it('lets a part import only what the table says', () => {
    const violations = files.flatMap((file) => {
      const part = partOf(file);
      const allowed = [part, ...MAY_IMPORT[part]!];
      return importsOf(file)
        .filter((target) => target.startsWith('.'))
        .map((target) =>
          relative(projectRoot, join(projectRoot, dirname(file), target)).replaceAll('\\', '/'),
        )
        .filter((target) => !allowed.some((prefix) => target === prefix || target.startsWith(`${prefix}/`)))
        .map((target) => `${file} imports ${target}`);
    });
    assert.deepEqual(violations, []);
  });

  it('keeps Node out of the emulator, but for files named *.node.ts', () => {
    const violations = files
      .filter((file) => file.startsWith('emulator/') && !file.endsWith('.node.ts'))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => target.startsWith('node:') || target.endsWith('.node.ts'))
          .map((target) => `${file} imports ${target}`),
      );
    assert.deepEqual(violations, []);
  });

  it('keeps a file to one subject: at most 450 lines', () => {
    const long = files
      .filter((file) => !/-data\.ts$|\/data\//.test(file))
      .map((file) => ({ file, lines: readFileSync(join(projectRoot, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 450);
    assert.deepEqual(long, []);
  });

  it('has no module that only tests reach', () => {
    const bundles = ['src/build/build.mjs', 'web/vite.config.ts'].map((file) =>
      readFileSync(join(projectRoot, file), 'utf8'),
    );
    const reached = new Set(
      files.filter((file) => file.startsWith('web/') || bundles.some((text) => text.includes(`'${file}'`))),
    );
    // A set may grow while it is walked.
    for (const file of reached) {
      for (const target of importsOf(file).filter((each) => each.startsWith('.'))) {
        const path = relative(projectRoot, join(projectRoot, dirname(file), target)).replaceAll('\\', '/');
        if (files.includes(path)) reached.add(path);
      }
    }
    assert.deepEqual(
      files.filter((file) => !reached.has(file)),
      [],
    );
  });

  it('bundles for a browser', async () => {
    const entryPoints = files.filter((file) => file.startsWith('emulator/') && !file.endsWith('.node.ts'));
    const result = await build({
      absWorkingDir: projectRoot,
      entryPoints,
      bundle: true,
      write: false,
      outdir: 'unused',
      platform: 'browser',
      format: 'esm',
      loader: { '.py': 'text' },
      external: ['@micropython/*'],
      logLevel: 'silent',
    });
    assert.deepEqual(result.errors, []);
  });
});

describe('the folders', () => {
  it('stand at the top level as the design names them', () => {
    for (const name of ['src', 'emulator', 'scenarios', 'web', 'test']) {
      assert.ok(statSync(join(projectRoot, name)).isDirectory(), name);
    }
  });
});
