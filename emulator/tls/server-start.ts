/**
 * A server before it knows which version the client speaks: it waits for the ClientHello and lets the machine of
 * the version it chooses take over.
 */
import type { TlsServerConfig } from './config.ts';
import { offeredVersions, refuseVersion } from './downgrade.ts';
import {
  type HandshakeIo,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from './handshake-machine.ts';
import { type ClientHello, clientHello } from './messages/client-hello.ts';
import { decodeMessage } from './messages/handshake.ts';
import { spokenVersions } from './spoken-versions.ts';
import { Tls12Server } from './tls12/server.ts';
import { Tls13Server } from './tls13/server.ts';
import { TLS13 } from './versions.ts';

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
    const hello = decodeMessage(clientHello, message.bytes).message;
    // mbedTLS 3 knows no FALLBACK_SCSV and, built for TLS 1.2 alone, no supported_versions.
    const refusal = hello && this.io.profile.strictHellos && refuseVersion(hello, this.spoken);
    if (refusal) {
      this.io.read(clientHello, message);
      throw refusal;
    }
    const next = this.speaksTls13(hello)
      ? new Tls13Server(this.config, this.io)
      : new Tls12Server(this.config, this.io);
    // It reads the message again, and shows it.
    this.io.handOver(next);
    next.receive(message);
  }

  private get spoken(): readonly number[] {
    return spokenVersions(this.config, this.io.profile);
  }

  private speaksTls13(hello: ClientHello | undefined): boolean {
    return hello !== undefined && this.spoken.includes(TLS13) && offeredVersions(hello).includes(TLS13);
  }
}
