/**
 * What happens to a board between two programs: why it starts again, when, and what it still knows then.
 *
 *                      flash   RTC clock   RTC memory   Wi-Fi, counters   sockets
 *     machine.reset    kept    kept        kept         start again       gone without a word
 *     watchdog         kept    kept        kept         start again       gone without a word
 *     deep sleep       kept    kept        kept         start again       gone without a word
 *     soft reset       kept    kept        kept         go on             closed
 *     reset button     kept    2000        empty        start again       gone without a word
 *     bootloader       kept    kept        kept         the ROM waits for a download until the reset button is pressed
 */
import { MILLISECOND, type Nanoseconds, SECOND, type UnixSeconds } from '../world/time.ts';
import type { RomStart } from './boards/rom.ts';
import type { DeviceOptions } from './device-options.ts';
import { type DeviceFile, type FlashImage, type KeptState, newBoard } from './flash.ts';
import type { ExitMessage, ExitReason } from './protocol.ts';

/** `machine.reset_cause()`, as mp_machine_reset_cause() of the port's modmachine.c makes it of ESP-IDF's reset reason. */
const PWRON_RESET = 1;
const HARD_RESET = 2;
const WDT_RESET = 3;
const DEEPSLEEP_RESET = 4;
const SOFT_RESET = 5;

/** The port's epoch; a board without power shows it at boot. */
const EPOCH_2000: UnixSeconds = 946_684_800;

/** What the RTC would have shown when the world began. */
export function rtcAtPowerOn({ rtc, world }: DeviceOptions): UnixSeconds {
  return (rtc ?? EPOCH_2000) - Math.floor(world.now / SECOND);
}

/** `machine.wake_reason()`: ESP-IDF's esp_sleep_wakeup_cause_t. */
const WAKEUP_UNDEFINED = 0;
const WAKEUP_TIMER = 4;

/** Assumed: the interpreter alone starts again, without bootloader and ESP-IDF. */
const SOFT_RESET_TIME: Nanoseconds = 50 * MILLISECOND;

interface RestartRule {
  readonly cause: number;
  readonly wakeReason: number;
  /** The chip starts again, not the interpreter alone. */
  readonly hard: boolean;
  /** As the trace says it of the boot that follows. */
  readonly name: string;
}

const RESTARTS: Partial<Readonly<Record<ExitReason, RestartRule>>> = {
  reset: { cause: HARD_RESET, wakeReason: WAKEUP_UNDEFINED, hard: true, name: 'reset' },
  wdt: { cause: WDT_RESET, wakeReason: WAKEUP_UNDEFINED, hard: true, name: 'watchdog' },
  deepsleep: { cause: DEEPSLEEP_RESET, wakeReason: WAKEUP_TIMER, hard: true, name: 'deep sleep' },
  'power-on': { cause: PWRON_RESET, wakeReason: WAKEUP_UNDEFINED, hard: true, name: 'power-on' },
  bootloader: { cause: HARD_RESET, wakeReason: WAKEUP_UNDEFINED, hard: true, name: 'bootloader' },
  'soft-reset': { cause: SOFT_RESET, wakeReason: WAKEUP_UNDEFINED, hard: false, name: 'soft reset' },
};

export interface Restart {
  readonly hard: boolean;
  /** Until the next boot; undefined when nothing wakes the board. */
  readonly delay: Nanoseconds | undefined;
  /** The board has had all its starts. */
  readonly over: boolean;
}

export class DeviceLife {
  private readonly bootTime: Nanoseconds;
  private state: KeptState;
  private rule: RestartRule | undefined;
  private countersFrom: Nanoseconds | undefined;
  /** How often the board may still start. */
  private bootsLeft: number;

  /** What outlasts a program has come over anew. */
  onKept: ((state: KeptState) => void) | undefined;

  constructor(files: readonly DeviceFile[], bootTime: Nanoseconds, boots = Infinity) {
    this.bootsLeft = boots;
    this.state = newBoard(files);
    this.bootTime = bootTime;
  }

  /** What would be there after a reset that gives the program no time to say so. */
  keep(state: KeptState): void {
    this.state = state;
    this.onKept?.(state);
  }

  get flash(): FlashImage {
    return this.state.flash;
  }

  /** Why the next boot happens. */
  get bootReason(): string {
    return this.rule?.name ?? 'power-on';
  }

  /** Why the chip starts, as its ROM sees it; undefined where the interpreter alone does. */
  get romStart(): RomStart | undefined {
    const { rule } = this;
    if (rule === undefined) return 'power-on';
    if (rule.cause === DEEPSLEEP_RESET) return 'deep sleep';
    return rule.hard ? 'reset' : undefined;
  }

  /** What a boot message says of all this. */
  boot(now: Nanoseconds) {
    this.countersFrom ??= now;
    this.bootsLeft--;
    return {
      ...this.state,
      resetCause: this.rule?.cause ?? PWRON_RESET,
      wakeReason: this.rule?.wakeReason ?? WAKEUP_UNDEFINED,
      countersFrom: this.countersFrom,
    };
  }

  /** The chip has been without power, as far as it can tell. */
  powerCycle(): void {
    this.rule = undefined;
    this.countersFrom = undefined;
    this.state = { ...this.state, rtcMemory: new Uint8Array(0) };
  }

  /** What follows the end of a program; undefined when nothing does. */
  restart({ reason, kept, sleep }: ExitMessage): Restart | undefined {
    const rule = RESTARTS[reason];
    if (rule === undefined) return undefined;
    this.rule = rule;
    if (kept !== undefined) this.keep(kept);
    const over = this.bootsLeft <= 0;
    if (!rule.hard) return { hard: false, delay: SOFT_RESET_TIME, over };
    this.countersFrom = undefined;
    return { hard: true, delay: sleep === undefined ? this.bootTime : this.afterSleep(sleep), over };
  }

  private afterSleep(duration: Nanoseconds): Nanoseconds | undefined {
    return duration < 0 ? undefined : duration + this.bootTime;
  }
}
