/** The secure element: its key is here, in the worker, and never in the interpreter's memory or the flash. */
import type { EcPrivateKey } from '../../../crypto/provider.ts';
import { parsePrivateKey } from '../../../x509/keys.ts';
import type { Session } from '../session.ts';
import type { BridgeFunctions } from './functions.ts';
import type { PythonMemory } from './memory.ts';

/** Bytes of a SHA-256 digest, all that the element signs. */
const DIGEST = 32;

export function secureElementFunctions(current: () => Session, memory: PythonMemory): BridgeFunctions {
  let read: { session: Session; key: EcPrivateKey | undefined } | undefined;
  const keyOf = (session: Session) => {
    if (read?.session !== session) read = { session, key: provisionedKey(session) };
    return read.key;
  };
  return {
    has_secure_element: () => current().board.secureElement,
    /** Writes the point; false when there is no key. */
    element_public_key(address: number) {
      const key = keyOf(current());
      if (key !== undefined) memory.write(address, key.publicKey.point);
      return key !== undefined;
    },
    /** Writes the signature of the digest and returns its length, 0 when there is no key. */
    element_sign(digest: number, signature: number) {
      const session = current();
      const key = keyOf(session);
      if (key === undefined) return 0;
      const duration = session.board.secureElementSign;
      session.charge(duration);
      session.emit({ type: 'device.cpu', operation: 'secure element sign secp256r1', duration });
      const signed = session.crypto.ecdsaSignDigest(key, 'sha256', memory.read(digest, DIGEST));
      memory.write(signature, signed);
      return signed.length;
    },
  };
}

function provisionedKey({ boot }: Session): EcPrivateKey | undefined {
  if (boot.secureElementKey === undefined) return undefined;
  const key = parsePrivateKey(boot.secureElementKey);
  return key.kind === 'ec' ? key : undefined;
}
