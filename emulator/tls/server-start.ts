/**
 * A server before it knows which version the client speaks: it waits for the ClientHello and lets the machine of
 * the version it chooses take over.
 */
import type { TlsServerConfig } from './config.ts';
import {
  type HandshakeIo,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from './handshake-machine.ts';
import { Tls12Server } from './tls12/server.ts';

type State = 'WAIT_CLIENT_HELLO';

export class ServerStart extends StateMachine<State> {
  protected readonly states: StateTable<State> = {
    WAIT_CLIENT_HELLO: { receive: { ClientHello: (m) => this.onClientHello(m) } },
  };

  private readonly config: TlsServerConfig;
  private readonly io: HandshakeIo;

  constructor(config: TlsServerConfig, io: HandshakeIo) {
    super('WAIT_CLIENT_HELLO');
    this.config = config;
    this.io = io;
  }

  private onClientHello(message: ReceivedMessage): void {
    const next = new Tls12Server(this.config, this.io);
    this.io.handOver(next);
    next.receive(message);
  }
}
