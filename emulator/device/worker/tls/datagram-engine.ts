/**
 * A DTLS engine with the face of a stream's: the firmware moves datagrams as it moves records. Its timer is looked
 * at, as in the port, whenever the program waits for the socket and nothing is there: a blocking socket that
 * waits for ever repeats nothing.
 */
import type { DtlsConnection, DtlsHost } from '../../../tls/dtls/engine.ts';
import { type AlertName, type TlsConnection, TlsError, type TlsSession } from '../../../tls/engine.ts';
import { MILLISECOND, type Nanoseconds } from '../../../world/time.ts';
import { IN_BUFFER } from '../../mbedtls-memory.ts';

/** What both kinds of engine are to an SSLSocket. */
export type DeviceEngine = Pick<
  TlsConnection,
  | 'start'
  | 'receive'
  | 'receiveEnd'
  | 'sendAlert'
  | 'takeRecord'
  | 'send'
  | 'read'
  | 'bytesWanted'
  | 'state'
  | 'peerClosed'
  | 'session'
>;

export class DatagramEngine implements DeviceEngine {
  /** A datagram is read whole: mbedTLS gives its buffer. */
  readonly bytesWanted = IN_BUFFER;
  private readonly now: () => Nanoseconds;
  private readonly dtls: DtlsConnection;
  private deadline: Nanoseconds | undefined;

  /** `now`: the device's clock. */
  constructor(now: () => Nanoseconds, create: (setTimer: DtlsHost['setTimer']) => DtlsConnection) {
    this.now = now;
    this.dtls = create((milliseconds) => {
      this.deadline = milliseconds === undefined ? undefined : now() + milliseconds * MILLISECOND;
    });
  }

  /** Until the timer runs out; 0 when it has, undefined when none runs. */
  get timeLeft(): Nanoseconds | undefined {
    return this.deadline === undefined ? undefined : Math.max(0, this.deadline - this.now());
  }

  /** Throws TlsError "timeout" when the longest wait was in vain. */
  timeout(): void {
    this.deadline = undefined;
    this.dtls.timeout();
  }

  start(): void {
    this.dtls.start();
  }

  receive(datagram: Uint8Array): void {
    this.dtls.receive(datagram);
  }

  /** mbedTLS takes an empty datagram for the end of a stream. */
  receiveEnd(): never {
    throw new TlsError('transport-closed', 'an empty datagram');
  }

  sendAlert(description: AlertName): void {
    this.dtls.sendAlert(description);
  }

  takeRecord(): Uint8Array | undefined {
    return this.dtls.takeDatagram();
  }

  send(bytes: Uint8Array): number {
    return this.dtls.send(bytes);
  }

  /** The data of one record, which no limit of the device's is shorter than. */
  read(): Uint8Array {
    return this.dtls.read() ?? new Uint8Array(0);
  }

  get state(): DtlsConnection['state'] {
    return this.dtls.state;
  }

  get peerClosed(): boolean {
    return this.dtls.peerClosed;
  }

  get session(): TlsSession | undefined {
    return this.dtls.session;
  }
}
