/** Encryption with whoever answers. */
import type { Rule } from '../rule.ts';

const REMEDY =
  'make a context: verify_mode = ssl.CERT_REQUIRED, load_verify_locations(cadata=…), server_hostname= when it wraps the socket';

export const verificationOff: Rule = {
  id: 'verification-off',
  check: ({ uses }) =>
    uses
      .filter(({ verifies }) => !verifies)
      .map(({ line, what, switchedOffAt, anchors }) => ({
        line: switchedOffAt ?? line,
        message:
          switchedOffAt === undefined
            ? `${what} verifies nobody: that is its default on MicroPython`
            : `${what} verifies nobody: it was told so here`,
        why: 'whoever stands on the way can answer with a certificate of their own, and read and change everything',
        remedy: anchors === undefined ? `${REMEDY}; ${helperRemedy(what)}` : REMEDY,
      })),
};

/** requests takes no context: the request goes over a socket that was wrapped by hand. */
function helperRemedy(what: string): string {
  return what === 'requests'
    ? 'requests takes none, so the request goes over a socket that it has wrapped'
    : 'pass it as ssl=';
}
