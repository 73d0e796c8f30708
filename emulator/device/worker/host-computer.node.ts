/** Node as the computer below: its clock and its standard streams, used from the device's worker. */
import { writeSync } from 'node:fs';
import type { HostComputer } from './host-computer.ts';
import { mountHostFiles } from './host-files.node.ts';
import { Unwind } from './session.ts';

/** The status of a process that SIGPIPE ended, as shells count. */
const KILLED_BY_SIGPIPE = 128 + 13;

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;

/** Milliseconds between two looks at a pipe that is full. */
const RETRY_INTERVAL = 1;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

export const nodeHostComputer: HostComputer = {
  clock: () => Number(process.hrtime.bigint()),

  write(stream, bytes) {
    for (let written = 0; written < bytes.length; ) {
      written += patiently(() => writeSync(DESCRIPTORS[stream], bytes, written));
    }
  },

  mountFiles: mountHostFiles,
};

/** Node makes pipes and terminals non-blocking; here they have to block. */
function patiently(operation: () => number): number {
  for (;;) {
    try {
      return operation();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Nobody reads any more: `| head` has seen enough.
      if (code === 'EPIPE') throw new Unwind('exit', KILLED_BY_SIGPIPE);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(sleeper, 0, 0, RETRY_INTERVAL);
    }
  }
}
