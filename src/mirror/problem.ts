/** What stops a mirror: a port, a board or a network that is not as it must be. One message says which, and what to do. */
export class MirrorError extends Error {
  override readonly name = 'MirrorError';
}
