/** The process's device workers: started early, kept from run to run. */
import { NodeWorkerPool, type NodeWorkerPoolOptions } from '../../emulator/device/spawn.node.ts';

let pool: NodeWorkerPool | undefined;

/**
 * Starting a worker and loading MicroPython takes longer than all else before a run: call `start()` on it first. The
 * options count at the first call.
 */
export function deviceWorkers(options: NodeWorkerPoolOptions = {}): NodeWorkerPool {
  pool ??= new NodeWorkerPool(options);
  return pool;
}

/** Makes workers that were started elsewhere the process's. Only before the first call of `deviceWorkers`. */
export function adoptDeviceWorkers(started: NodeWorkerPool): void {
  pool = started;
}

/** Ends the workers; the next run starts new ones. They do not keep a process alive, so a tool need not call it. */
export async function closeDeviceWorkers(): Promise<void> {
  await pool?.close();
  pool = undefined;
}
