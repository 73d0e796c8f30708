/** A board wakes in the year 2000, when no certificate of today was valid yet. */
import type { Call } from '../python/program.ts';
import type { Rule } from '../rule.ts';

/** Methods of machine.RTC that set the clock when they are given something. */
const SETTERS = new Set(['datetime', 'init']);

export const clockNotSet: Rule = {
  id: 'clock-not-set',
  check({ uses, program, clockIsSet }) {
    const verifying = uses.find(({ verifies }) => verifies);
    if (verifying === undefined || clockIsSet || program.calls.some(setsClock)) return [];
    return [
      {
        line: verifying.line,
        message: `${verifying.what} verifies, but this program never sets the clock`,
        why: 'after power-on the board is in the year 2000: every certificate is "not yet valid", and the handshake fails',
        remedy:
          'import ntptime; ntptime.settime() after Wi-Fi is up and before the first handshake, again after a power cut',
      },
    ];
  },
};

function setsClock({ callee, receiver, positional }: Call): boolean {
  if (callee.startsWith('ntptime.settime')) return true;
  return receiver !== undefined && positional.length > 0 && SETTERS.has(callee.split('.').at(-1)!);
}
