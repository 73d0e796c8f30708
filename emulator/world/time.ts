/**
 * Virtual time. An integer count of nanoseconds since the world began; a JS number holds 104 days of
 * them exactly, which is longer than any scenario may last.
 */
export type Nanoseconds = number;

export const MICROSECOND: Nanoseconds = 1_000;
export const MILLISECOND: Nanoseconds = 1_000_000;
export const SECOND: Nanoseconds = 1_000_000_000;

/** Seconds since 1970-01-01T00:00:00Z, as certificates and NTP servers mean them. */
export type UnixSeconds = number;
