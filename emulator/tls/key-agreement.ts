/** Ephemeral Diffie-Hellman, the same in all versions. */
import { CryptoError, type GroupName, type KeyShare } from '../crypto/provider.ts';
import { TlsError } from './engine.ts';
import { keyShareRandomLength } from './groups.ts';
import type { HandshakeIo } from './handshake-machine.ts';

export function makeKeyShare(io: HandshakeIo, group: GroupName): KeyShare {
  const { crypto } = io.host;
  return crypto.generateKeyShare(group, io.host.random(keyShareRandomLength(group)));
}

/**
 * What both sides come to: the premaster secret of TLS 1.2, the (EC)DHE input of 1.3. Throws TlsError when the
 * peer's key is no point of the group.
 */
export function agreeOnSecret(io: HandshakeIo, share: KeyShare, peer: Uint8Array): Uint8Array {
  try {
    return io.host.crypto.deriveSharedSecret(share, peer);
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw new TlsError('bad-key-share', `the peer's key is no point of ${share.group}`, { cause });
  }
}
