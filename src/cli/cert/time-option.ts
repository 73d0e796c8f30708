/** `--time`, which means the same in every command. */
import { InvalidArgumentError, Option } from 'commander';
import type { UnixSeconds } from '../../../emulator/world/time.ts';

/** `what` says what happens at that time, `initial` which it is by default. */
export function timeOption(what: string, initial = 'now'): Option {
  const forms = `2026-03-01, 2026-03-01T12:00:00Z or seconds since 1970 (default: ${initial})`;
  return new Option('--time <time>', `${what}: ${forms}`).argParser(readTime);
}

export function now(): UnixSeconds {
  return Math.floor(Date.now() / 1000);
}

function readTime(text: string): UnixSeconds {
  const seconds = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (!Number.isFinite(seconds))
    throw new InvalidArgumentError('Expected a time such as 2026-03-01T12:00:00Z.');
  return Math.floor(seconds);
}
