// The world's own worker: a page's main thread may not sleep, and here is all that does.
import micropython from '@micropython/micropython-webassembly-pyscript/micropython.wasm?url';
import * as z from 'zod/mini';
import { BrowserWorkerPool } from '../../../emulator/device/spawn.browser.ts';
import type { Command, Report } from './protocol.ts';
import { Stage } from './stage.ts';

// Compiling checks at run time would break the page's content security policy.
z.config({ jitless: true });

const newPool = () =>
  new BrowserWorkerPool({
    micropython: new URL(micropython, import.meta.url).href,
    spawn: () =>
      new Worker(new URL('../../../emulator/device/worker/worker.browser.ts', import.meta.url), {
        type: 'module',
        name: 'device',
      }),
  });
const pool = newPool();

const post = (report: Report) => globalThis.postMessage(report);
const stage = new Stage(newPool, pool, post);
globalThis.addEventListener('message', ({ data }: MessageEvent<Command>) => stage.obey(data));

void pool.prepare(1).then(
  () => post({ kind: 'ready' }),
  (error: Error) => post({ kind: 'broken', run: 0, message: error.message }),
);
