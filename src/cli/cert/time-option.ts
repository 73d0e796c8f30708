/** `--time`, which means the same in every command. */
import { InvalidArgumentError, Option } from 'commander';
import type { UnixSeconds } from '../../../emulator/world/time.ts';
import { UsageError } from '../exit-codes.ts';

/** `what` says what happens at that time, `initial` which it is by default. */
export function timeOption(what: string, initial = 'now'): Option {
  const forms = `2026-03-01, 2026-03-01T12:00:00Z or seconds since 1970 (default: ${initial})`;
  return new Option('--time <time>', `${what}: ${forms}`).argParser(readTime);
}

export function now(): UnixSeconds {
  return Math.floor(Date.now() / 1000);
}

/** What certificates can say (RFC 5280 section 4.1.2.5): from UTCTime's first year to GeneralizedTime's last. */
const EARLIEST = Date.UTC(1950, 0) / 1000;
const LATEST = Date.UTC(10_000, 0) / 1000 - 1;

/** Of the last day that a certificate may be valid. Throws UsageError for a later one. */
export function checkEnd(notAfter: UnixSeconds): void {
  if (notAfter > LATEST)
    throw new UsageError('--time: certificates cannot say that they end after the year 9999');
}

function readTime(text: string): UnixSeconds {
  const seconds = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (!(seconds >= EARLIEST && seconds <= LATEST))
    throw new InvalidArgumentError(
      'Expected a time such as 2026-03-01T12:00:00Z, of the years 1950 to 9999.',
    );
  return Math.floor(seconds);
}
