/** What ESP-IDF's task watchdog says on the console before it resets the chip. */
import { MILLISECOND, type Nanoseconds } from '../../world/time.ts';

/** The name under which the port registers `machine.WDT` with it. */
const USER = 'mpy_machine_wdt';

export function watchdogText(uptime: Nanoseconds): Uint8Array {
  const head = `E (${Math.floor(uptime / MILLISECOND)}) task_wdt:`;
  return new TextEncoder().encode(
    `${head} Task watchdog got triggered. The following tasks/users did not reset the watchdog in time:\n` +
      `${head}  - ${USER}\n${head} Aborting.\n`,
  );
}
