// The device worker in Node: what `new Worker(…)` of spawn.node.ts starts.
import { workerData } from 'node:worker_threads';
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript/micropython.mjs';
import { runDeviceWorker } from './body.ts';

await runDeviceWorker({
  memory: workerData as SharedArrayBuffer,
  loadMicroPython,
  // Loaded on demand: a run needs one of the two, and loading is a good part of a short run.
  cryptoProvider: async (name) =>
    name === 'node'
      ? (await import('../../crypto/node.node.ts')).nodeProvider
      : (await import('../../crypto/noble.ts')).nobleProvider,
});
