/**
 * The client's handshake in TLS 1.2: RFC 5246 section 7.3, with all key exchanges of key-exchanges.ts, the extended
 * master secret of RFC 7627, the renegotiation indication of RFC 5746, tickets and stapled certificate status.
 */

import { constantTimeEqual } from '../../crypto/constant-time.ts';
import type { ClientOffer } from '../client-offer.ts';
import { EMPTY, latin1Text } from '../codec/bytes.ts';
import type { TlsClientConfig } from '../config.ts';
import { type Credentials, TlsError, type TlsSession } from '../engine.ts';
import {
  type HandshakeIo,
  type MessageName,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from '../handshake-machine.ts';
import { type KeyExchangeTraits, mayAskForCertificate, traitsOf } from '../key-exchanges.ts';
import { certificate } from '../messages/certificate.ts';
import { type CertificateRequest, certificateRequest } from '../messages/certificate-request.ts';
import { certificateStatus } from '../messages/certificate-status.ts';
import { certificateVerify } from '../messages/certificate-verify.ts';
import { clientKeyExchange } from '../messages/client-key-exchange.ts';
import { helloRequest, serverHelloDone } from '../messages/empty.ts';
import { finished } from '../messages/finished.ts';
import { type NewSessionTicket, newSessionTicket } from '../messages/new-session-ticket.ts';
import { serverHello } from '../messages/server-hello.ts';
import { serverKeyExchange } from '../messages/server-key-exchange.ts';
import { checkStaple, type JudgedPeer, judgePeer, resumedPeer } from '../peer-certificate.ts';
import type { ClientSession } from '../session.ts';
import { type SignatureScheme, sign } from '../signature-schemes.ts';
import { chooseClientScheme } from './client-certificate.ts';
import { answerKeyExchange, type EcdhKey } from './premaster.ts';
import { checkResumption, isResumed, resumedSession } from './resumption.ts';
import { Tls12Secrets } from './secrets.ts';
import { checkServerHello, type ServerChoice } from './server-hello-check.ts';
import { certificateKey, checkSignature, ephemeralKey } from './server-key.ts';

type State =
  | 'WAIT_SERVER_HELLO'
  | 'WAIT_CERTIFICATE'
  | 'WAIT_CERTIFICATE_STATUS'
  | 'WAIT_SERVER_KEY_EXCHANGE'
  | 'WAIT_IDENTITY_HINT'
  | 'WAIT_CERTIFICATE_REQUEST'
  | 'WAIT_SERVER_HELLO_DONE'
  | 'SEND_CERTIFICATE'
  | 'SEND_CLIENT_KEY_EXCHANGE'
  | 'SEND_CERTIFICATE_VERIFY'
  | 'SEND_CHANGE_CIPHER_SPEC'
  | 'SEND_FINISHED'
  | 'WAIT_NEW_SESSION_TICKET'
  | 'WAIT_CHANGE_CIPHER_SPEC'
  | 'WAIT_FINISHED'
  | 'CONNECTED';

/** The certificate that will be shown, and how the proof of its key will be signed. */
interface ClientProof {
  readonly credentials: Credentials;
  readonly scheme: SignatureScheme;
}

export class Tls12Client extends StateMachine<State> {
  protected readonly states: StateTable<State> = {
    WAIT_SERVER_HELLO: { receive: { ServerHello: (m) => this.onServerHello(m) } },
    WAIT_CERTIFICATE: { receive: { Certificate: (m) => this.onCertificate(m) } },
    // A server that agreed to staple may still leave it (RFC 6066 section 8).
    WAIT_CERTIFICATE_STATUS: {
      receive: {
        CertificateStatus: (m) => this.onCertificateStatus(m),
        ServerKeyExchange: (m) => this.withoutStatus(m),
        CertificateRequest: (m) => this.withoutStatus(m),
        ServerHelloDone: (m) => this.withoutStatus(m),
      },
    },
    WAIT_SERVER_KEY_EXCHANGE: { receive: { ServerKeyExchange: (m) => this.onServerKeyExchange(m) } },
    // RFC 4279 section 2: without a hint the message is left out.
    WAIT_IDENTITY_HINT: {
      receive: {
        ServerKeyExchange: (m) => this.onServerKeyExchange(m),
        ServerHelloDone: (m) => this.onServerHelloDone(m),
      },
    },
    WAIT_CERTIFICATE_REQUEST: {
      receive: {
        CertificateRequest: (m) => this.onCertificateRequest(m),
        ServerHelloDone: (m) => this.onServerHelloDone(m),
      },
    },
    WAIT_SERVER_HELLO_DONE: { receive: { ServerHelloDone: (m) => this.onServerHelloDone(m) } },
    SEND_CERTIFICATE: { send: () => this.sendCertificate() },
    SEND_CLIENT_KEY_EXCHANGE: { send: () => this.sendClientKeyExchange() },
    SEND_CERTIFICATE_VERIFY: { send: () => this.sendCertificateVerify() },
    SEND_CHANGE_CIPHER_SPEC: { send: () => this.sendChangeCipherSpec() },
    SEND_FINISHED: { send: () => this.sendFinished() },
    WAIT_NEW_SESSION_TICKET: { receive: { NewSessionTicket: (m) => this.onNewSessionTicket(m) } },
    WAIT_CHANGE_CIPHER_SPEC: { receive: { ChangeCipherSpec: () => this.onChangeCipherSpec() } },
    WAIT_FINISHED: { receive: { Finished: (m) => this.onFinished(m) } },
    CONNECTED: { receive: { HelloRequest: (m) => this.refuseRenegotiation(m) } },
  };

  private readonly config: TlsClientConfig;
  private readonly io: HandshakeIo;
  private readonly secrets: Tls12Secrets;
  private readonly offer: ClientOffer;
  private choice: ServerChoice | undefined;
  /** The session that the server takes up again. */
  private resumed: ClientSession | undefined;
  private sessionId: Uint8Array = EMPTY;
  private ticket: NewSessionTicket | undefined;
  private chain: readonly Uint8Array[] = [];
  private peer: JudgedPeer | undefined;
  private serverKey: EcdhKey | undefined;
  private request: CertificateRequest | undefined;
  private proof: ClientProof | undefined;

  constructor(config: TlsClientConfig, io: HandshakeIo, offer: ClientOffer) {
    super('WAIT_SERVER_HELLO');
    this.config = config;
    this.io = io;
    this.offer = offer;
    this.secrets = new Tls12Secrets(io, offer.transcript);
  }

  /** RFC 5246 section 7.4.1.1: a HelloRequest in the middle of a handshake is ignored. */
  override mayReceive(name: MessageName): boolean {
    return name === 'HelloRequest' || super.mayReceive(name);
  }

  override receive(message: ReceivedMessage): void {
    if (message.name === 'HelloRequest' && this.state !== 'CONNECTED') {
      this.io.read(helloRequest, message);
    } else {
      super.receive(message);
    }
  }

  private get traits(): KeyExchangeTraits {
    return traitsOf(this.choice!.suite);
  }

  private onServerHello(message: ReceivedMessage): void {
    const { io } = this;
    const hello = io.read(serverHello, message);
    const offer = this.offer.hello;
    io.hearVersion(hello.version);
    const choice = checkServerHello(hello, offer, io.profile);
    this.choice = choice;
    this.sessionId = hello.sessionId;
    this.secrets.transcript.add(message.bytes);
    this.secrets.agree(choice.suite, choice.randoms);
    io.agreeOnVersion(hello.version);
    if (choice.maxFragmentLength !== undefined) io.limitFragments(choice.maxFragmentLength);
    if (isResumed(offer.sessionId, hello.sessionId)) {
      this.resume(choice);
    } else {
      this.state = this.traits.certificate === undefined ? this.afterCertificate : 'WAIT_CERTIFICATE';
    }
  }

  /** RFC 5246 section 7.3: the server goes on to its Finished at once. */
  private resume(choice: ServerChoice): void {
    const { extendedMasterSecret } = choice;
    this.resumed = checkResumption(this.offer.session, { suite: choice.suite.id, extendedMasterSecret });
    this.secrets.resume(this.resumed.secret, choice);
    const { maxFragmentLength } = this.resumed;
    if (maxFragmentLength !== undefined) this.io.limitFragments(maxFragmentLength);
    this.state = this.beforeChangeCipherSpec;
  }

  private onCertificate(message: ReceivedMessage): void {
    const { chain } = this.io.read(certificate, message);
    this.secrets.transcript.add(message.bytes);
    if (chain.length === 0) throw new TlsError('decode-error', 'the server shows no certificate');
    this.chain = chain;
    if (this.choice!.certificateStatus) this.state = 'WAIT_CERTIFICATE_STATUS';
    else this.judge(undefined);
  }

  private onCertificateStatus(message: ReceivedMessage): void {
    const { response } = this.io.read(certificateStatus, message);
    this.secrets.transcript.add(message.bytes);
    this.judge(response);
  }

  private withoutStatus(message: ReceivedMessage): void {
    this.judge(undefined);
    this.receive(message);
  }

  /** Whether the chain, and what is known of its revocation, is good enough; and whether its key fits the suite. */
  private judge(stapledOcsp: Uint8Array | undefined): void {
    const { suite } = this.choice!;
    const { keys, use } = this.traits.certificate!;
    checkStaple(this.config, stapledOcsp);
    this.peer = judgePeer(this.io, { chain: this.chain, purpose: 'server', keyUse: use, stapledOcsp });
    const { publicKey } = this.peer;
    if (!keys.includes(publicKey.kind)) {
      throw new TlsError('illegal-parameter', `${suite.name} with a key of kind ${publicKey.kind}`);
    }
    if (use === 'agreement') this.serverKey = certificateKey(publicKey, this.offer.hello);
    this.state = this.afterCertificate;
  }

  private get afterCertificate(): State {
    const { ephemeral, psk } = this.traits;
    if (ephemeral) return 'WAIT_SERVER_KEY_EXCHANGE';
    return psk ? 'WAIT_IDENTITY_HINT' : 'WAIT_CERTIFICATE_REQUEST';
  }

  private onServerKeyExchange(message: ReceivedMessage): void {
    const { params, signed } = this.io.read(serverKeyExchange(this.traits), message);
    this.secrets.transcript.add(message.bytes);
    if (params !== undefined) this.serverKey = ephemeralKey(params, this.offer.hello);
    if (params !== undefined && signed !== undefined) {
      checkSignature(this.io, params, signed, this.choice!.randoms, this.peer!.publicKey);
    }
    this.state = this.traits.psk ? 'WAIT_SERVER_HELLO_DONE' : 'WAIT_CERTIFICATE_REQUEST';
  }

  private onCertificateRequest(message: ReceivedMessage): void {
    this.request = this.io.read(certificateRequest, message);
    this.secrets.transcript.add(message.bytes);
    if (!mayAskForCertificate(this.traits)) {
      // RFC 5246 section 7.4.4.
      throw new TlsError('unexpected-message', 'a server that shows no certificate asks for one', {
        alert: 'handshake_failure',
      });
    }
    this.state = 'WAIT_SERVER_HELLO_DONE';
  }

  private onServerHelloDone(message: ReceivedMessage): void {
    this.io.read(serverHelloDone, message);
    this.secrets.transcript.add(message.bytes);
    this.state = this.request === undefined ? 'SEND_CLIENT_KEY_EXCHANGE' : 'SEND_CERTIFICATE';
  }

  /** An empty list when there is nothing that the server could use (RFC 5246 section 7.4.6). */
  private sendCertificate(): void {
    const { credentials } = this.config;
    const { suite } = this.choice!;
    const scheme = credentials && chooseClientScheme(this.io.profile, suite, credentials.key, this.request!);
    if (credentials !== undefined && scheme !== undefined) this.proof = { credentials, scheme };
    const chain = this.proof?.credentials.chain ?? [];
    this.io.send(certificate, { chain }, this.secrets.transcript);
    this.state = 'SEND_CLIENT_KEY_EXCHANGE';
  }

  private sendClientKeyExchange(): void {
    const choice = this.choice!;
    const { message, premaster } = answerKeyExchange(this.io, {
      traits: this.traits,
      version: this.offer.hello.version,
      certificateKey: this.peer?.publicKey,
      serverKey: this.serverKey,
      psk: this.config.psk,
    });
    this.io.send(clientKeyExchange(this.traits), message, this.secrets.transcript);
    this.secrets.derive(premaster, choice);
    this.state = this.proof === undefined ? 'SEND_CHANGE_CIPHER_SPEC' : 'SEND_CERTIFICATE_VERIFY';
  }

  private sendCertificateVerify(): void {
    const { credentials, scheme } = this.proof!;
    const data = this.secrets.transcript.bytes();
    const signature =
      credentials.sign?.(scheme.id, data) ?? sign(this.io.host, scheme, credentials.key, data);
    this.io.send(certificateVerify, { scheme: scheme.id, signature }, this.secrets.transcript);
    this.state = 'SEND_CHANGE_CIPHER_SPEC';
  }

  private sendChangeCipherSpec(): void {
    this.io.sendChangeCipherSpec();
    this.io.protectSending(this.secrets.keys.client);
    this.state = 'SEND_FINISHED';
  }

  private sendFinished(): void {
    this.io.send(finished, this.secrets.verifyData('client'), this.secrets.transcript);
    if (this.resumed === undefined) this.state = this.beforeChangeCipherSpec;
    else this.connect();
  }

  private get beforeChangeCipherSpec(): State {
    return this.choice!.sessionTicket ? 'WAIT_NEW_SESSION_TICKET' : 'WAIT_CHANGE_CIPHER_SPEC';
  }

  private onNewSessionTicket(message: ReceivedMessage): void {
    const ticket = this.io.read(newSessionTicket, message);
    this.secrets.transcript.add(message.bytes);
    // RFC 5077 section 3.3: an empty one says that there is none after all.
    if (ticket.ticket.length > 0) this.ticket = ticket;
    this.state = 'WAIT_CHANGE_CIPHER_SPEC';
  }

  private onChangeCipherSpec(): void {
    this.io.protectReceiving(this.secrets.keys.server);
    this.state = 'WAIT_FINISHED';
  }

  private onFinished(message: ReceivedMessage): void {
    const verifyData = this.io.read(finished, message);
    if (!constantTimeEqual(verifyData, this.secrets.verifyData('server'))) {
      throw new TlsError('bad-finished', 'the Finished of the server does not match the handshake');
    }
    if (this.resumed === undefined) {
      this.connect();
    } else {
      this.secrets.transcript.add(message.bytes);
      this.state = 'SEND_CHANGE_CIPHER_SPEC';
    }
  }

  private connect(): void {
    this.state = 'CONNECTED';
    const session = this.resumed === undefined ? this.newSession() : resumedSession(this.resumed);
    this.io.established(session, this.peerName);
    this.keepSession(session);
  }

  private newSession(): TlsSession {
    return {
      version: this.io.tls12.name,
      suite: this.choice!.suite.name,
      group: this.serverKey?.group,
      peerCertificates: this.chain,
      peerAuthenticated: this.traits.psk || (this.peer?.verdict.authenticated ?? false),
      resumed: false,
    };
  }

  private get peerName(): string | undefined {
    if (this.resumed !== undefined) return resumedPeer(this.resumed, this.io);
    if (this.peer !== undefined) return this.peer.verdict.subject;
    return this.traits.psk ? `a holder of the key "${latin1Text(this.config.psk!.identity)}"` : undefined;
  }

  /** RFC 5077 section 3.4: a ticket goes before an ID. A resumed session is kept anew only with a new ticket. */
  private keepSession({ version, peerCertificates, peerAuthenticated }: TlsSession): void {
    const { ticket, resumed } = this;
    if (ticket === undefined && (resumed !== undefined || this.sessionId.length === 0)) return;
    const now = this.io.host.unixTime();
    this.config.onSession?.({
      version,
      suite: this.choice!.suite.id,
      secret: this.secrets.master,
      extendedMasterSecret: this.choice!.extendedMasterSecret,
      serverName: this.config.serverName,
      maxFragmentLength: resumed?.maxFragmentLength ?? this.choice!.maxFragmentLength,
      peerCertificates,
      peerAuthenticated,
      establishedAt: resumed?.establishedAt ?? now,
      sessionId: ticket === undefined ? this.sessionId : EMPTY,
      ticket: ticket?.ticket,
      receivedAt: now,
      lifetime: ticket?.lifetimeHint ?? 0,
      ageAdd: 0,
    });
  }

  /** RFC 5246 section 7.4.1.1: a client that does not want to may say so. */
  private refuseRenegotiation(message: ReceivedMessage): void {
    this.io.read(helloRequest, message);
    this.io.sendWarning('no_renegotiation');
  }
}
