/** How a scenario writes quantities: with their unit, as people say them. Each reader gives undefined for what it cannot read. */
import type { Nanoseconds, UnixSeconds } from '../../emulator/world/time.ts';

const DURATION_UNITS: Readonly<Record<string, Nanoseconds>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  min: 60e9,
  h: 3_600e9,
  d: 86_400e9,
};

const RATE_UNITS: Readonly<Record<string, number>> = {
  'bit/s': 1,
  'kbit/s': 1e3,
  'Mbit/s': 1e6,
  'Gbit/s': 1e9,
};

const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KiB: 1024,
};

const QUANTITY = /^(\d+(?:\.\d+)?)\s*([a-zA-Zµ/]+)$/;

/** "250ms", "1.5 s", "2min" in nanoseconds. */
export function parseDuration(text: string): Nanoseconds | undefined {
  return parseQuantity(text, DURATION_UNITS);
}

/** "20Mbit/s" in bits per second. */
export function parseRate(text: string): number | undefined {
  const rate = parseQuantity(text, RATE_UNITS);
  return rate === 0 ? undefined : rate;
}

/** "60kB", "16KiB", "500B" in bytes. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text, SIZE_UNITS);
}

/** "2.5%" as a fraction of one. */
export function parsePercentage(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  const fraction = match === null ? Number.NaN : Number(match[1]) / 100;
  return fraction <= 1 ? fraction : undefined;
}

/** "2026-03-01", "2026-03-01T12:00:00Z": always UTC, as certificates are. */
export function parseTime(text: string): UnixSeconds | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?Z?)?$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year!, month! - 1, day!, hour!, minute!, second!));
  // Date.UTC rolls over what no calendar has: 2026-02-30 would be 2 March.
  const exists = date.toISOString().startsWith(`${match[1]}-${match[2]}-${match[3]}`) && hour! < 24;
  return exists ? date.getTime() / 1000 : undefined;
}

/** "2026-03-01" in seconds since 1970, or "-30d", "+1h" as a distance from the time of the world. */
export function parseMoment(text: string): Moment | undefined {
  const time = parseTime(text);
  if (time !== undefined) return { time };
  const [, sign, amount] = /^([+-]?)(.*)$/.exec(text)!;
  const distance = parseDuration(amount!);
  if (distance === undefined) return undefined;
  return { fromNow: (sign === '-' ? -distance : distance) / DURATION_UNITS.s! };
}

export type Moment = { readonly time: UnixSeconds } | { readonly fromNow: number };

export function resolveMoment(moment: Moment, now: UnixSeconds): UnixSeconds {
  return 'time' in moment ? moment.time : now + Math.floor(moment.fromNow);
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = QUANTITY.exec(text);
  const unit = match === null ? undefined : units[match[2]!];
  return unit === undefined ? undefined : Math.round(Number(match![1]) * unit);
}
