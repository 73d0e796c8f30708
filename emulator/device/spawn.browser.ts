/** Device workers as Web Workers. */
import { ChannelEnd, createChannelMemory } from './channel.ts';
import type { WorkerMessage, WorldMessage } from './protocol.ts';
import type { DeviceWorker, WorkerPool } from './worker-handle.ts';

export interface BrowserWorkerPoolOptions {
  /** Starts worker.browser.ts as a module worker: where it is, only the bundler knows. */
  readonly spawn: () => Worker;
  /** URL of micropython.wasm. */
  readonly micropython: string;
}

/** What a worker is told when it starts. */
export interface BrowserWorkerStart {
  readonly memory: SharedArrayBuffer;
  readonly micropython: string;
}

/**
 * Starts workers, and keeps those that are given back. A browser loads a worker's script only while the thread that
 * asked for it is not asleep, so a worker cannot be waited for in `take()`: `prepare()` first, and again whenever
 * one may have been lost.
 */
export class BrowserWorkerPool implements WorkerPool {
  private readonly options: BrowserWorkerPoolOptions;
  private readonly idle: BrowserDeviceWorker[] = [];
  private starting: Promise<void>[] = [];

  constructor(options: BrowserWorkerPoolOptions) {
    this.options = options;
  }

  /** Fulfilled when `count` workers can be taken. Rejected with a sentence when one does not start. */
  async prepare(count: number): Promise<void> {
    for (let i = this.idle.length + this.starting.length; i < count; i++) this.starting.push(this.start());
    while (this.idle.length < count && this.starting.length > 0) await this.starting[0];
  }

  take(): DeviceWorker {
    const worker = this.idle.shift();
    if (worker === undefined) throw new Error('no device worker is ready: prepare() comes before take()');
    return worker;
  }

  giveBack(worker: DeviceWorker): void {
    this.idle.push(worker as BrowserDeviceWorker);
  }

  private start(): Promise<void> {
    const worker = new BrowserDeviceWorker(this.options);
    const started: Promise<void> = worker.loaded.then(
      () => {
        this.idle.push(worker);
        this.starting = this.starting.filter((each) => each !== started);
      },
      (error) => {
        this.starting = this.starting.filter((each) => each !== started);
        throw error;
      },
    );
    return started;
  }
}

class BrowserDeviceWorker implements DeviceWorker {
  readonly channel: ChannelEnd<WorldMessage, WorkerMessage>;
  /** It has loaded MicroPython and said `idle`. */
  readonly loaded: Promise<void>;
  private readonly worker: Worker;

  constructor({ spawn, micropython }: BrowserWorkerPoolOptions) {
    const memory = createChannelMemory();
    this.channel = new ChannelEnd<WorldMessage, WorkerMessage>(memory, 'world');
    this.worker = spawn();
    this.loaded = this.waitUntilLoaded();
    this.worker.postMessage({ memory, micropython } satisfies BrowserWorkerStart);
  }

  terminate(): void {
    this.worker.terminate();
  }

  private async waitUntilLoaded(): Promise<void> {
    const broken = new Promise<never>((_, reject) => {
      this.worker.onerror = (event) =>
        reject(new Error(`a device's worker did not start: ${event.message ?? 'its script did not load'}`));
    });
    await Promise.race([this.channel.arrival(), broken]);
    const first = this.channel.receive(0);
    if (first?.kind !== 'idle') throw new Error(`a device's worker did not start: it said ${first?.kind}`);
  }
}
