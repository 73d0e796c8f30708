// The device worker in Node: what `new Worker(…)` of spawn.node.ts starts.
import { readFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript/micropython.mjs';
import { nodeProvider } from '../../crypto/node.node.ts';
import type { NodeWorkerData } from '../spawn.node.ts';
import { runDeviceWorker } from './body.ts';
import { nodeHostComputer } from './host-computer.node.ts';
import { decodeImage, type Image, type ImageKind } from './image.ts';

const { memory, compileAhead } = workerData as NodeWorkerData;

// Not awaited at the top: V8 in Node 20 can crash when a process exits while a worker's module still waits. A
// failure is an unhandled rejection, which ends the worker with an error all the same.
void runDeviceWorker({
  memory,
  compileAhead,
  image: readImage,
  loadMicroPython,
  host: nodeHostComputer,
  // The usual one is loaded while the world is busy elsewhere, the other when a boot asks for it.
  cryptoProvider: async (name) =>
    name === 'node' ? nodeProvider : (await import('../../crypto/noble.ts')).nobleProvider,
});

/** It lies beside this file in dist/, made with it. */
function readImage(kind: ImageKind): Image | undefined {
  try {
    return decodeImage(readFileSync(new URL(`device-${kind}.image`, import.meta.url)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
