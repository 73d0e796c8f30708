/** A thread that runs scenarios, one after another, with device workers of its own that stay warm. */
import { parentPort, workerData } from 'node:worker_threads';
import { deviceWorkers } from '../scenario/device-workers.ts';
import { runOne, type TestOptions } from './run-one.ts';

deviceWorkers().start(1);
const options = workerData as TestOptions;

parentPort!.on('message', async (file: string) => {
  try {
    parentPort!.postMessage({ result: await runOne(file, options) });
  } catch (error) {
    parentPort!.postMessage({ defect: error instanceof Error ? error.stack : String(error) });
  }
});
