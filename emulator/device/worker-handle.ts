import type { ChannelEnd } from './channel.ts';
import type { WorkerMessage, WorldMessage } from './protocol.ts';

/** A worker that runs devices, one program after another. Where it comes from depends on the platform. */
export interface DeviceWorker {
  readonly channel: ChannelEnd<WorldMessage, WorkerMessage>;
  /** Stops it wherever it is, even in an endless loop. It cannot be used again. */
  terminate(): void;
}

/** Where devices get their workers, and bring them back. */
export interface WorkerPool {
  take(): DeviceWorker;
  /** Only a worker that has said `idle` or `exit`. */
  giveBack(worker: DeviceWorker): void;
}
