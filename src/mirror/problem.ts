/** What stops a mirror: a port, a board or a network that is not as it must be. One message says which, and what to do. */
export class MirrorError extends Error {
  override readonly name = 'MirrorError';
}

/** What the command line names is not there, or is not what it has to be: nothing was tried yet. */
export class MirrorUsageError extends MirrorError {}

/** What servers of ports say to a second client: tls-sandbox serial, ser2net. */
const BUSY = /\bbusy\b|already in use/i;

/** The message for a line whose server `said` that somebody else has it; undefined when it said something else. */
export function whenBusy(name: string, said: string): string | undefined {
  if (!BUSY.test(said)) return undefined;
  return `${name}: the port is busy: close the other program that has it (it says ${JSON.stringify(said)})`;
}
