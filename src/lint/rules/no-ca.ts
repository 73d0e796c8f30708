/** A context that verifies and trusts nobody refuses everybody. */
import type { Rule } from '../rule.ts';

export const noCa: Rule = {
  id: 'no-ca',
  check: ({ uses }) =>
    uses
      .filter(({ verifies, anchors }) => verifies && anchors?.length === 0)
      .map(({ line, what }) => ({
        line,
        message: `${what} verifies, but has no certificate authority to trust`,
        why: 'every handshake fails: OSError(-30336), MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED; a board comes with no authorities of its own',
        remedy: 'load the root that signs your server: load_verify_locations(cafile="/root.der")',
      })),
};
