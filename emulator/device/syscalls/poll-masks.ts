/** Bits of `select.poll`. */
export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLHUP = 16;
/** Of a descriptor that is closed. */
export const POLLNVAL = 32;

/** `sys.stdin` in the list of what poll waits for; no socket has this number. */
export const CONSOLE = 0;
