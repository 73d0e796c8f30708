// What a device worker in Node consists of, loaded by worker.node.ts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { workerData } from 'node:worker_threads';
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript/micropython.mjs';
import { nodeProvider } from '../../crypto/node.node.ts';
import type { NodeWorkerData } from '../spawn.node.ts';
import { runDeviceWorker } from './body.ts';
import { nodeHostComputer } from './host-computer.node.ts';
import { decodeImage, type Image, type ImageKind } from './image.ts';

/** `beforeReport` as in `WorkerPlatform`. */
export function startWorker(beforeReport?: () => void): void {
  const { memory, compileAhead } = workerData as NodeWorkerData;
  // Not awaited: V8 in Node 20 can crash when a process exits while a worker's module still waits. A failure is an
  // unhandled rejection, which ends the worker with an error all the same.
  void runDeviceWorker({
    memory,
    compileAhead,
    image: readImage,
    loadMicroPython: (options) => loadMicroPython({ ...options, url: findWebAssembly() }),
    host: nodeHostComputer,
    // The usual one is loaded while the world is busy elsewhere, the other when a boot asks for it.
    cryptoProvider: async (name) =>
      name === 'node' ? nodeProvider : (await import('../../crypto/noble.ts')).nobleProvider,
    ...(beforeReport && { beforeReport }),
  });
}

/** The bundle has the package's module, not what lies beside that one. */
function findWebAssembly(): string {
  return createRequire(import.meta.url).resolve(
    '@micropython/micropython-webassembly-pyscript/micropython.wasm',
  );
}

/** It lies beside the bundle in dist/, made with it. */
function readImage(kind: ImageKind): Image | undefined {
  try {
    return decodeImage(readFileSync(new URL(`device-${kind}.image`, import.meta.url)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
