/** A thread that runs scenarios, one after another, with device workers of its own that stay warm. */
import { parentPort } from 'node:worker_threads';
import { boardOf } from '../../emulator/device/boards/board.ts';
import { deviceWorkers } from '../scenario/device-workers.ts';
import { received } from '../scenario/load.ts';
import type { SentOptions, Task } from './run-all.ts';
import { runOne, type TestOptions } from './run-one.ts';

deviceWorkers().start(1);

parentPort!.on('message', async ({ scenario, options }: Task) => {
  try {
    parentPort!.postMessage({ result: await runOne(received(scenario), withBoard(options)) });
  } catch (error) {
    parentPort!.postMessage({ defect: error instanceof Error ? error.stack : String(error) });
  }
});

function withBoard({ board, ...options }: SentOptions): TestOptions {
  return { ...options, run: { ...options.run, ...(board && { board: boardOf(board) }) } };
}
