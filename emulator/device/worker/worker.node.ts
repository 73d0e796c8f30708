// The device worker in Node: what `new Worker(…)` of spawn.node.ts starts.
import { workerData } from 'node:worker_threads';
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript/micropython.mjs';
import { nodeProvider } from '../../crypto/node.node.ts';
import type { NodeWorkerData } from '../spawn.node.ts';
import { runDeviceWorker } from './body.ts';
import { nodeHostComputer } from './host-computer.node.ts';

const { memory, compileAhead } = workerData as NodeWorkerData;

// Not awaited at the top: V8 in Node 20 can crash when a process exits while a worker's module still waits. A
// failure is an unhandled rejection, which ends the worker with an error all the same.
void runDeviceWorker({
  memory,
  compileAhead,
  loadMicroPython,
  host: nodeHostComputer,
  // The usual one is loaded while the world is busy elsewhere, the other when a boot asks for it.
  cryptoProvider: async (name) =>
    name === 'node' ? nodeProvider : (await import('../../crypto/noble.ts')).nobleProvider,
});
