/**
 * Python's buffers, seen from JavaScript. The firmware passes an address (`uctypes.addressof`) and a length,
 * so that bytes cross by one copy.
 */
import type { MicroPython } from '../micropython.ts';

export class PythonMemory {
  private readonly python: MicroPython;

  constructor(python: MicroPython) {
    this.python = python;
  }

  /** A copy: messages and the TLS engine keep what they are given. */
  read(address: number, length: number): Uint8Array {
    return this.python._module.HEAPU8.slice(address, address + length);
  }

  write(address: number, bytes: Uint8Array): void {
    this.python._module.HEAPU8.set(bytes, address);
  }
}
