// The device worker in a browser: what the pool of spawn.browser.ts starts.
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript/micropython.mjs';
import { nobleProvider } from '../../crypto/noble.ts';
import type { BrowserWorkerStart } from '../spawn.browser.ts';
import { runDeviceWorker } from './body.ts';

// The first message is the last: from then on everything goes through the shared memory.
globalThis.addEventListener(
  'message',
  ({ data }: MessageEvent<BrowserWorkerStart>) => {
    const { memory, micropython: url } = data;
    void runDeviceWorker({
      memory,
      compileAhead: true,
      loadMicroPython: (options) => loadMicroPython({ ...options, url }),
      cryptoProvider: async () => nobleProvider,
    });
  },
  { once: true },
);
