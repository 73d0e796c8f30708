// For the build: runs a bundle with these arguments as main.ts does, and keeps what V8 compiles of it, and for
// --worker of the worker's bundle: keep-compiled.cjs BUNDLE [--worker] ARGUMENT…
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compiledName, runBundle } from '../../emulator/device/compiled.node.ts';
import { NodeWorkerPool } from '../../emulator/device/spawn.node.ts';

interface Bundled {
  main(args: readonly string[], workers?: NodeWorkerPool): Promise<void>;
}

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const [name, ...args] = process.argv.slice(2);
const isForWorker = args[0] === '--worker' && args.shift() !== undefined;
const workers = new NodeWorkerPool(isForWorker ? { workerFile: fileOf('keep-compiled-worker.cjs') } : {});
const file = fileOf(`${name}-bundle.cjs`);
const { exports, compiled } = runBundle<Bundled>(file);
process.on('exit', () => writeFileSync(compiledName(file), compiled()));
void exports.main(args, workers);
