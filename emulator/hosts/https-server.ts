import type { HostContext } from './host.ts';
import { type HttpServerOptions, serveAccepted, serveHttp } from './http-server.ts';
import { acceptTls, type TlsEndpointOptions } from './tls-endpoint.ts';

export interface HttpsServerOptions extends HttpServerOptions, TlsEndpointOptions {}

/** HTTP over TLS. Whether a client must show a certificate is the TLS endpoint's business. */
export class HttpsServer {
  constructor(host: HostContext, options: HttpsServerOptions) {
    host.tlsEngine?.check(options, host);
    const listener = host.stack.listenTcp(options.port, options.backlog ?? 16);
    serveAccepted(listener, (socket) => {
      const stream = acceptTls(host, socket, options);
      serveHttp(host, stream, options.routes, socket.connection);
      stream.start();
    });
  }
}
