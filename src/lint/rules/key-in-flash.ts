/** A private key that leaves with the flash chip. */
import type { Rule } from '../rule.ts';

export const keyInFlash: Rule = {
  id: 'key-in-flash',
  check: ({ uses }) =>
    uses
      .filter(({ signsElsewhere }) => !signsElsewhere)
      .flatMap(({ keys }) => keys)
      .map((key) => ({
        line: key.line,
        message: 'the private key lies in flash as it is',
        why: 'whoever holds the board reads its flash over the serial line, and is then this device to every server',
        remedy:
          'keep it in a secure element (tls.SSLContext.ecdsa_sign_callback), or encrypt the flash; give each board a key of its own, so that one can be revoked',
      })),
};
