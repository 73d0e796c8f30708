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
  };
}
