/** The process's device workers: started early, kept from run to run. */
import { NodeWorkerPool } from '../../emulator/device/spawn.node.ts';

let pool: NodeWorkerPool | undefined;

/** Starting a worker and loading MicroPython takes longer than all else before a run: call `start()` on it first. */
export function deviceWorkers(): NodeWorkerPool {
  pool ??= new NodeWorkerPool();
  return pool;
}

/** Ends the workers; the next run starts new ones. They do not keep a process alive, so a tool need not call it. */
export async function closeDeviceWorkers(): Promise<void> {
  await pool?.close();
  pool = undefined;
}
