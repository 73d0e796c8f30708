// The device worker in Node: what `new Worker(…)` of spawn.node.ts starts. Its bundle lies beside it in dist/.
import { fileURLToPath } from 'node:url';
import { loadBundle } from '../compiled.node.ts';

type Body = typeof import('./body.node.ts');

loadBundle<Body>(fileURLToPath(new URL('device-worker-bundle.cjs', import.meta.url))).startWorker();
