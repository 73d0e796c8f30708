/** Who speaks TLS for a host. Its own engine, unless the host is given another. */
import type { TcpSocket } from '../net/api.ts';
import type { ByteStream } from './byte-stream.ts';
import type { HostContext } from './host.ts';
import type { TlsEndpointOptions } from './tls-endpoint.ts';

/** A connection's decrypted side. */
export interface SecureStream extends ByteStream {
  /** DER of the certificate that the other side has proved to hold, as far as it was verified. */
  readonly verifiedPeer: Uint8Array | undefined;
}

/** A service that the engine cannot be; the message is the reason. */
export class CannotPlay extends Error {
  override readonly name = 'CannotPlay';
}

export interface TlsEngine {
  /** Throws CannotPlay, before anything runs, for what it could not do. */
  check(options: TlsEndpointOptions, host: HostContext): void;
  /** Puts the server side of a TLS connection on an accepted socket. Call `start()` once call-backs are set. */
  accept(host: HostContext, socket: TcpSocket, options: TlsEndpointOptions): SecureStream;
}
