import { concat, EMPTY } from '../codec/bytes.ts';
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

  /** The next whole message with its header, or undefined. */
  next(): Uint8Array | undefined {
    if (this.pending.length < HANDSHAKE_HEADER_LENGTH) return undefined;
    const length = (this.pending[1]! << 16) | (this.pending[2]! << 8) | this.pending[3]!;
    const total = HANDSHAKE_HEADER_LENGTH + length;
    if (this.pending.length < total) {
      this.refuseTooLong(length);
      return undefined;
    }
    const message = this.pending.subarray(0, total);
    this.pending = this.pending.subarray(total);
    return message;
  }

  private refuseTooLong(length: number): void {
    if (length <= this.maxLength) return;
    throw new TlsError('message-too-long', `a handshake message of ${length} bytes`);
  }
}
