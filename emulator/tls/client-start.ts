/**
 * The part of a client's handshake that comes before the version is agreed: one ClientHello for all versions it
 * speaks. The ServerHello chooses, and the machine of that version takes over.
 */
import { type ClientOffer, makeOffer } from './client-offer.ts';
import type { TlsClientConfig } from './config.ts';
import { TlsError } from './engine.ts';
import {
  type HandshakeIo,
  type HandshakeMachine,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from './handshake-machine.ts';
import { clientHello } from './messages/client-hello.ts';
import { helloRequest } from './messages/empty.ts';
import { decodeMessage } from './messages/handshake.ts';
import { isHelloRetryRequest, selectedVersion, serverHello } from './messages/server-hello.ts';
import { spokenVersions } from './spoken-versions.ts';
import { Tls12Client } from './tls12/client.ts';
import { Tls13Client } from './tls13/client.ts';
import { TLS13 } from './versions.ts';

type State = 'SEND_CLIENT_HELLO' | 'WAIT_SERVER_HELLO';

export class ClientStart extends StateMachine<State> {
  protected readonly states: StateTable<State> = {
    SEND_CLIENT_HELLO: { send: () => this.sendClientHello() },
    WAIT_SERVER_HELLO: {
      receive: {
        ServerHello: (m) => this.onServerHello(m),
        // RFC 5246 section 7.4.1.1: ignored in the middle of a handshake.
        HelloRequest: (m) => this.io.read(helloRequest, m),
        ChangeCipherSpec: () => this.passOverChangeCipherSpec(),
      },
    },
  };

  private readonly config: TlsClientConfig;
  private readonly io: HandshakeIo;
  private offer: ClientOffer | undefined;
  private changeCipherSpecSeen = false;

  constructor(config: TlsClientConfig, io: HandshakeIo) {
    super('SEND_CLIENT_HELLO');
    this.config = config;
    this.io = io;
  }

  private sendClientHello(): void {
    this.offer = makeOffer(this.config, this.io);
    this.io.send(clientHello, this.offer.hello, this.offer.transcript);
    this.state = 'WAIT_SERVER_HELLO';
  }

  /** RFC 8446 section 5: it may come as soon as a ClientHello was sent that offers TLS 1.3. One means nothing. */
  private passOverChangeCipherSpec(): void {
    if (this.changeCipherSpecSeen || !this.speaksTls13) {
      throw new TlsError('unexpected-message', `ChangeCipherSpec in state ${this.state}`);
    }
    this.changeCipherSpecSeen = true;
  }

  private get speaksTls13(): boolean {
    return spokenVersions(this.config, this.io.profile).includes(TLS13);
  }

  private onServerHello(message: ReceivedMessage): void {
    const next = this.machineFor(message);
    this.io.handOver(next);
    next.receive(message);
  }

  /** RFC 8446 section 4.2.1: supported_versions tells. The machine reads the message again, and shows it. */
  private machineFor({ bytes }: ReceivedMessage): HandshakeMachine {
    const { config, io } = this;
    const hello = decodeMessage(serverHello, bytes).message;
    const isTls13 =
      isHelloRetryRequest(bytes) || (hello !== undefined && selectedVersion(hello) !== undefined);
    return isTls13 && this.speaksTls13
      ? new Tls13Client(config, io, this.offer!)
      : new Tls12Client(config, io, this.offer!);
  }
}
