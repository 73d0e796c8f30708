/** What the file system refuses, in words; the path is for the caller to say. */

/** By Node's codes. Reading and writing differ where nothing is there. */
const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'that is a folder',
  ENOTDIR: 'what should be a folder on the way there is a file',
  EEXIST: 'a file of that name is in the way',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

/** In words; throws what is no fault of the file. */
export function whyUnreadable(error: unknown): string {
  return reasonOf(error, 'there is no such file');
}

/** In words; throws what is no fault of the file. */
export function whyUnwritable(error: unknown): string {
  return reasonOf(error, 'there is no such folder; make it first');
}

function reasonOf(error: unknown, whenMissing: string): string {
  const { code, message = '' } = error as { code?: string; message?: string };
  if (code === 'ENOENT') return whenMissing;
  if (code === undefined) throw error;
  // "EIO: i/o error, read"
  const [, text] = /^E[A-Z0-9]+: ([^,]+)/.exec(message) ?? [];
  const reason = REASONS[code] ?? text;
  if (reason === undefined) throw error;
  return reason;
}
