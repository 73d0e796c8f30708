/** The chip's flash, by bytes; the firmware has checked the ranges. */
import { textWithoutCodeEmitters } from '../code-emitters.ts';
import type { Session } from '../session.ts';
import type { BridgeFunctions } from './functions.ts';
import type { PythonMemory } from './memory.ts';

export function flashFunctions(current: () => Session, memory: PythonMemory): BridgeFunctions {
  return {
    flash_read(at: number, address: number, length: number) {
      memory.write(address, current().kept.raw.read(at, length));
      return 0;
    },
    flash_write(at: number, address: number, length: number) {
      current().kept.raw.write(at, memory.read(address, length));
      return 0;
    },
    flash_erase(at: number, length: number) {
      current().kept.raw.erase(at, length);
      return 0;
    },
    /** What is opened from now on is a program's data, and is read as it is; else it is a module that is imported. */
    open_as_data(data: boolean) {
      if (current().flash !== undefined) current().flash!.opensData = data;
      return 0;
    },
    /** A program that comes as text, as it shall be compiled. */
    without_code_emitters: (program: string) => textWithoutCodeEmitters(program),
  };
}
