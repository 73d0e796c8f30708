/** What stops a mirror: a port, a board or a network that is not as it must be. One message says which, and what to do. */
export class MirrorError extends Error {
  override readonly name = 'MirrorError';
}

/** What the command line names is not there, or is not what it has to be: nothing was tried yet. */
export class MirrorUsageError extends MirrorError {}
