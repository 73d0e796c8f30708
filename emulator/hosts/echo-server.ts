/** Gives back what it gets (RFC 862), over TCP or over TLS, until the client has said everything. */
import { TcpStream } from './byte-stream.ts';
import type { HostContext } from './host.ts';
import { serveAccepted } from './http-server.ts';
import { acceptTls, type TlsEndpointOptions } from './tls-endpoint.ts';

export interface EchoServerOptions {
  readonly port: number;
  /** Without it plain TCP. */
  readonly tls?: TlsEndpointOptions;
  readonly backlog?: number;
}

export class EchoServer {
  constructor(host: HostContext, { port, tls, backlog }: EchoServerOptions) {
    if (tls !== undefined) host.tlsEngine?.check(tls, host);
    serveAccepted(host.stack.listenTcp(port, backlog ?? 16), (socket) => {
      const stream = tls === undefined ? new TcpStream(socket) : acceptTls(host, socket, tls);
      stream.onData = (bytes) => stream.write(bytes);
      stream.onEnd = () => stream.end();
      stream.start();
    });
  }
}
