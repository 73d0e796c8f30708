/** A flight: messages that are sent, and sent again, together (RFC 6347 section 4.2.4). */
import type { MessageName } from '../handshake-machine.ts';
import { encodeFragment, HANDSHAKE_HEADER_LENGTH } from './handshake-header.ts';
import type { DtlsOutgoing, Epoch } from './outgoing.ts';

/** One message of a flight; when it is sent again it goes under the keys it had. */
export interface FlightMessage {
  readonly name: MessageName;
  readonly epoch: Epoch;
  /** With its header, as if unfragmented. */
  readonly bytes: Uint8Array;
}

export class Flight {
  private readonly messages: FlightMessage[] = [];

  get isEmpty(): boolean {
    return this.messages.length === 0;
  }

  get names(): readonly MessageName[] {
    return this.messages.map(({ name }) => name);
  }

  add(message: FlightMessage): void {
    this.messages.push(message);
  }

  /** Fills datagrams of at most `mtu` octets. Each time the records get new numbers. */
  transmit(outgoing: DtlsOutgoing, mtu: number): void {
    for (const message of this.messages) {
      if (message.name === 'ChangeCipherSpec') sendRecord(outgoing, mtu, message, message.bytes);
      else sendMessage(outgoing, mtu, message);
    }
    outgoing.endDatagram();
  }
}

/** The one message under keys is Finished, which fits any datagram: only what is in the clear is cut. */
function sendMessage(outgoing: DtlsOutgoing, mtu: number, message: FlightMessage): void {
  if (message.epoch.protection === undefined) sendFragments(outgoing, mtu, message);
  else sendRecord(outgoing, mtu, message, message.bytes);
}

/** Each fragment is as long as the datagram has room for (RFC 6347 section 4.2.3). */
function sendFragments(outgoing: DtlsOutgoing, mtu: number, message: FlightMessage): void {
  const { bytes } = message;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const type = bytes[0]!;
  const messageSeq = view.getUint16(4);
  const body = bytes.subarray(HANDSHAKE_HEADER_LENGTH);
  let offset = 0;
  do {
    if (outgoing.roomIn(mtu) <= HANDSHAKE_HEADER_LENGTH) outgoing.endDatagram();
    const room = outgoing.roomIn(mtu) - HANDSHAKE_HEADER_LENGTH;
    const piece = body.subarray(offset, offset + room);
    const fragment = { type, length: body.length, messageSeq, offset, bytes: piece };
    sendRecord(outgoing, mtu, message, encodeFragment(fragment));
    offset += piece.length;
  } while (offset < body.length);
}

function sendRecord(outgoing: DtlsOutgoing, mtu: number, message: FlightMessage, content: Uint8Array): void {
  const type = message.name === 'ChangeCipherSpec' ? 'change_cipher_spec' : 'handshake';
  outgoing.pack(outgoing.seal(message.epoch, type, content), mtu, type, message.epoch);
}
