/**
 * A thread that answers command lines one after another, each through the tool's own entry: what a process would print and
 * return, without the fifth of a second that one takes to start. Its caller waits; see tool.ts.
 */
import { type MessagePort, workerData } from 'node:worker_threads';
import { main } from '../../src/cli/program.ts';

export interface Answered {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `turn` is 1 when the answer is there. */
const { port, turn } = workerData as { port: MessagePort; turn: Int32Array };

let written = { stdout: '', stderr: '' };
for (const stream of ['stdout', 'stderr'] as const) {
  // `main` listens for the end of the pipe each time it is called.
  process[stream].setMaxListeners(0);
  process[stream].write = (chunk: string | Uint8Array) => {
    written[stream] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
}

port.on('message', async (args: string[]) => {
  written = { stdout: '', stderr: '' };
  process.exitCode = undefined;
  await main(args);
  port.postMessage({ status: Number(process.exitCode ?? 0), ...written } satisfies Answered);
  Atomics.store(turn, 0, 1);
  Atomics.notify(turn, 0);
});
