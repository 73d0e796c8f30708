/** The serial console as `sys.stdin` and `sys.stdout.buffer` use it: bytes as they are. */
import type { Session } from '../session.ts';
import type { BridgeFunctions } from './functions.ts';
import type { PythonMemory } from './memory.ts';

export function consoleFunctions(current: () => Session, memory: PythonMemory): BridgeFunctions {
  return {
    /** Waits for a byte and takes up to `limit` that are there; 0 at the end, and when Ctrl-C came instead. */
    console_read(address: number, limit: number) {
      const bytes = current().readInputBytes(limit);
      memory.write(address, bytes);
      return bytes.length;
    },
    console_write(address: number, length: number) {
      current().print(memory.read(address, length), true);
      return length;
    },

    /** What the console says goes to `write`, too, which is told how many bytes there are for `duplicate_take`. */
    duplicate_set(write: ((length: number) => void) | null) {
      current().duplicate.attach(write ?? undefined);
      return 0;
    },
    duplicate_take(address: number) {
      memory.write(address, current().duplicate.take());
      return 0;
    },
    /** A byte that came by the second terminal. True: it interrupts the program. */
    console_receive: (byte: number) => current().receive(byte),
  };
}
