/** What the tool's exit status says. */
export const EXIT = {
  /** Everything came out as expected. */
  pass: 0,
  /** Something came out differently. */
  failed: 1,
  /** The command line, or a file it names, cannot be used. */
  usage: 2,
  /** The virtual or the wall-clock limit was reached. */
  timeout: 42,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What the person at the terminal asked for cannot be done; the message says why in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
