/**
 * The client's handshake in TLS 1.2: RFC 5246 section 7.3, with ECDHE of RFC 8422, the extended master secret of
 * RFC 7627 and the renegotiation indication of RFC 5746.
 */

import { constantTimeEqual } from '../../crypto/constant-time.ts';
import type { GroupName, KeyShare } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import type { ClientOffer } from '../client-offer.ts';
import type { TlsClientConfig } from '../config.ts';
import { type Credentials, TlsError } from '../engine.ts';
import { describeGroup, groupById } from '../groups.ts';
import {
  type HandshakeIo,
  type MessageName,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from '../handshake-machine.ts';
import { certificate } from '../messages/certificate.ts';
import { type CertificateRequest, certificateRequest } from '../messages/certificate-request.ts';
import { certificateVerify } from '../messages/certificate-verify.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import { ecdheClientKeyExchange, rsaClientKeyExchange } from '../messages/client-key-exchange.ts';
import { helloRequest, serverHelloDone } from '../messages/empty.ts';
import { finished } from '../messages/finished.ts';
import { newSessionTicket } from '../messages/new-session-ticket.ts';
import { serverHello } from '../messages/server-hello.ts';
import { ecdheServerKeyExchange, isNamedCurve } from '../messages/server-key-exchange.ts';
import { type JudgedPeer, judgePeer } from '../peer-certificate.ts';
import { describeScheme, type SignatureScheme, schemeById, sign, verify } from '../signature-schemes.ts';
import { authenticationKey, isEphemeral, keyUseOf } from '../suites.ts';
import { chooseClientScheme } from './client-certificate.ts';
import { encryptPremaster } from './rsa-key-exchange.ts';
import { agreeOnSecret, makeKeyShare, Tls12Secrets } from './secrets.ts';
import { checkServerHello, type ServerChoice } from './server-hello-check.ts';

type State =
  | 'WAIT_SERVER_HELLO'
  | 'WAIT_CERTIFICATE'
  | 'WAIT_SERVER_KEY_EXCHANGE'
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
    WAIT_SERVER_KEY_EXCHANGE: { receive: { ServerKeyExchange: (m) => this.onServerKeyExchange(m) } },
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
  private readonly hello: ClientHello;
  private choice: ServerChoice | undefined;
  private peer: JudgedPeer | undefined;
  private group: GroupName | undefined;
  private serverKey: Uint8Array | undefined;
  private request: CertificateRequest | undefined;
  private proof: ClientProof | undefined;

  constructor(config: TlsClientConfig, io: HandshakeIo, offer: ClientOffer) {
    super('WAIT_SERVER_HELLO');
    this.config = config;
    this.io = io;
    this.hello = offer.hello;
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

  private onServerHello(message: ReceivedMessage): void {
    const { io } = this;
    const hello = io.read(serverHello, message);
    const offer = this.hello;
    this.choice = checkServerHello(hello, offer, io.profile);
    this.secrets.transcript.add(message.bytes);
    this.secrets.agree(this.choice.suite, { client: offer.random, server: hello.random });
    io.agreeOnVersion(hello.version);
    this.state = 'WAIT_CERTIFICATE';
  }

  private onCertificate(message: ReceivedMessage): void {
    const { chain } = this.io.read(certificate, message);
    this.secrets.transcript.add(message.bytes);
    if (chain.length === 0) throw new TlsError('decode-error', 'the server shows no certificate');
    const { suite } = this.choice!;
    this.peer = judgePeer(this.io, { chain, purpose: 'server', keyUse: keyUseOf(suite) });
    if (this.peer.publicKey.kind !== authenticationKey(suite)) {
      throw new TlsError('illegal-parameter', `${suite.name} with a key of kind ${this.peer.publicKey.kind}`);
    }
    this.state = isEphemeral(suite) ? 'WAIT_SERVER_KEY_EXCHANGE' : 'WAIT_CERTIFICATE_REQUEST';
  }

  private onServerKeyExchange(message: ReceivedMessage): void {
    const { params, paramsBytes, signed } = this.io.read(ecdheServerKeyExchange, message);
    this.secrets.transcript.add(message.bytes);
    if (!isNamedCurve(params) || !this.io.profile.groups.includes(params.group)) {
      throw new TlsError('illegal-parameter', `${describeGroup(params.group)} was not offered`);
    }
    const scheme = this.offeredScheme(signed.scheme);
    const data = concat(this.choice!.randoms.client, this.choice!.randoms.server, paramsBytes);
    const { publicKey } = this.peer!;
    if (!verify(this.io.host.crypto, scheme, publicKey, data, signed.signature)) {
      throw new TlsError('bad-signature', `the server's signature of its key (${scheme.words}) is wrong`, {
        keyKind: publicKey.kind,
      });
    }
    this.group = groupById(params.group);
    this.serverKey = params.publicKey;
    this.state = 'WAIT_CERTIFICATE_REQUEST';
  }

  private offeredScheme(id: number): SignatureScheme {
    const scheme = schemeById(id);
    if (scheme === undefined || !this.io.profile.schemes.includes(id)) {
      throw new TlsError('illegal-parameter', `${describeScheme(id)} was not offered`);
    }
    if (scheme.key !== authenticationKey(this.choice!.suite)) {
      throw new TlsError('illegal-parameter', `${scheme.name} with ${this.choice!.suite.name}`);
    }
    return scheme;
  }

  private onCertificateRequest(message: ReceivedMessage): void {
    this.request = this.io.read(certificateRequest, message);
    this.secrets.transcript.add(message.bytes);
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
    const premaster = isEphemeral(choice.suite) ? this.sendKeyShare() : this.sendEncryptedPremaster();
    this.secrets.derive(premaster, choice);
    this.state = this.proof === undefined ? 'SEND_CHANGE_CIPHER_SPEC' : 'SEND_CERTIFICATE_VERIFY';
  }

  private sendKeyShare(): Uint8Array {
    const share: KeyShare = makeKeyShare(this.io, this.group!);
    const premaster = agreeOnSecret(this.io, share, this.serverKey!);
    this.io.send(ecdheClientKeyExchange, { publicKey: share.publicKey }, this.secrets.transcript);
    return premaster;
  }

  private sendEncryptedPremaster(): Uint8Array {
    const { publicKey } = this.peer!;
    const { premaster, encrypted } = encryptPremaster(this.io.host, this.hello.version, publicKey);
    this.io.send(rsaClientKeyExchange, { encryptedPremaster: encrypted }, this.secrets.transcript);
    return premaster;
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
    this.state = this.choice!.sessionTicket ? 'WAIT_NEW_SESSION_TICKET' : 'WAIT_CHANGE_CIPHER_SPEC';
  }

  private onNewSessionTicket(message: ReceivedMessage): void {
    this.io.read(newSessionTicket, message);
    this.secrets.transcript.add(message.bytes);
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
    this.state = 'CONNECTED';
    const { chain, verdict } = this.peer!;
    this.io.established(
      {
        version: this.io.tls12.name,
        suite: this.choice!.suite.name,
        group: this.group,
        peerCertificates: chain,
        peerAuthenticated: verdict.authenticated,
      },
      verdict.subject,
    );
  }

  /** RFC 5246 section 7.4.1.1: a client that does not want to may say so. */
  private refuseRenegotiation(message: ReceivedMessage): void {
    this.io.read(helloRequest, message);
    this.io.sendWarning('no_renegotiation');
  }
}
