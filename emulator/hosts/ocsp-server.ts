/** An OCSP responder on a simulated host, over plain HTTP as everywhere: its answers are signed. */

import { TcpStream } from './byte-stream.ts';
import type { HostContext } from './host.ts';
import { serveAccepted, serveHttp } from './http-server.ts';
import { OcspResponder, type OcspResponderOptions } from './ocsp-responder.ts';

export interface OcspServerOptions extends Omit<OcspResponderOptions, 'crypto' | 'now' | 'onAnswer'> {
  readonly port: number;
  readonly backlog?: number;
}

export class OcspServer {
  constructor(host: HostContext, options: OcspServerOptions) {
    const { world, crypto, name } = host;
    serveAccepted(host.stack.listenTcp(options.port, options.backlog ?? 16), (socket) => {
      const { connection } = socket;
      const responder = new OcspResponder({
        ...options,
        crypto,
        now: () => world.unixTime,
        onAnswer: (serialNumbers, answers) =>
          world.trace.append(name, { type: 'ocsp.answer', connection, serialNumbers, answers }),
      });
      const stream = new TcpStream(socket);
      serveHttp(host, stream, (request) => responder.answer(request), connection);
      stream.start();
    });
  }
}
