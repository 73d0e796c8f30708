/** A server of DTLS 1.2 over UDP: a connection for each address that has shown it can be reached. */

import type { HostContext } from '../../emulator/hosts/host.ts';
import { peerTlsHost, type TlsEndpointOptions } from '../../emulator/hosts/tls-endpoint.ts';
import type { Endpoint, UdpSocket } from '../../emulator/net/api.ts';
import type { DtlsConnection } from '../../emulator/tls/dtls/engine.ts';
import { createDtlsServer, type DtlsServerConfig } from '../../emulator/tls/dtls/server.ts';
import { TlsError } from '../../emulator/tls/engine.ts';
import type { Timer } from '../../emulator/world/event-queue.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';

export interface DtlsServerOptions
  extends Pick<TlsEndpointOptions, 'credentials' | 'clientAuth' | 'clientAnchors'> {
  readonly port: number;
  /** How it speaks, on every connection. */
  readonly dtls?: Pick<DtlsServerConfig, 'suites' | 'groups' | 'preSharedKey' | 'mtu' | 'handshakeTimeout'>;
  /** The answer to what came in one record; undefined for none. */
  readonly answer: (data: Uint8Array) => Uint8Array | undefined;
}

const COOKIE_SECRET = 32;

export class DtlsServer {
  private readonly host: HostContext;
  private readonly options: DtlsServerOptions;
  private readonly socket: UdpSocket;
  private readonly cookieSecret: Uint8Array;
  private readonly connections = new Map<string, DtlsConnection>();

  constructor(host: HostContext, options: DtlsServerOptions) {
    this.host = host;
    this.options = options;
    this.cookieSecret = host.world.random.fork(`dtls cookies/${host.name}`).bytes(COOKIE_SECRET);
    this.socket = host.stack.bindUdp(options.port);
    this.socket.onReadable = () => {
      for (let next = this.socket.receive(); next !== undefined; next = this.socket.receive()) {
        this.receive(next.bytes, next.from);
      }
    };
  }

  private receive(datagram: Uint8Array, from: Endpoint): void {
    const client = `${from.address}:${from.port}`;
    const connection = this.connections.get(client) ?? this.accept(client, from);
    this.step(client, connection, from, () => connection.receive(datagram));
  }

  private accept(client: string, from: Endpoint): DtlsConnection {
    const { credentials, clientAuth = 'none', clientAnchors = [], port, dtls } = this.options;
    const id = `${client}>${this.host.stack.address}:${port}`;
    let timer: Timer | undefined;
    const connection: DtlsConnection = createDtlsServer(
      {
        connection: id,
        profile: 'modern',
        credentials,
        clientAuth,
        clientCaNames: clientAnchors.map((der) => parseCertificate(der).subject.raw),
        ...dtls,
        cookies: { secret: this.cookieSecret, clientTransportId: new TextEncoder().encode(client) },
      },
      {
        ...peerTlsHost(this.host, id, clientAnchors),
        setTimer: (milliseconds) => {
          timer?.cancel();
          timer =
            milliseconds === undefined
              ? undefined
              : this.host.world.after(milliseconds * MILLISECOND, () =>
                  this.step(client, connection, from, () => connection.timeout()),
                );
        },
      },
    );
    connection.start();
    this.connections.set(client, connection);
    return connection;
  }

  /** Whatever ends a connection makes room for the next of that client. */
  private step(client: string, connection: DtlsConnection, to: Endpoint, action: () => void): void {
    try {
      action();
      for (let data = connection.read(); data !== undefined; data = connection.read()) {
        const answer = this.options.answer(data);
        if (answer !== undefined) connection.send(answer);
      }
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      this.connections.delete(client);
    }
    for (let next = connection.takeDatagram(); next !== undefined; next = connection.takeDatagram()) {
      this.socket.sendTo(next, to);
    }
    if (connection.peerClosed) this.connections.delete(client);
  }
}
