// Bundles the tool, the library, the device worker and the tests into dist/. The page has a build of its own: page.mjs.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildBundles, keepCompiledCode } from './bundles.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

const dist = join(root, 'dist');
const options = {
  outdir: dist,
  bundle: true,
  format: 'esm',
  platform: 'node',
  // Prefer a package's ES modules: only what is used of them is bundled.
  mainFields: ['module', 'main'],
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  // Whitespace costs parse time at every start; names are worth more than bytes in a stack trace.
  minifyWhitespace: true,
  minifySyntax: true,
  loader: { '.py': 'text' },
  external: ['@micropython/*', 'esbuild', 'express', 'ws', 'serialport', 'playwright-core'],
  // CommonJS dependencies call require for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

const testFiles = readdirSync(join(root, 'test'), { recursive: true })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(root, 'test', name));

for (const name of existsSync(dist) ? readdirSync(dist) : []) {
  if (name !== 'web') rmSync(join(dist, name), { recursive: true, force: true });
}
await Promise.all([
  // What people start, apart from the tests: with them it would fall into forty chunks, and each costs time
  // to open.
  build({
    ...options,
    entryPoints: {
      index: join(root, 'src/index.ts'),
      'scenario-thread': join(root, 'src/runner/thread.ts'),
      schema: join(root, 'src/scenario/json-schema.ts'),
    },
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  }),
  buildBundles(options, {
    'cli-bundle': 'src/cli/program.ts',
    'micropython-bundle': 'src/cli/micropython/main.ts',
    'device-worker-bundle': 'emulator/device/worker/body.node.ts',
    // What loads them.
    cli: 'src/cli/main.ts',
    'device-worker': 'emulator/device/worker/worker.node.ts',
    'keep-compiled': 'src/cli/keep-compiled.ts',
    'keep-compiled-worker': 'emulator/device/worker/keep-compiled.node.ts',
  }),
  build({
    ...options,
    entryPoints: Object.fromEntries(
      testFiles.map((file) => [relative(root, file).replace(/\.ts$/, ''), file]),
    ),
    splitting: true,
    chunkNames: 'test/chunks/[name]-[hash]',
  }),
]);
// For those who know the tool by this name.
writeFileSync(join(dist, 'cli.js'), "#!/usr/bin/env node\nimport './cli.cjs';\n");
await makeImages();
keepCompiledCode();
// For editors: scenario.yaml names it, and `tls-sandbox init` writes the line that does.
const { scenarioJsonSchema } = await import(pathToFileURL(join(root, 'dist/schema.js')));
writeFileSync(join(root, 'dist/scenario.schema.json'), `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
writeFileSync(join(root, 'dist/build.json'), JSON.stringify({ node: process.version }));

/** The device's interpreter with its firmware compiled. Each kind takes a process: an interpreter leaves globals behind. */
async function makeImages() {
  const maker = join(root, 'dist/make-image.js');
  await build({
    ...options,
    sourcemap: false,
    entryPoints: { 'make-image': join(root, 'emulator/device/worker/make-image.node.ts') },
  });
  for (const kind of ['plain', 'ahead']) {
    execFileSync(process.execPath, [maker, kind, join(root, `dist/device-${kind}.image`)], {
      stdio: 'inherit',
    });
  }
  rmSync(maker);
}
