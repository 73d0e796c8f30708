/**
 * How a server begins in DTLS 1.2: until a client has shown with a cookie that it can be reached (RFC 6347 section
 * 4.2.1) nothing of it is kept; then the machine of TLS 1.2 takes over.
 */
import type { TlsServerConfig } from '../config.ts';
import {
  type HandshakeIo,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from '../handshake-machine.ts';
import { type ClientHello, dtlsClientHello } from '../messages/client-hello.ts';
import { helloVerifyRequest } from '../messages/hello-verify-request.ts';
import { Tls12Server } from '../tls12/server.ts';
import { TLS12 } from '../versions.ts';
import type { DtlsServerConfig } from './config.ts';
import { Cookies } from './cookies.ts';
import { decodeDtlsMessage } from './handshake-header.ts';
import { DTLS_RULES } from './rules.ts';

type State = 'WAIT_CLIENT_HELLO' | 'SEND_HELLO_VERIFY_REQUEST';

export class DtlsServerStart extends StateMachine<State> {
  protected readonly states: StateTable<State> = {
    WAIT_CLIENT_HELLO: { receive: { ClientHello: (m) => this.onClientHello(m) } },
    SEND_HELLO_VERIFY_REQUEST: { send: () => this.sendHelloVerifyRequest() },
  };

  private readonly config: TlsServerConfig;
  private readonly io: HandshakeIo;
  private readonly cookies: Cookies | undefined;
  private unverified: ClientHello | undefined;

  constructor(config: DtlsServerConfig, io: HandshakeIo) {
    super('WAIT_CLIENT_HELLO');
    this.config = { ...config, versions: [TLS12] };
    this.io = io;
    this.cookies = config.cookies && new Cookies(config.cookies, io.host);
  }

  private onClientHello(message: ReceivedMessage): void {
    if (this.cookies === undefined) {
      this.goOn(message);
      return;
    }
    const { message: hello } = decodeDtlsMessage(dtlsClientHello, message.bytes);
    // From an address that nobody has verified, what cannot be read gets no answer.
    if (hello === undefined) return;
    if (this.cookies.accepts(hello)) this.goOn(message);
    else this.askAgain(message);
  }

  private askAgain(message: ReceivedMessage): void {
    this.unverified = this.io.read(dtlsClientHello, message);
    this.state = 'SEND_HELLO_VERIFY_REQUEST';
  }

  /** Its version is not the one that will be agreed: the server has not chosen yet (RFC 6347 section 4.2.1). */
  private sendHelloVerifyRequest(): void {
    const version = DTLS_RULES[this.config.profile].firstRecordVersion;
    this.io.send(helloVerifyRequest, { version, cookie: this.cookies!.make(this.unverified!) });
    this.state = 'WAIT_CLIENT_HELLO';
  }

  private goOn(message: ReceivedMessage): void {
    const next = new Tls12Server(this.config, this.io);
    this.io.handOver(next);
    next.receive(message);
  }
}
