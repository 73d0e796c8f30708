/**
 * What the DTLS engine is to those who use it, and what it asks of them besides what TLS asks. Sans-I/O like that
 * one: datagrams in, datagrams and events out.
 */
import type { TlsConnection, TlsHost } from '../engine.ts';

export interface DtlsHost extends TlsHost {
  /**
   * Starts the retransmission timer anew, or stops it (undefined). When the time has passed, the host calls
   * `timeout()`. The shape of mbedTLS's `mbedtls_ssl_set_timer_cb`: the engine has no clock, and a host that
   * were only shown a duration could not tell a timer that goes on from one that begins again.
   */
  setTimer(milliseconds: number | undefined): void;
}

export interface DtlsConnection
  extends Pick<
    TlsConnection,
    'start' | 'close' | 'sendAlert' | 'state' | 'peerClosed' | 'error' | 'session'
  > {
  /**
   * Hands the engine a datagram. What is not authentic, not new or not DTLS is dropped without a word (RFC 6347
   * section 4.1.2.7). Throws TlsError for what ends the connection; the alert to send is then in `takeDatagram()`.
   * `hello-verify-required` is such an end in the `mbedtls` profile: the HelloVerifyRequest is there to be taken, and
   * the client's second hello is for a new connection with the same cookie secret, as in MicroPython, whose
   * `wrap_socket(client_id=…)` raises OSError(-0x6A80) and wants to be called again.
   */
  receive(datagram: Uint8Array): void;
  /** The next datagram to send; none is longer than the MTU. */
  takeDatagram(): Uint8Array | undefined;
  /**
   * Sends application data in one record, in a datagram of its own; returns how many bytes were accepted: all, or
   * 0 unless established. Throws TlsError "message-too-long", which leaves the connection as it is, when the
   * record would exceed the MTU or what the profile sends.
   */
  send(bytes: Uint8Array): number;
  /** The application data of one record; undefined when there is none. */
  read(): Uint8Array | undefined;
  /** The retransmission timer has run out. Throws TlsError "timeout" when the longest wait was in vain. */
  timeout(): void;
}
