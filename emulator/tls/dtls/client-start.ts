/**
 * How a client begins in DTLS 1.2: its hello, the server's wish to hear it again with a cookie (RFC 6347 section
 * 4.2.1), and then the machine of TLS 1.2.
 */

import { type ClientOffer, makeOffer } from '../client-offer.ts';
import { EMPTY } from '../codec/bytes.ts';
import type { TlsClientConfig } from '../config.ts';
import { TlsError } from '../engine.ts';
import {
  type HandshakeIo,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from '../handshake-machine.ts';
import { dtlsClientHello } from '../messages/client-hello.ts';
import { helloVerifyRequest } from '../messages/hello-verify-request.ts';
import { Tls12Client } from '../tls12/client.ts';
import { Transcript } from '../transcript.ts';
import { DTLS10, DTLS12, TLS12, versionName } from '../versions.ts';
import type { DtlsClientConfig } from './config.ts';

type State = 'SEND_CLIENT_HELLO' | 'WAIT_SERVER_HELLO';

export class DtlsClientStart extends StateMachine<State> {
  protected readonly states: StateTable<State> = {
    SEND_CLIENT_HELLO: { send: () => this.sendClientHello() },
    WAIT_SERVER_HELLO: {
      receive: {
        HelloVerifyRequest: (m) => this.onHelloVerifyRequest(m),
        ServerHello: (m) => this.onServerHello(m),
      },
    },
  };

  private readonly config: TlsClientConfig;
  private readonly io: HandshakeIo;
  private offer: ClientOffer | undefined;

  constructor(config: DtlsClientConfig, io: HandshakeIo) {
    super('SEND_CLIENT_HELLO');
    this.config = { ...config, versions: [TLS12] };
    this.io = io;
  }

  private sendClientHello(): void {
    this.offer ??= this.firstOffer();
    this.io.send(dtlsClientHello, this.offer.hello, this.offer.transcript);
    this.state = 'WAIT_SERVER_HELLO';
  }

  /** The hello of TLS 1.2, under the version of DTLS and with room for a cookie. */
  private firstOffer(): ClientOffer {
    const offer = makeOffer(this.config, this.io);
    return { ...offer, hello: { ...offer.hello, version: DTLS12, cookie: EMPTY } };
  }

  /** All but the cookie stays as it was. The version says nothing about what will be agreed. */
  private onHelloVerifyRequest(message: ReceivedMessage): void {
    const { version, cookie } = this.io.read(helloVerifyRequest, message);
    if (version !== DTLS10 && version !== DTLS12) {
      throw new TlsError('unsupported-version', `a HelloVerifyRequest of ${versionName(version)}`);
    }
    // Neither the first hello nor this message is in the transcript (RFC 6347 section 4.2.6).
    const offer = this.offer!;
    this.offer = { ...offer, hello: { ...offer.hello, cookie }, transcript: new Transcript() };
    this.state = 'SEND_CLIENT_HELLO';
  }

  private onServerHello(message: ReceivedMessage): void {
    const next = new Tls12Client(this.config, this.io, this.offer!);
    this.io.handOver(next);
    next.receive(message);
  }
}
