// Bundles the tool, the library, the device worker and the tests into dist/. One invocation with code
// splitting, so that a module is one module wherever it is used; bundling because it halves the start-up.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

const testFiles = readdirSync(join(root, 'test'), { recursive: true })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(root, 'test', name));

const entryPoints = {
  cli: join(root, 'src/cli/main.ts'),
  index: join(root, 'src/index.ts'),
  'device-worker': join(root, 'emulator/device/worker/worker.node.ts'),
  ...Object.fromEntries(testFiles.map((file) => [relative(root, file).replace(/\.ts$/, ''), file])),
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
await build({
  entryPoints,
  outdir: join(root, 'dist'),
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  // CPU-bound start-up: whitespace costs parse time, names are worth more than bytes in a stack trace.
  minifyWhitespace: true,
  minifySyntax: true,
  loader: { '.py': 'text' },
  external: ['@micropython/*'],
  // CommonJS dependencies call require for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
writeFileSync(join(root, 'dist/build.json'), JSON.stringify({ node: process.version }));
