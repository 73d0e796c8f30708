/** The board itself, and how a program ends. */
import { type Session, Unwind } from '../session.ts';
import type { BridgeFunctions } from './functions.ts';
import type { PythonMemory } from './memory.ts';

export function systemFunctions(current: () => Session, memory: PythonMemory): BridgeFunctions {
  return {
    random(address: number, length: number) {
      current().chargeLocal(current().board.localCall);
      memory.write(address, current().random.bytes(length));
      return length;
    },
    unique_id(address: number) {
      memory.write(address, current().boot.mac);
      return current().boot.mac.length;
    },
    machine_name: () => current().board.machine,
    cpu_frequency: () => current().board.cpuFrequency,
    reset_cause: () => current().boot.resetCause,
    heap_largest: () => current().heap.largestBlock,

    /** An exception that nobody caught; `traceback` is MicroPython's, without the firmware's frames. */
    raised(name: string, message: string, traceback: string) {
      current().emit({ type: 'device.exception', name, message, traceback });
      return 0;
    },

    on_serial: () => current().boot.serial,
    /** The program that the computer on the serial line gives. */
    serial_program: () => current().call('serial.program').data!,

    /** What the command line asked for, as JSON. */
    command: () => JSON.stringify(current().boot.command),
    write_error(text: string) {
      current().host?.write('stderr', new TextEncoder().encode(text));
      return 0;
    },
    exit(reason: 'exit' | 'exception' | 'reset', status: number): never {
      throw new Unwind(reason, status);
    },
  };
}
