/** The broker on a simulated host, over TCP or over TLS. */
import { TcpStream } from './byte-stream.ts';
import type { HostContext } from './host.ts';
import { serveAccepted } from './http-server.ts';
import { type BrokerOptions, MqttBroker } from './mqtt-broker.ts';
import { commonName } from './peer-name.ts';
import { acceptTls, type TlsEndpointOptions } from './tls-endpoint.ts';

export interface MqttServerOptions extends Pick<BrokerOptions, 'users' | 'retained' | 'onMessage'> {
  readonly port: number;
  /** Without it plain TCP. */
  readonly tls?: TlsEndpointOptions;
  readonly backlog?: number;
}

export class MqttServer {
  constructor(host: HostContext, options: MqttServerOptions) {
    const { world, name } = host;
    if (options.tls !== undefined) host.tlsEngine?.check(options.tls, host);
    const broker = new MqttBroker({
      ...options,
      clock: world,
      emit: (event) => world.trace.append(name, event),
    });
    serveAccepted(host.stack.listenTcp(options.port, options.backlog ?? 16), (socket) => {
      if (options.tls === undefined) {
        broker.connect({ stream: new TcpStream(socket), name: socket.connection });
        return;
      }
      const stream = acceptTls(host, socket, options.tls);
      broker.connect({ stream, name: socket.connection, identity: () => commonName(stream) });
    });
  }
}
