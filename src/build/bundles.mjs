// The tool and the device's worker as one CommonJS file each, beside what V8 compiled of it in a run: see
// emulator/device/compiled.node.ts. Node's loader of ES modules would take 7 ms more in each of the two threads.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');

/** MicroPython's module waits at its top level for modules of Node's; CommonJS has no such waiting, and need not wait. */
const micropython = {
  name: 'micropython',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]micropython\.mjs$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replaceAll(/await\(import\(("[\w:]+")\)\)/g, 'process.getBuiltinModule($1)');
      return { contents, loader: 'js' };
    });
  },
};

/** Builds dist/NAME.cjs of each entry. */
export async function buildBundles(options, entries) {
  const { outputFiles } = await build({
    ...options,
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: options.external.filter((name) => name !== '@micropython/*'),
    // Else compiled code would have to say how a dynamic import is resolved.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__url' },
    banner: { js: "const __url=require('node:url').pathToFileURL(__filename).href;" },
    plugins: [micropython],
    write: false,
  });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
}

/** Keeps what V8 compiles while what people start most often runs. */
export function keepCompiledCode() {
  const keep = (...args) =>
    execFileSync(process.execPath, [join(dist, 'keep-compiled.cjs'), ...args], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  keep('cli', '--worker', 'run', 'mode2-server-auth');
  keep('micropython', '-c', 'pass');
  for (const name of ['keep-compiled', 'keep-compiled-worker']) {
    for (const end of ['cjs', 'cjs.map']) rmSync(join(dist, `${name}.${end}`));
  }
}
