/**
 * The server's handshake in TLS 1.2: RFC 5246 section 7.3, with all key exchanges of key-exchanges.ts, the extended
 * master secret of RFC 7627, the renegotiation indication of RFC 5746, tickets and stapled certificate status.
 */

import { constantTimeEqual } from '../../crypto/constant-time.ts';
import type { KeyShare } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import { EMPTY, latin1Text } from '../codec/bytes.ts';
import type { TlsServerConfig } from '../config.ts';
import { markDowngrade } from '../downgrade.ts';
import { type Credentials, TlsError, type TlsSession } from '../engine.ts';
import { GROUP_IDS } from '../groups.ts';
import {
  type HandshakeIo,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from '../handshake-machine.ts';
import { helloRandom } from '../hello-builder.ts';
import { makeKeyShare } from '../key-agreement.ts';
import { type KeyExchangeTraits, mayAskForCertificate, traitsOf } from '../key-exchanges.ts';
import { certificate } from '../messages/certificate.ts';
import { CERTIFICATE_TYPES, certificateRequest } from '../messages/certificate-request.ts';
import { certificateStatus } from '../messages/certificate-status.ts';
import { certificateVerify } from '../messages/certificate-verify.ts';
import { type ClientHello, clientHello, dtlsClientHello } from '../messages/client-hello.ts';
import { clientKeyExchange } from '../messages/client-key-exchange.ts';
import type { DigitallySigned } from '../messages/digitally-signed.ts';
import { serverHelloDone } from '../messages/empty.ts';
import { findExtension } from '../messages/extensions.ts';
import { finished } from '../messages/finished.ts';
import type { MessageCodec } from '../messages/handshake.ts';
import { newSessionTicket } from '../messages/new-session-ticket.ts';
import { serverHello } from '../messages/server-hello.ts';
import {
  encodeEcdhParams,
  type ServerEcdhParams,
  serverKeyExchange,
} from '../messages/server-key-exchange.ts';
import { type JudgedPeer, judgePeer, resumedPeer } from '../peer-certificate.ts';
import type { SessionState } from '../session.ts';
import { describeScheme, schemeById, sign, verify } from '../signature-schemes.ts';
import { isDtls } from '../versions.ts';
import { answeredExtensions } from './answered-extensions.ts';
import type { Randoms } from './key-schedule.ts';
import { premasterFrom, staticShare } from './premaster.ts';
import { resumedSession } from './resumption.ts';
import { Tls12Secrets } from './secrets.ts';
import { type AgreedParameters, agreeOnParameters, type EphemeralChoice } from './server-choice.ts';

type State =
  | 'WAIT_CLIENT_HELLO'
  | 'SEND_SERVER_HELLO'
  | 'SEND_CERTIFICATE'
  | 'SEND_CERTIFICATE_STATUS'
  | 'SEND_SERVER_KEY_EXCHANGE'
  | 'SEND_CERTIFICATE_REQUEST'
  | 'SEND_SERVER_HELLO_DONE'
  | 'WAIT_CERTIFICATE'
  | 'WAIT_CLIENT_KEY_EXCHANGE'
  | 'WAIT_CERTIFICATE_VERIFY'
  | 'WAIT_CHANGE_CIPHER_SPEC'
  | 'WAIT_FINISHED'
  | 'SEND_NEW_SESSION_TICKET'
  | 'SEND_CHANGE_CIPHER_SPEC'
  | 'SEND_FINISHED'
  | 'CONNECTED';

export class Tls12Server extends StateMachine<State> {
  protected readonly states: StateTable<State> = {
    WAIT_CLIENT_HELLO: { receive: { ClientHello: (m) => this.onClientHello(m) } },
    SEND_SERVER_HELLO: { send: () => this.sendServerHello() },
    SEND_CERTIFICATE: { send: () => this.sendCertificate() },
    SEND_CERTIFICATE_STATUS: { send: () => this.sendCertificateStatus() },
    SEND_SERVER_KEY_EXCHANGE: { send: () => this.sendServerKeyExchange() },
    SEND_CERTIFICATE_REQUEST: { send: () => this.sendCertificateRequest() },
    SEND_SERVER_HELLO_DONE: { send: () => this.sendServerHelloDone() },
    WAIT_CERTIFICATE: { receive: { Certificate: (m) => this.onCertificate(m) } },
    WAIT_CLIENT_KEY_EXCHANGE: { receive: { ClientKeyExchange: (m) => this.onClientKeyExchange(m) } },
    WAIT_CERTIFICATE_VERIFY: { receive: { CertificateVerify: (m) => this.onCertificateVerify(m) } },
    WAIT_CHANGE_CIPHER_SPEC: { receive: { ChangeCipherSpec: () => this.onChangeCipherSpec() } },
    WAIT_FINISHED: { receive: { Finished: (m) => this.onFinished(m) } },
    SEND_NEW_SESSION_TICKET: { send: () => this.sendNewSessionTicket() },
    SEND_CHANGE_CIPHER_SPEC: { send: () => this.sendChangeCipherSpec() },
    SEND_FINISHED: { send: () => this.sendFinished() },
    CONNECTED: { receive: { ClientHello: (m) => this.refuseRenegotiation(m) } },
  };

  private readonly config: TlsServerConfig;
  private readonly io: HandshakeIo;
  private readonly secrets: Tls12Secrets;
  private hello: ClientHello | undefined;
  private agreed: AgreedParameters | undefined;
  private randoms: Randoms | undefined;
  private sessionId: Uint8Array = EMPTY;
  private share: KeyShare | undefined;
  /** The pre-shared key that the client named. */
  private identity: Uint8Array | undefined;
  private peer: JudgedPeer | undefined;

  constructor(config: TlsServerConfig, io: HandshakeIo) {
    super('WAIT_CLIENT_HELLO');
    this.config = config;
    this.io = io;
    this.secrets = new Tls12Secrets(io);
  }

  private onClientHello(message: ReceivedMessage): void {
    const hello = this.io.read(this.helloCodec, message);
    this.hello = hello;
    this.agreed = agreeOnParameters(hello, this.config, this.io);
    this.secrets.transcript.add(message.bytes);
    this.io.agreeOnVersion(this.io.tls12.number);
    this.state = 'SEND_SERVER_HELLO';
  }

  private get helloCodec(): MessageCodec<ClientHello> {
    return isDtls(this.io.tls12.number) ? dtlsClientHello : clientHello;
  }

  private get traits(): KeyExchangeTraits {
    return traitsOf(this.agreed!.suite);
  }

  private sendServerHello(): void {
    const { profile, host, tls12 } = this.io;
    const agreed = this.agreed!;
    const { suite, resumed, maxFragmentLength } = agreed;
    const random = markDowngrade(helloRandom(profile, host), this.config, profile);
    this.sessionId = this.chooseSessionId();
    const { sessionId } = this;
    const extensions = answeredExtensions(this.hello!, agreed, profile);
    const version = tls12.number;
    const hello = { version, random, sessionId, suite: suite.id, compressionMethod: 0, extensions };
    this.io.send(serverHello, hello, this.secrets.transcript);
    this.randoms = { client: this.hello!.random, server: random };
    this.secrets.agree(suite, this.randoms);
    if (maxFragmentLength !== undefined) this.io.limitFragments(maxFragmentLength.octets);
    if (resumed === undefined) {
      this.state = agreed.credentials === undefined ? this.afterCertificate : 'SEND_CERTIFICATE';
    } else {
      this.secrets.resume(resumed.state.secret, agreed);
      this.state = this.beforeChangeCipherSpec;
    }
  }

  /** RFC 5246 section 7.4.1.3; RFC 5077 section 3.4: a session in a ticket needs no ID. */
  private chooseSessionId(): Uint8Array {
    if (this.agreed!.resumed !== undefined) return this.hello!.sessionId;
    if (this.agreed!.issuesTicket) return EMPTY;
    const isNamed = this.config.sessions !== undefined || this.io.profile.namesSessions;
    return isNamed ? this.io.host.random(32) : EMPTY;
  }

  private sendCertificate(): void {
    const { chain } = this.agreed!.credentials!;
    this.io.send(certificate, { chain }, this.secrets.transcript);
    this.state = this.agreed!.stapledOcsp === undefined ? this.afterCertificate : 'SEND_CERTIFICATE_STATUS';
  }

  private sendCertificateStatus(): void {
    this.io.send(certificateStatus, { response: this.agreed!.stapledOcsp! }, this.secrets.transcript);
    this.state = this.afterCertificate;
  }

  /** RFC 4279 section 2: a suite of static keys has the message only when there is a hint to give. */
  private get afterCertificate(): State {
    const { ephemeral, psk } = this.traits;
    const hints = psk && this.config.pskIdentityHint !== undefined;
    return ephemeral || hints ? 'SEND_SERVER_KEY_EXCHANGE' : this.afterKeyExchange;
  }

  private get afterKeyExchange(): State {
    return this.asksForCertificate ? 'SEND_CERTIFICATE_REQUEST' : 'SEND_SERVER_HELLO_DONE';
  }

  private get asksForCertificate(): boolean {
    return this.config.clientAuth !== 'none' && mayAskForCertificate(this.traits);
  }

  private sendServerKeyExchange(): void {
    const { credentials, ephemeral } = this.agreed!;
    const { pskIdentityHint: identityHint } = this.config;
    const message = {
      ...(identityHint !== undefined && { identityHint }),
      ...(ephemeral !== undefined && this.makeParams(ephemeral, credentials)),
    };
    this.io.send(serverKeyExchange(this.traits), message, this.secrets.transcript);
    this.state = this.afterKeyExchange;
  }

  private makeParams(
    { group, scheme }: EphemeralChoice,
    credentials: Credentials | undefined,
  ): { params: ServerEcdhParams; signed?: DigitallySigned } {
    this.share = makeKeyShare(this.io, group);
    const params = { group: GROUP_IDS[group], publicKey: this.share.publicKey };
    if (credentials === undefined || scheme === undefined) return { params };
    const data = concat(this.randoms!.client, this.randoms!.server, encodeEcdhParams(params));
    const signature =
      credentials.sign?.(scheme.id, data) ?? sign(this.io.host, scheme, credentials.key, data);
    return { params, signed: { scheme: scheme.id, signature } };
  }

  private sendCertificateRequest(): void {
    const request = {
      certificateTypes: [CERTIFICATE_TYPES.rsa_sign, CERTIFICATE_TYPES.ecdsa_sign],
      schemes: this.io.profile.certificateRequestSchemes,
      authorities: this.config.clientCaNames ?? [],
    };
    this.io.send(certificateRequest, request, this.secrets.transcript);
    this.state = 'SEND_SERVER_HELLO_DONE';
  }

  private sendServerHelloDone(): void {
    this.io.send(serverHelloDone, undefined, this.secrets.transcript);
    this.state = this.asksForCertificate ? 'WAIT_CERTIFICATE' : 'WAIT_CLIENT_KEY_EXCHANGE';
  }

  private onCertificate(message: ReceivedMessage): void {
    const { chain } = this.io.read(certificate, message);
    this.secrets.transcript.add(message.bytes);
    if (chain.length > 0) {
      this.peer = judgePeer(this.io, { chain, purpose: 'client', keyUse: 'signature' });
    } else if (this.config.clientAuth === 'require') {
      throw new TlsError('certificate-missing', 'the client shows no certificate');
    }
    this.state = 'WAIT_CLIENT_KEY_EXCHANGE';
  }

  private onClientKeyExchange(message: ReceivedMessage): void {
    const { traits } = this;
    const answer = this.io.read(clientKeyExchange(traits), message);
    const key = this.agreed!.credentials?.key;
    const { preSharedKey } = this.config;
    if (traits.certificate?.use === 'agreement') this.share = staticShare(key!);
    const side = { traits, version: this.hello!.version, share: this.share, key, preSharedKey };
    const premaster = premasterFrom(this.io, side, answer);
    this.identity = answer.identity;
    this.secrets.transcript.add(message.bytes);
    this.secrets.derive(premaster, this.agreed!);
    this.state = this.peer === undefined ? 'WAIT_CHANGE_CIPHER_SPEC' : 'WAIT_CERTIFICATE_VERIFY';
  }

  private onCertificateVerify(message: ReceivedMessage): void {
    const { scheme: id, signature } = this.io.read(certificateVerify, message);
    const scheme = schemeById(id);
    if (scheme === undefined || !this.io.profile.certificateRequestSchemes.includes(id)) {
      throw new TlsError('illegal-parameter', `${describeScheme(id)} was not asked for`);
    }
    const { publicKey } = this.peer!;
    if (scheme.key !== publicKey.kind) {
      throw new TlsError('illegal-parameter', `${scheme.name} with a key of kind ${publicKey.kind}`);
    }
    const data = this.secrets.transcript.bytes();
    if (!verify(this.io.host.crypto, scheme, publicKey, data, signature)) {
      throw new TlsError('bad-signature', `the client's signature (${scheme.words}) is wrong`, {
        keyKind: publicKey.kind,
      });
    }
    this.secrets.transcript.add(message.bytes);
    this.state = 'WAIT_CHANGE_CIPHER_SPEC';
  }

  private onChangeCipherSpec(): void {
    this.io.protectReceiving(this.secrets.keys.client);
    this.state = 'WAIT_FINISHED';
  }

  private onFinished(message: ReceivedMessage): void {
    const verifyData = this.io.read(finished, message);
    if (!constantTimeEqual(verifyData, this.secrets.verifyData('client'))) {
      throw new TlsError('bad-finished', 'the Finished of the client does not match the handshake');
    }
    this.secrets.transcript.add(message.bytes);
    if (this.agreed!.resumed === undefined) this.state = this.beforeChangeCipherSpec;
    else this.connect();
  }

  private get beforeChangeCipherSpec(): State {
    return this.agreed!.issuesTicket ? 'SEND_NEW_SESSION_TICKET' : 'SEND_CHANGE_CIPHER_SPEC';
  }

  /** An empty one when there is no room for the session (RFC 5077 section 3.3). */
  private sendNewSessionTicket(): void {
    const { host } = this.io;
    const sessions = this.config.sessions!;
    const ticket = sessions.seal(host.crypto, host.random(12), this.sessionState());
    this.io.send(newSessionTicket, { lifetimeHint: sessions.lifetime, ticket }, this.secrets.transcript);
    this.state = 'SEND_CHANGE_CIPHER_SPEC';
  }

  private sendChangeCipherSpec(): void {
    this.io.sendChangeCipherSpec();
    this.io.protectSending(this.secrets.keys.server);
    this.state = 'SEND_FINISHED';
  }

  private sendFinished(): void {
    this.io.send(finished, this.secrets.verifyData('server'), this.secrets.transcript);
    if (this.agreed!.resumed === undefined) this.connect();
    else this.state = 'WAIT_CHANGE_CIPHER_SPEC';
  }

  private connect(): void {
    this.state = 'CONNECTED';
    const { resumed } = this.agreed!;
    const isKept = resumed === undefined && !this.agreed!.issuesTicket && this.sessionId.length > 0;
    if (isKept) this.config.sessions?.remember(this.sessionId, this.sessionState());
    if (resumed !== undefined) {
      this.io.established(resumedSession(resumed.state), resumedPeer(resumed.state, this.io));
    } else {
      this.io.established(this.newSession(), this.peerName);
    }
  }

  private newSession(): TlsSession {
    return {
      version: this.io.tls12.name,
      suite: this.agreed!.suite.name,
      group: this.share?.group,
      peerCertificates: this.peer?.chain ?? [],
      peerAuthenticated: this.identity !== undefined || (this.peer?.verdict.authenticated ?? false),
      resumed: false,
    };
  }

  private get peerName(): string | undefined {
    if (this.identity !== undefined) return `a holder of the key "${latin1Text(this.identity)}"`;
    return this.peer?.verdict.subject;
  }

  /** What a later handshake takes up; a session that was resumed begins a new life with its new ticket. */
  private sessionState(): SessionState {
    const { suite, extendedMasterSecret, resumed, maxFragmentLength } = this.agreed!;
    const establishedAt = this.io.host.unixTime();
    if (resumed !== undefined) return { ...resumed.state, establishedAt };
    const { version, peerCertificates, peerAuthenticated } = this.newSession();
    return {
      version,
      suite: suite.id,
      secret: this.secrets.master,
      extendedMasterSecret,
      serverName: findExtension(this.hello!.extensions, 'server_name')?.hostName,
      maxFragmentLength: maxFragmentLength?.octets,
      peerCertificates,
      peerAuthenticated,
      establishedAt,
    };
  }

  forget(): void {
    if (this.sessionId.length > 0) this.config.sessions?.forget(this.sessionId);
  }

  /** A ClientHello on an established connection asks for renegotiation; RFC 5746 section 4.5 lets us refuse. */
  private refuseRenegotiation(message: ReceivedMessage): void {
    this.io.read(this.helloCodec, message);
    this.io.sendWarning('no_renegotiation');
  }
}
