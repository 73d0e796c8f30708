// For the build: a worker as worker.node.ts starts it, that keeps what V8 compiles of its bundle.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compiledName, runBundle } from '../compiled.node.ts';

const file = fileURLToPath(new URL('device-worker-bundle.cjs', import.meta.url));
const { exports, compiled } = runBundle<typeof import('./body.node.ts')>(file);
exports.startWorker(() => writeFileSync(compiledName(file), compiled()));
