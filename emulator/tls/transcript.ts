import type { CryptoProvider, Hash, HashName } from '../crypto/provider.ts';
import { concat } from '../world/bytes.ts';

/** Type of a message that is never sent. */
const MESSAGE_HASH = 254;

/**
 * All handshake messages so far, headers included, HelloRequest left out (RFC 5246 section 7.4.9). Hashed as they
 * come once the hash is known; kept whole besides, because a TLS 1.2 CertificateVerify may use another hash.
 */
export class Transcript {
  private readonly messages: Uint8Array[] = [];
  private running: Hash | undefined;
  private restart: (() => Hash) | undefined;

  add(message: Uint8Array): void {
    this.messages.push(message);
    this.running?.update(message);
  }

  /** Fixes the hash, when the suite is known. */
  start(crypto: CryptoProvider, hash: HashName): void {
    this.restart = () => crypto.createHash(hash);
    this.running = this.restart();
    for (const message of this.messages) this.running.update(message);
  }

  /** RFC 8446 section 4.4.1: before a HelloRetryRequest, the ClientHello is replaced by a message with its hash. */
  replaceByHash(): void {
    const digest = this.hash();
    const messageHash = concat(Uint8Array.of(MESSAGE_HASH, 0, 0, digest.length), digest);
    this.messages.splice(0, this.messages.length, messageHash);
    this.running = this.restart!().update(messageHash);
  }

  hash(): Uint8Array {
    if (this.running === undefined) throw new Error('the transcript has no hash before the suite is agreed');
    return this.running.clone().digest();
  }

  bytes(): Uint8Array {
    return concat(...this.messages);
  }
}
