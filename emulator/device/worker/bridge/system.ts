/** The board itself, and how a program ends. */
import { MILLISECOND } from '../../../world/time.ts';
import { type Session, Unwind } from '../session.ts';
import { type BridgeFunctions, nanoseconds } from './functions.ts';
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
    cpu_frequency: () => current().frequency,
    cpu_frequency_set(hertz: number) {
      current().frequency = hertz;
      return 0;
    },
    reset_cause: () => current().boot.resetCause,
    wake_reason: () => current().boot.wakeReason,
    /** Blocks of the file system: all, or those that are free. */
    flash_blocks: (which: 'total' | 'free') => current().flash?.blocks()[which] ?? 0,
    flash_size: () => current().board.flash.size,
    flash_file_system: () => current().board.flash.fileSystem,
    heap_regions: () =>
      current()
        .heap.regions.map(({ total, free, largest, leastFree }) => `${total} ${free} ${largest} ${leastFree}`)
        .join(),
    /** 0 holds timers back, 1 lets them go on; returns what it was. */
    irq_set(state: number) {
      const before = current().timersHeld ? 0 : 1;
      current().timersHeld = state === 0;
      return before;
    },
    gc_allocated: () => current().heap.gcInfo().allocated,
    gc_free: () => current().heap.gcInfo().free,
    heap_largest: () => current().heap.largestBlock,

    /** An exception that nobody caught; `traceback` is MicroPython's, without the firmware's frames. */
    raised(name: string, message: string, traceback: string) {
      current().emit({ type: 'device.exception', name, message, traceback });
      return 0;
    },

    /** The program works on the computer's files, not on a flash. */
    is_command: () => current().host !== undefined,

    /** A remark for who reads the run; the program does not see it. */
    note(text: string) {
      current().emit({ type: 'note', level: 'warning', text });
      return 0;
    },

    /** What the command line asked for, as JSON. */
    command: () => JSON.stringify(current().boot.command),
    write_error(text: string) {
      current().host?.write('stderr', new TextEncoder().encode(text));
      return 0;
    },
    exit(reason: 'exit' | 'exception' | 'reset' | 'bootloader' | 'soft-reset', status: number): never {
      throw new Unwind(reason, status);
    },
    /** Negative: no timer ends it. */
    deepsleep(seconds: number): never {
      throw new Unwind('deepsleep', 0, nanoseconds(seconds));
    },

    /** In milliseconds. */
    watchdog_feed: (timeout: number) => current().call('watchdog.feed', timeout * MILLISECOND).value,

    rtc_memory_length: () => current().kept.rtcMemory.length,
    rtc_memory_read(address: number) {
      memory.write(address, current().kept.rtcMemory);
      return 0;
    },
    rtc_memory_write(address: number, length: number) {
      current().kept.rtcMemory = memory.read(address, length);
      return 0;
    },
  };
}
