/** How figures are written: a value always stands with its unit. */
import { MICROSECOND, MILLISECOND, type Nanoseconds, SECOND } from '../../emulator/world/time.ts';

/** "312 µs", "4.2 ms", "1.284 s": the unit that leaves one to four digits before the point. */
export function formatDuration(duration: Nanoseconds): string {
  if (duration < MICROSECOND) return `${Math.round(duration)} ns`;
  if (duration < MILLISECOND) return `${trimZeros((duration / MICROSECOND).toFixed(0))} µs`;
  if (duration < SECOND) {
    return `${trimZeros((duration / MILLISECOND).toFixed(duration < 100 * MILLISECOND ? 1 : 0))} ms`;
  }
  return `${(duration / SECOND).toFixed(3)} s`;
}

/** Seconds since the world began, to the tenth of a millisecond, without unit. */
export function formatClock(time: Nanoseconds): string {
  return (time / SECOND).toFixed(4);
}

/** "2026-03-01 12:00:00" for an instant in ISO 8601 and UTC. */
export function formatInstant(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
}

/** "27,698 B". */
export function formatBytes(bytes: number): string {
  return `${formatCount(bytes)} B`;
}

export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 frame", "12 frames". */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function trimZeros(decimal: string): string {
  return decimal.replace(/\.0+$/, '');
}
