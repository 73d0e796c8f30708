/** A time span held against a moment, in words. */
import type { UnixSeconds } from '../../../../emulator/world/time.ts';
import { timeText } from '../../../../emulator/x509/time.ts';
import { plural } from '../../../report/format.ts';
import type { Period } from './inspected.ts';

export function period(from: UnixSeconds, until: UnixSeconds | undefined, now: UnixSeconds): Period {
  const written = { from: timeText(from), ...(until === undefined ? {} : { until: timeText(until) }) };
  if (now < from) return { ...written, state: 'future', text: `begins in ${span(from - now)}` };
  if (until === undefined) return { ...written, state: 'valid', text: 'without an end' };
  if (now > until) return { ...written, state: 'expired', text: `expired since ${span(now - until)}` };
  return { ...written, state: 'valid', text: `valid for another ${span(until - now)}` };
}

function span(seconds: number): string {
  if (seconds >= 86_400) return plural(Math.floor(seconds / 86_400), 'day');
  if (seconds >= 3600) return plural(Math.floor(seconds / 3600), 'hour');
  return plural(Math.ceil(seconds / 60), 'minute');
}
