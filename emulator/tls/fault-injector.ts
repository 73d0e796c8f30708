/** Does what faults.ts describes to what a connection is about to send. */
import type { AnnotatedField } from '../world/trace-events.ts';
import { TlsError } from './engine.ts';
import { alertBytes, type Fault, type FaultPoint } from './faults.ts';
import type { EncodedMessage, HandshakeName } from './messages/handshake.ts';
import type { ContentType } from './record/content-type.ts';

/** One thing to put on the wire, before it is cut into records and protected. */
export interface Parcel {
  readonly contentType: ContentType;
  readonly bytes: Uint8Array;
  /** Of a handshake message: as it was made, and how to read it once it is damaged. */
  readonly message?: EncodedMessage<unknown>;
  /** Changes a fragment after protection. */
  readonly corrupt?: (fragment: Uint8Array) => void;
}

/** Where in a handshake message its lengths stand, each of three octets and each that of the body. */
export interface MessageHeader {
  /** Octets. */
  readonly length: number;
  readonly lengthFields: readonly number[];
}

export const TLS_HEADER: MessageHeader = { length: 4, lengthFields: [1] };
/** RFC 6347 section 4.2.2: length and fragment_length, as if the message came in one piece. */
export const DTLS_HEADER: MessageHeader = { length: 12, lengthFields: [1, 9] };

export class FaultInjector {
  private readonly faults: readonly Fault[];
  private readonly header: MessageHeader;
  private readonly counts = new Map<FaultPoint, number>();
  private readonly sent = new Map<HandshakeName, Parcel>();
  private delayed: Parcel[] = [];
  private stalled = false;

  constructor(faults: readonly Fault[], header: MessageHeader) {
    this.faults = faults;
    this.header = header;
  }

  /** Counts what is about to be sent; the fault that is due, if one is. */
  due(point: FaultPoint): Fault | undefined {
    const count = (this.counts.get(point) ?? 0) + 1;
    this.counts.set(point, count);
    return this.faults.find(({ at, nth = 1 }) => at === point && nth === count);
  }

  /** What goes on the wire instead of `parcel`, in order. */
  deliver(parcel: Parcel, fault: Fault | undefined): readonly Parcel[] {
    if (fault?.fault === 'stall') this.stalled = true;
    if (this.stalled) return [];
    if (fault?.fault === 'reorder') {
      this.delayed.push(parcel);
      return [];
    }
    const out = fault === undefined ? [parcel] : this.damage(parcel, fault);
    if (parcel.message !== undefined) this.sent.set(parcel.message.codec.name, parcel);
    if (out.length === 0) return out;
    return [...out, ...this.delayed.splice(0)];
  }

  private damage(parcel: Parcel, fault: Fault): readonly Parcel[] {
    switch (fault.fault) {
      case 'drop':
        return [];
      case 'duplicate':
        return [parcel, parcel];
      case 'flip-byte':
        return [{ ...parcel, bytes: flipped(parcel, fault) }];
      case 'corrupt-record':
        return [{ ...parcel, corrupt: (fragment) => flip(fragment, fault.offset, fault.mask) }];
      case 'truncate':
        return [{ ...parcel, bytes: this.truncated(parcel, fault.length, fault.keepHeader ?? false) }];
      case 'wrong-length':
        return [{ ...parcel, bytes: this.misstated(parcel, fault) }];
      case 'replay':
        return [this.earlier(fault.message)];
      case 'send-alert':
        return [{ contentType: 'alert', bytes: alertBytes(fault.level, fault.alert) }];
      case 'hello-request':
        // Type and length are zero; it stands in no transcript (RFC 5246 section 7.4.1.1).
        return [{ contentType: 'handshake', bytes: new Uint8Array(this.header.length) }, parcel];
      default:
        // Lies were told when the message was made.
        return [parcel];
    }
  }

  /** Only handshake messages have a header of their own; of other contents the first bytes are left. */
  private truncated({ bytes, message }: Parcel, length: number, keepHeader: boolean): Uint8Array {
    if (message === undefined) return bytes.slice(0, length);
    const cut = bytes.slice(0, this.header.length + length);
    return keepHeader ? cut : this.withLength(cut, cut.length - this.header.length);
  }

  private misstated({ bytes, message }: Parcel, fault: Fault & { fault: 'wrong-length' }): Uint8Array {
    if (message === undefined) throw new TlsError('internal', `${fault.at} has no length of its own`);
    return this.withLength(bytes, bytes.length - this.header.length + fault.by);
  }

  private withLength(message: Uint8Array, length: number): Uint8Array {
    const out = message.slice();
    for (const at of this.header.lengthFields) out.set([length >>> 16, length >>> 8, length], at);
    return out;
  }

  private earlier(name: HandshakeName): Parcel {
    const parcel = this.sent.get(name);
    if (parcel === undefined) throw new TlsError('internal', `no ${name} was sent that could be replayed`);
    return parcel;
  }
}

function flipped(parcel: Parcel, fault: Fault & { fault: 'flip-byte' }): Uint8Array {
  const bytes = parcel.bytes.slice();
  const { field } = fault;
  if (field === undefined) flip(bytes, fault.offset, fault.mask);
  else {
    const found = find(parcel.message?.fields ?? [], field);
    if (found === undefined) throw new TlsError('internal', `${fault.at} has no field ${field}`);
    flip(bytes.subarray(found.offset, found.offset + found.length), fault.offset, fault.mask);
  }
  return bytes;
}

function find(fields: readonly AnnotatedField[], name: string): AnnotatedField | undefined {
  for (const field of fields) {
    const found = field.name === name ? field : find(field.children ?? [], name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** In place; a negative offset counts from the end. */
function flip(bytes: Uint8Array, offset: number, mask = 1): void {
  const at = offset < 0 ? bytes.length + offset : offset;
  if (at < 0 || at >= bytes.length) {
    throw new TlsError('internal', `there is no byte ${offset} in ${bytes.length} bytes`);
  }
  bytes[at]! ^= mask;
}
