import { EMPTY } from '../codec/bytes.ts';
import { TlsError } from '../engine.ts';
import { HANDSHAKE_HEADER_LENGTH } from '../messages/handshake.ts';

/**
 * Puts handshake messages together again: records may hold several, or a part of one (RFC 5246 section 6.2.1).
 */
export class MessageAssembler {
  private readonly maxLength: number;
  /** What is pending stands in it from `start` to `end`; room behind it saves copying all of it for each piece. */
  private buffer: Uint8Array = EMPTY;
  private start = 0;
  private end = 0;

  /** `maxLength`: octets of the longest body that is accepted. */
  constructor(maxLength: number) {
    this.maxLength = maxLength;
  }

  push(fragment: Uint8Array): void {
    if (this.isEmpty) {
      this.buffer = fragment;
      this.start = 0;
      this.end = fragment.length;
      return;
    }
    if (this.end + fragment.length > this.buffer.length) this.makeRoom(fragment.length);
    this.buffer.set(fragment, this.end);
    this.end += fragment.length;
  }

  /** True when there is no message begun: only then may keys change or other records come. */
  get isEmpty(): boolean {
    return this.start === this.end;
  }

  /** Type of the message now being received, as soon as its first byte is there. */
  get pendingType(): number | undefined {
    return this.isEmpty ? undefined : this.buffer[this.start];
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
    if (this.end - this.start < total) return undefined;
    const message = this.buffer.subarray(this.start, this.start + total);
    this.start += total;
    return message;
  }

  /** As the header says; 0 while there is no whole header. */
  private get bodyLength(): number {
    if (this.end - this.start < HANDSHAKE_HEADER_LENGTH) return 0;
    const at = this.start + 1;
    return (this.buffer[at]! << 16) | (this.buffer[at + 1]! << 8) | this.buffer[at + 2]!;
  }

  private makeRoom(length: number): void {
    const pending = this.buffer.subarray(this.start, this.end);
    this.buffer = new Uint8Array(2 * (pending.length + length));
    this.buffer.set(pending);
    this.start = 0;
    this.end = pending.length;
  }
}
