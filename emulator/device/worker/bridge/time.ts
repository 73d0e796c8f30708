/** The device's clocks. Reading one is answered here, without the world, and costs CPU time. */
import { MICROSECOND, MILLISECOND, type UnixSeconds } from '../../../world/time.ts';
import type { Session } from '../session.ts';
import { type BridgeFunctions, nanoseconds } from './functions.ts';

/** The port's epoch, 2000-01-01T00:00:00Z. */
const EPOCH: UnixSeconds = 946_684_800;

/** `time.ticks_ms()` and its like wrap here: the largest small integer plus one. */
const TICKS_PERIOD = 2 ** 30;

export function timeFunctions(current: () => Session): BridgeFunctions {
  /** Time since boot of the simulated board's counters. */
  const uptime = () => {
    const session = current();
    session.chargeLocal(session.board.localCall);
    return session.uptime;
  };
  return {
    ticks_ms: () => Math.floor(uptime() / MILLISECOND) % TICKS_PERIOD,
    ticks_us: () => Math.floor(uptime() / MICROSECOND) % TICKS_PERIOD,
    ticks_cpu: () => Math.floor((uptime() / 1e9) * current().frequency) % TICKS_PERIOD,

    /** Seconds since boot. */
    uptime: () => uptime() / 1e9,

    /** The RTC: seconds since 2000 with a fraction. */
    rtc() {
      const session = current();
      session.chargeLocal(session.board.localCall);
      return session.rtc - EPOCH;
    },
    rtc_set(seconds: number) {
      current().setRtc(seconds + EPOCH);
      return 0;
    },

    on_timer(callback: (id: number) => void) {
      current().onTimer = callback;
      return 0;
    },
    /** With a period of `seconds`, or once after them. */
    timer_start(id: number, seconds: number, repeats: boolean) {
      const session = current();
      const period = Math.max(MICROSECOND, nanoseconds(seconds));
      session.timers.start(id, session.now + period, repeats ? period : undefined);
      return 0;
    },
    timer_stop(id: number) {
      current().timers.stop(id);
      return 0;
    },

    /** Another turn of a loop that would poll here: real peers hear what was said in the turn before. */
    loop_turn() {
      if (current().isPacedByWallClock) current().call('time.sleep', 0);
      return 0;
    },

    sleep(seconds: number) {
      return current().call('time.sleep', Math.max(0, nanoseconds(seconds))).value;
    },
    /** With whole numbers: a float would take memory of the interpreter each time. */
    sleep_ms(milliseconds: number) {
      return current().call('time.sleep', Math.max(0, milliseconds) * MILLISECOND).value;
    },
  };
}
