import { concat } from '../../world/bytes.ts';
import { EMPTY } from '../codec/bytes.ts';
import { TlsError } from '../engine.ts';
import { HANDSHAKE_HEADER_LENGTH } from '../messages/handshake.ts';

/**
 * Puts handshake messages together again: records may hold several, or a part of one (RFC 5246 section 6.2.1).
 */
export class MessageAssembler {
  private readonly maxLength: number;
  private pending: Uint8Array = EMPTY;

  /** `maxLength`: octets of the longest body that is accepted. */
  constructor(maxLength: number) {
    this.maxLength = maxLength;
  }

  push(fragment: Uint8Array): void {
    this.pending = this.pending.length === 0 ? fragment : concat(this.pending, fragment);
  }

  /** True when there is no message begun: only then may keys change or other records come. */
  get isEmpty(): boolean {
    return this.pending.length === 0;
  }

  /** Type of the message now being received, as soon as its first byte is there. */
  get pendingType(): number | undefined {
    return this.pending[0];
  }

  /** The next whole message with its header, or undefined. Throws TlsError for one that will be too long. */
  next(): Uint8Array | undefined {
    const message = this.take();
    if (message === undefined && this.bodyLength > this.maxLength) {
      throw new TlsError('message-too-long', `a handshake message of ${this.bodyLength} bytes`);
    }
    return message;
  }

  /** The next message if it is whole, however long. */
  take(): Uint8Array | undefined {
    const total = HANDSHAKE_HEADER_LENGTH + this.bodyLength;
    if (this.pending.length < total) return undefined;
    const message = this.pending.subarray(0, total);
    this.pending = this.pending.subarray(total);
    return message;
  }

  /** As the header says; 0 while there is no whole header. */
  private get bodyLength(): number {
    if (this.pending.length < HANDSHAKE_HEADER_LENGTH) return 0;
    return (this.pending[1]! << 16) | (this.pending[2]! << 8) | this.pending[3]!;
  }
}
