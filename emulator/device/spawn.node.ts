/** Device workers on Node's worker_threads. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ChannelEnd, createChannelMemory } from './channel.ts';
import type { WorkerMessage, WorldMessage } from './protocol.ts';
import type { DeviceWorker, WorkerPool } from './worker-handle.ts';

const WORKER_FILE = 'device-worker.cjs';

/** Milliseconds of wall time until a worker must have loaded MicroPython; a loaded computer is slow. */
const START_TIMEOUT = 60_000;

export interface NodeWorkerPoolOptions {
  /** The built worker; by default the file device-worker.cjs in the folder of this module or above it. */
  readonly workerFile?: string;
  /** By default true: see `WorkerPlatform.compileAhead`. */
  readonly compileAhead?: boolean;
}

/** What a worker is told when it starts. */
export interface NodeWorkerData {
  readonly memory: SharedArrayBuffer;
  readonly compileAhead: boolean;
}

/**
 * Starts workers, and keeps those that are given back for the next run. A worker takes some 50 ms to be
 * ready: `start()` early, `take()` late.
 */
export class NodeWorkerPool implements WorkerPool {
  private readonly file: string;
  private readonly compileAhead: boolean;
  private readonly idle: NodeDeviceWorker[] = [];
  private readonly all = new Set<NodeDeviceWorker>();

  constructor(options: NodeWorkerPoolOptions = {}) {
    this.file = options.workerFile ?? findWorkerFile();
    this.compileAhead = options.compileAhead ?? true;
  }

  /** Starts `count` workers now and does not wait for them. */
  start(count: number): void {
    for (let i = 0; i < count; i++) this.idle.push(this.spawn());
  }

  take(): DeviceWorker {
    const worker = this.idle.pop() ?? this.spawn();
    worker.waitUntilLoaded();
    return worker;
  }

  giveBack(worker: DeviceWorker): void {
    this.idle.push(worker as NodeDeviceWorker);
  }

  /** Ends every worker. The promise is fulfilled when the last is gone. */
  async close(): Promise<void> {
    this.idle.length = 0;
    await Promise.all([...this.all].map((worker) => worker.terminate()));
  }

  private spawn(): NodeDeviceWorker {
    const worker: NodeDeviceWorker = new NodeDeviceWorker(this.file, this.compileAhead, () =>
      this.all.delete(worker),
    );
    this.all.add(worker);
    return worker;
  }
}

class NodeDeviceWorker implements DeviceWorker {
  readonly channel: ChannelEnd<WorldMessage, WorkerMessage>;
  private readonly thread: Worker;
  private loaded = false;

  constructor(file: string, compileAhead: boolean, onEnd: () => void) {
    const memory = createChannelMemory();
    this.channel = new ChannelEnd<WorldMessage, WorkerMessage>(memory, 'world');
    this.thread = new Worker(file, {
      workerData: { memory, compileAhead } satisfies NodeWorkerData,
    });
    this.thread.once('exit', onEnd);
    // A process that has nothing else to do may end; it takes its workers with it.
    this.thread.unref();
  }

  waitUntilLoaded(): void {
    if (this.loaded) return;
    if (this.channel.receive(START_TIMEOUT)?.kind !== 'idle')
      throw new Error('a device worker did not start');
    this.loaded = true;
  }

  terminate(): Promise<number> {
    return this.thread.terminate();
  }
}

/** Bundles put this module into dist/ or into a folder below it; the worker stands in dist/. */
function findWorkerFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, WORKER_FILE);
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${WORKER_FILE} is not built (npm run build)`);
    folder = parent;
  }
}
