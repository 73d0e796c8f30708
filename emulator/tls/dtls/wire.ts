/** The wire as a handshake machine sees it when datagrams carry it; the machines of TLS 1.2 run on it unchanged. */
import type { AnnotatedField, ConnectionId } from '../../world/trace-events.ts';
import { TlsError } from '../engine.ts';
import { DTLS_HEADER, type Parcel } from '../fault-injector.ts';
import type { Fault } from '../faults.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import type { DecodedMessage, EncodedMessage, MessageCodec } from '../messages/handshake.ts';
import type { Profile } from '../profiles.ts';
import type { ContentType } from '../record/content-type.ts';
import type { RecordProtection } from '../record/protection.ts';
import { TLS12_IN_DATAGRAMS } from '../versions.ts';
import { WireBase } from '../wire-base.ts';
import type { DatagramConfig } from './config.ts';
import type { DtlsHost } from './engine.ts';
import { decodeDtlsMessage, describeDtlsHeader, encodeDtlsMessage } from './handshake-header.ts';
import { DtlsIncoming } from './incoming.ts';
import { DtlsOutgoing } from './outgoing.ts';
import type { DtlsRecord } from './records.ts';
import { Retransmission } from './retransmission.ts';
import type { DtlsRules } from './rules.ts';

/** Below it a protected Finished might not fit, and flights would come in too many pieces. */
const SMALLEST_MTU = 256;

export class DtlsWire extends WireBase implements HandshakeIo {
  readonly tls12 = TLS12_IN_DATAGRAMS;
  readonly retransmission: Retransmission;
  readonly incoming: DtlsIncoming;
  /** Called when what is received changes keys. */
  onReceivingKeys: (() => void) | undefined;
  private readonly outgoing: DtlsOutgoing;
  private readonly mtu: number;
  private maxPlaintext: number;
  private messageSeq = 0;

  /** Throws RangeError for an MTU that is too small. */
  constructor(
    connection: ConnectionId,
    profile: Profile,
    rules: DtlsRules,
    host: DtlsHost,
    config: DatagramConfig & { readonly faults?: readonly Fault[] | undefined },
  ) {
    super(connection, profile, host, DTLS_HEADER, config.faults);
    this.mtu = config.mtu ?? rules.mtu;
    if (this.mtu < SMALLEST_MTU)
      throw new RangeError(`an MTU of ${this.mtu}, at least ${SMALLEST_MTU} needed`);
    this.maxPlaintext = profile.record.maxOutgoing;
    this.incoming = new DtlsIncoming(rules.maxEarlyRecords);
    this.outgoing = new DtlsOutgoing(rules.firstRecordVersion);
    this.outgoing.onRecord = ({ type, ...record }) =>
      this.emit({ type: 'tls.record', direction: 'sent', contentType: type, ...record });
    this.retransmission = new Retransmission({
      outgoing: this.outgoing,
      mtu: this.mtu,
      timeouts: config.handshakeTimeout,
      setTimer: (milliseconds) => host.setTimer(milliseconds),
      onRetransmit: (flight, attempt, cause) => this.emit({ type: 'tls.retransmit', flight, attempt, cause }),
    });
  }

  /**
   * A server speaks under the numbers of the hello it answers: so it need not know whether it has asked for a
   * cookie before (RFC 6347 section 4.2.1).
   */
  answer(messageSeq: number, { sequence }: DtlsRecord): void {
    this.messageSeq = messageSeq;
    this.outgoing.epoch.sequence = sequence;
  }

  protected encode<T>(codec: MessageCodec<T>, message: T): EncodedMessage<T> {
    return encodeDtlsMessage(codec, message, this.messageSeq++);
  }

  protected put({ contentType, bytes, message, corrupt }: Parcel): void {
    const { epoch } = this.outgoing;
    if (message !== undefined) this.retransmission.add({ name: message.codec.name, bytes, epoch, corrupt });
    else if (contentType === 'change_cipher_spec') {
      this.retransmission.add({ name: 'ChangeCipherSpec', bytes, epoch, corrupt });
    } else this.putAlone(contentType, bytes, corrupt);
  }

  /** Alerts and data are not sent again, and each has a datagram of its own. */
  private putAlone(contentType: ContentType, bytes: Uint8Array, corrupt: Parcel['corrupt']): void {
    const { epoch } = this.outgoing;
    const record = this.outgoing.seal(epoch, contentType, bytes, corrupt);
    if (contentType === 'application_data') {
      const { length } = record;
      if (length > this.mtu) throw tooLong(bytes, `a datagram of ${this.mtu}, which would be ${length}`);
      this.emit({ type: 'tls.data', direction: 'sent', bytes: bytes.slice() });
    }
    this.outgoing.pack(record, this.mtu, contentType, epoch);
    this.outgoing.endDatagram();
  }

  /** Throws TlsError "message-too-long". */
  override sendData(bytes: Uint8Array): void {
    if (bytes.length > this.maxPlaintext) throw tooLong(bytes, `a record of ${this.maxPlaintext}`);
    super.sendData(bytes);
  }

  takeDatagram(): Uint8Array | undefined {
    return this.outgoing.takeDatagram();
  }

  showRecord({ type: contentType, version, fragment }: DtlsRecord): void {
    const encrypted = this.incoming.encrypted;
    this.emit({
      type: 'tls.record',
      direction: 'received',
      contentType,
      version,
      length: fragment.length,
      encrypted,
    });
  }

  hearVersion(version: number): void {
    if (this.profile.record.takesOverVersion) this.outgoing.version = version;
  }

  agreeOnVersion(version: number): void {
    this.outgoing.version = version;
  }

  /** What is received is not held to it: more than was asked for does no harm here. */
  limitFragments(octets: number): void {
    this.maxPlaintext = Math.min(this.maxPlaintext, octets);
    this.retransmission.limitRecords(octets);
  }

  passOverEarlyData(): never {
    throw new Error('there is no early data in DTLS 1.2');
  }

  protectSending(protection: RecordProtection): void {
    this.outgoing.protect(protection);
  }

  protectReceiving(protection: RecordProtection): void {
    this.onReceivingKeys?.();
    this.incoming.protect(protection);
  }

  protected get encryptsSent(): boolean {
    return this.outgoing.encrypted;
  }

  protected get encryptsReceived(): boolean {
    return this.incoming.encrypted;
  }

  protected decode<T>(codec: MessageCodec<T>, bytes: Uint8Array): DecodedMessage<T> {
    return decodeDtlsMessage(codec, bytes);
  }

  protected describeHeader(bytes: Uint8Array): readonly AnnotatedField[] {
    return describeDtlsHeader(bytes);
  }
}

function tooLong(bytes: Uint8Array, limit: string): TlsError {
  return new TlsError(
    'message-too-long',
    `${bytes.length} bytes to send do not fit ${limit}: send less at once`,
  );
}
