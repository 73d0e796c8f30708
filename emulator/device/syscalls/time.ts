/** Waiting, the real-time clock, and the watchdog. */
import { SECOND } from '../../world/time.ts';
import { type Handlers, OK } from './call.ts';

export const timeCalls: Handlers<'time'> = {
  'time.yield': () => OK,
  'time.sleep': (_kernel, duration) => ({
    attempt: () => undefined,
    timeout: Math.max(0, duration),
    onTimeout: () => OK,
  }),
};

export const rtcCalls: Handlers<'rtc'> = {
  'rtc.set': (kernel, time) => {
    kernel.rtcOrigin = time - kernel.world.now / SECOND;
    return { value: 0, data: kernel.rtcOrigin };
  },
};

export const watchdogCalls: Handlers<'watchdog'> = {
  'watchdog.feed': (kernel, timeout) => {
    kernel.armWatchdog(timeout);
    return OK;
  },
};
