/**
 * The part of a client's handshake that comes before the version is agreed: one ClientHello for all versions it
 * speaks. The ServerHello chooses, and the machine of that version takes over.
 */
import type { ClientOffer } from './client-offer.ts';
import type { TlsClientConfig } from './config.ts';
import {
  type HandshakeIo,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from './handshake-machine.ts';
import { buildClientHello } from './hello-builder.ts';
import { clientHello } from './messages/client-hello.ts';
import { helloRequest } from './messages/empty.ts';
import { Tls12Client } from './tls12/client.ts';
import { Transcript } from './transcript.ts';

type State = 'SEND_CLIENT_HELLO' | 'WAIT_SERVER_HELLO';

export class ClientStart extends StateMachine<State> {
  protected readonly states: StateTable<State> = {
    SEND_CLIENT_HELLO: { send: () => this.sendClientHello() },
    WAIT_SERVER_HELLO: {
      receive: {
        ServerHello: (m) => this.onServerHello(m),
        // RFC 5246 section 7.4.1.1: ignored in the middle of a handshake.
        HelloRequest: (m) => this.io.read(helloRequest, m),
      },
    },
  };

  private readonly config: TlsClientConfig;
  private readonly io: HandshakeIo;
  private offer: ClientOffer | undefined;

  constructor(config: TlsClientConfig, io: HandshakeIo) {
    super('SEND_CLIENT_HELLO');
    this.config = config;
    this.io = io;
  }

  private sendClientHello(): void {
    const { io } = this;
    const hello = buildClientHello(this.config, io.profile, io.host);
    const transcript = new Transcript();
    io.send(clientHello, hello, transcript);
    this.offer = { hello, transcript };
    this.state = 'WAIT_SERVER_HELLO';
  }

  private onServerHello(message: ReceivedMessage): void {
    const next = new Tls12Client(this.config, this.io, this.offer!);
    this.io.handOver(next);
    next.receive(message);
  }
}
