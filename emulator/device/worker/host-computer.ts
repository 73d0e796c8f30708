/** The computer below, for a device that stands in for the command `micropython`. */
import type { Nanoseconds } from '../../world/time.ts';
import type { MicroPython } from './micropython.ts';

export interface HostComputer {
  /** A clock that all threads of the process share; it never goes back. */
  clock(): Nanoseconds;
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /**
   * Shows the computer's files to the interpreter, at the paths that they have, and enters `folder`. Files that are
   * opened while `opensProgram` says so are compiled: see code-emitters.ts.
   */
  mountFiles(fs: MicroPython['FS'], folder: string, opensProgram: () => boolean): void;
}
