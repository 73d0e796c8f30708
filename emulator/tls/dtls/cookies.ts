/**
 * The cookie of a HelloVerifyRequest (RFC 6347 section 4.2.1): whoever sends it back has received it, so the address
 * is its own. It holds all that the server needs to know it again: 4 bytes of time and 28 of an HMAC, as in
 * mbedTLS's ssl_cookie.c; but it also binds the parameters of the hello, as the RFC asks.
 */
import { constantTimeEqual } from '../../crypto/constant-time.ts';
import { concat } from '../../world/bytes.ts';
import type { UnixSeconds } from '../../world/time.ts';
import { Writer } from '../codec/writer.ts';
import type { TlsHost } from '../engine.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import type { CookieConfig } from './config.ts';

const TIME_LENGTH = 4;
const MAC_LENGTH = 28;
/** Seconds that a client has for its second hello (mbedTLS: MBEDTLS_SSL_COOKIE_TIMEOUT). */
const LIFETIME = 60;

export class Cookies {
  private readonly config: CookieConfig;
  private readonly host: Pick<TlsHost, 'crypto' | 'unixTime'>;

  constructor(config: CookieConfig, host: Pick<TlsHost, 'crypto' | 'unixTime'>) {
    this.config = config;
    this.host = host;
  }

  make(hello: ClientHello): Uint8Array {
    return this.madeAt(this.host.unixTime(), hello);
  }

  accepts(hello: ClientHello): boolean {
    const { cookie } = hello;
    if (cookie?.length !== TIME_LENGTH + MAC_LENGTH) return false;
    const time = new DataView(cookie.buffer, cookie.byteOffset).getUint32(0);
    const age = this.host.unixTime() - time;
    return constantTimeEqual(cookie, this.madeAt(time, hello)) && age >= 0 && age <= LIFETIME;
  }

  private madeAt(time: UnixSeconds, hello: ClientHello): Uint8Array {
    const w = new Writer();
    w.u32('time', time);
    const endId = w.lengthU16('client_transport_id');
    w.bytes('id', this.config.clientTransportId);
    endId();
    w.u16('client_version', hello.version);
    w.bytes('random', hello.random);
    const endSession = w.lengthU8('session_id');
    w.bytes('id', hello.sessionId);
    endSession();
    for (const suite of hello.suites) w.u16('cipher_suite', suite);
    for (const method of hello.compressionMethods) w.u8('method', method);
    const { bytes } = w.finish();
    const mac = this.host.crypto.hmac('sha256', this.config.secret, bytes).subarray(0, MAC_LENGTH);
    return concat(bytes.subarray(0, TIME_LENGTH), mac);
  }
}
