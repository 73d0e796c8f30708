/** The client's handshake in TLS 1.3: RFC 8446 section 2 and appendix A.1. */
import { constantTimeEqual } from '../../crypto/constant-time.ts';
import { HASH_BYTES } from '../../crypto/hashes.ts';
import type { ClientOffer } from '../client-offer.ts';
import { EMPTY } from '../codec/bytes.ts';
import type { TlsClientConfig } from '../config.ts';
import { type Credentials, TlsError } from '../engine.ts';
import { answeredFragmentLength } from '../fragment-length.ts';
import type { HandshakeIo, ReceivedMessage, StateTable } from '../handshake-machine.ts';
import { type CertificateRequest13, certificateRequest13 } from '../messages/certificate-request13.ts';
import { certificateVerify } from '../messages/certificate-verify.ts';
import { certificate13, checkNoContext, entriesOf } from '../messages/certificate13.ts';
import { clientHello } from '../messages/client-hello.ts';
import { encryptedExtensions } from '../messages/encrypted-extensions.ts';
import { checkExtensionPlaces } from '../messages/extension-places.ts';
import { findExtension } from '../messages/extensions.ts';
import { finished13 } from '../messages/finished.ts';
import { newSessionTicket13 } from '../messages/new-session-ticket13.ts';
import { helloRetryRequest, isHelloRetryRequest, serverHello } from '../messages/server-hello.ts';
import { checkStaple, type JudgedPeer, judgePeer, resumedPeer } from '../peer-certificate.ts';
import type { SignatureScheme } from '../signature-schemes.ts';
import type { Transcript } from '../transcript.ts';
import { MAX_TICKET_LIFETIME, type Retry, secondHello, type Tls13Offer } from './client-hello.ts';
import { Tls13Machine } from './machine.ts';
import { Tls13Secrets } from './secrets.ts';
import { checkRetry, checkServerHello, type ServerChoice } from './server-hello-check.ts';
import { chooseScheme, signTranscript, verifyTranscript } from './signatures.ts';

type State =
  | 'WAIT_SERVER_HELLO'
  | 'SEND_SECOND_CLIENT_HELLO'
  | 'WAIT_ENCRYPTED_EXTENSIONS'
  | 'WAIT_CERTIFICATE_OR_REQUEST'
  | 'WAIT_CERTIFICATE'
  | 'WAIT_CERTIFICATE_VERIFY'
  | 'WAIT_FINISHED'
  | 'SEND_CHANGE_CIPHER_SPEC'
  | 'SEND_CERTIFICATE'
  | 'SEND_CERTIFICATE_VERIFY'
  | 'SEND_FINISHED'
  | 'CONNECTED'
  | 'SEND_KEY_UPDATE';

/** The certificate that will be shown, and how the proof of its key will be signed. */
interface ClientProof {
  readonly credentials: Credentials;
  readonly scheme: SignatureScheme;
}

export class Tls13Client extends Tls13Machine<State> {
  protected readonly states: StateTable<State> = {
    WAIT_SERVER_HELLO: { receive: { ServerHello: (m) => this.onServerHello(m) } },
    SEND_SECOND_CLIENT_HELLO: { send: () => this.sendSecondClientHello() },
    WAIT_ENCRYPTED_EXTENSIONS: { receive: { EncryptedExtensions: (m) => this.onEncryptedExtensions(m) } },
    WAIT_CERTIFICATE_OR_REQUEST: {
      receive: {
        CertificateRequest: (m) => this.onCertificateRequest(m),
        Certificate: (m) => this.onCertificate(m),
      },
    },
    WAIT_CERTIFICATE: { receive: { Certificate: (m) => this.onCertificate(m) } },
    WAIT_CERTIFICATE_VERIFY: { receive: { CertificateVerify: (m) => this.onCertificateVerify(m) } },
    WAIT_FINISHED: { receive: { Finished: (m) => this.onFinished(m) } },
    SEND_CHANGE_CIPHER_SPEC: { send: () => this.sendChangeCipherSpec() },
    SEND_CERTIFICATE: { send: () => this.sendCertificate() },
    SEND_CERTIFICATE_VERIFY: { send: () => this.sendCertificateVerify() },
    SEND_FINISHED: { send: () => this.sendFinished() },
    CONNECTED: {
      receive: {
        NewSessionTicket: (m) => this.onNewSessionTicket(m),
        KeyUpdate: (m) => this.onKeyUpdate(m),
      },
    },
    SEND_KEY_UPDATE: { send: () => this.answerKeyUpdate() },
  };

  private readonly config: TlsClientConfig;
  private readonly transcript: Transcript;
  /** What the latest ClientHello said. */
  private offer: Tls13Offer;
  private retry: Retry | undefined;
  private choice: ServerChoice | undefined;
  private peer: JudgedPeer | undefined;
  private request: CertificateRequest13 | undefined;
  private proof: ClientProof | undefined;
  private changeCipherSpecSent = false;
  private resumptionMaster: Uint8Array | undefined;

  constructor(config: TlsClientConfig, io: HandshakeIo, offer: ClientOffer) {
    super('WAIT_SERVER_HELLO', io, 'client');
    this.config = config;
    this.offer = offer;
    this.transcript = offer.transcript;
  }

  protected override get waitsForFinished(): boolean {
    return this.state.startsWith('WAIT');
  }

  private onServerHello(message: ReceivedMessage): void {
    if (isHelloRetryRequest(message.bytes)) {
      this.onHelloRetryRequest(message);
      return;
    }
    const { io } = this;
    const hello = io.read(serverHello, message);
    const choice = checkServerHello(hello, this.offer, this.retry, io);
    const { suite, session, shared } = choice;
    if (this.retry === undefined) this.transcript.start(io.host.crypto, suite.hash);
    this.transcript.add(message.bytes);
    const { random } = this.offer.hello;
    this.secrets = new Tls13Secrets(io, suite, random, this.transcript, session?.secret);
    this.secrets.deriveHandshake(shared);
    io.protectReceiving(this.secrets.handshakeKeys('server'));
    io.protectSending(this.secrets.handshakeKeys('client'));
    this.choice = choice;
    this.state = 'WAIT_ENCRYPTED_EXTENSIONS';
  }

  private onHelloRetryRequest(message: ReceivedMessage): void {
    const { io } = this;
    const hello = io.read(helloRetryRequest, message);
    if (this.retry !== undefined) {
      throw new TlsError('unexpected-message', 'a second HelloRetryRequest');
    }
    this.retry = checkRetry(hello, this.offer, io);
    this.transcript.start(io.host.crypto, this.retry.suite.hash);
    this.transcript.replaceByHash();
    this.transcript.add(message.bytes);
    this.state = this.isCompatible ? 'SEND_CHANGE_CIPHER_SPEC' : 'SEND_SECOND_CLIENT_HELLO';
  }

  private sendSecondClientHello(): void {
    this.offer = secondHello(this.offer, this.retry!, this.io, this.transcript.bytes());
    this.io.send(clientHello, this.offer.hello, this.transcript);
    this.state = 'WAIT_SERVER_HELLO';
  }

  private onEncryptedExtensions(message: ReceivedMessage): void {
    const { extensions } = this.io.read(encryptedExtensions, message);
    checkExtensionPlaces(extensions, 'EncryptedExtensions', this.offer.hello.extensions);
    const fragmentLength = answeredFragmentLength(extensions, this.offer.hello);
    if (fragmentLength !== undefined) this.io.limitFragments(fragmentLength);
    this.transcript.add(message.bytes);
    this.state = this.choice!.session === undefined ? 'WAIT_CERTIFICATE_OR_REQUEST' : 'WAIT_FINISHED';
  }

  private onCertificateRequest(message: ReceivedMessage): void {
    const request = this.io.read(certificateRequest13, message);
    checkExtensionPlaces(request.extensions, 'CertificateRequest');
    checkNoContext(request.context);
    if (findExtension(request.extensions, 'signature_algorithms') === undefined) {
      throw new TlsError('missing-extension', 'a CertificateRequest without signature_algorithms');
    }
    this.transcript.add(message.bytes);
    this.request = request;
    this.state = 'WAIT_CERTIFICATE';
  }

  private onCertificate(message: ReceivedMessage): void {
    const { context, entries } = this.io.read(certificate13, message);
    checkNoContext(context);
    for (const { extensions } of entries) {
      checkExtensionPlaces(extensions, 'CertificateEntry', this.offer.hello.extensions);
    }
    if (entries.length === 0) throw new TlsError('decode-error', 'the server shows no certificate');
    this.transcript.add(message.bytes);
    const chain = entries.map(({ certificate }) => certificate);
    const stapledOcsp = findExtension(entries[0]!.extensions, 'status_request')?.response;
    checkStaple(this.config, stapledOcsp);
    this.peer = judgePeer(this.io, { chain, purpose: 'server', keyUse: 'signature', stapledOcsp });
    this.state = 'WAIT_CERTIFICATE_VERIFY';
  }

  private onCertificateVerify(message: ReceivedMessage): void {
    const signed = this.io.read(certificateVerify, message);
    verifyTranscript(this.io, 'server', this.peer!.publicKey, signed, this.transcript.hash());
    this.transcript.add(message.bytes);
    this.state = 'WAIT_FINISHED';
  }

  private onFinished(message: ReceivedMessage): void {
    const { secrets, io } = this;
    const verifyData = io.read(finished13(HASH_BYTES[this.choice!.suite.hash]), message);
    if (!constantTimeEqual(verifyData, secrets!.verifyData('server'))) {
      throw new TlsError('bad-finished', 'the Finished of the server does not match the handshake');
    }
    this.transcript.add(message.bytes);
    secrets!.deriveApplication();
    io.protectReceiving(secrets!.applicationKeys('server'));
    this.state = this.isCompatible ? 'SEND_CHANGE_CIPHER_SPEC' : this.afterFinished;
  }

  /** Appendix D.4: before the second ClientHello, or before the second flight, and once. */
  private sendChangeCipherSpec(): void {
    this.io.sendChangeCipherSpec();
    this.changeCipherSpecSent = true;
    this.state = this.choice === undefined ? 'SEND_SECOND_CLIENT_HELLO' : this.afterFinished;
  }

  private get isCompatible(): boolean {
    return this.offer.hello.sessionId.length > 0 && !this.changeCipherSpecSent;
  }

  private get afterFinished(): State {
    return this.request === undefined ? 'SEND_FINISHED' : 'SEND_CERTIFICATE';
  }

  /** An empty list when there is nothing that the server could use (section 4.4.2). */
  private sendCertificate(): void {
    const { credentials } = this.config;
    const asked = findExtension(this.request!.extensions, 'signature_algorithms')!.schemes;
    const scheme = credentials && chooseScheme(asked, credentials.key);
    if (credentials !== undefined && scheme !== undefined) this.proof = { credentials, scheme };
    const chain = this.proof?.credentials.chain ?? [];
    this.io.send(certificate13, { context: EMPTY, entries: entriesOf(chain) }, this.transcript);
    this.state = this.proof === undefined ? 'SEND_FINISHED' : 'SEND_CERTIFICATE_VERIFY';
  }

  private sendCertificateVerify(): void {
    const { credentials, scheme } = this.proof!;
    const signed = signTranscript(this.io, 'client', credentials, scheme, this.transcript.hash());
    this.io.send(certificateVerify, signed, this.transcript);
    this.state = 'SEND_FINISHED';
  }

  private sendFinished(): void {
    const { io } = this;
    const secrets = this.secrets!;
    const verifyData = secrets.verifyData('client');
    io.send(finished13(verifyData.length), verifyData, this.transcript);
    this.resumptionMaster = secrets.resumptionMaster();
    io.protectSending(secrets.applicationKeys('client'));
    this.state = 'CONNECTED';
    const { suite, share, session } = this.choice!;
    io.established(
      {
        version: 'TLSv1.3',
        suite: suite.name,
        group: share.group,
        ...this.whoThePeerIs,
        resumed: session !== undefined,
      },
      session === undefined ? this.peer!.verdict.subject : resumedPeer(session, io),
    );
  }

  /** Of a session that was taken up, what the first handshake found. */
  private get whoThePeerIs(): { peerCertificates: readonly Uint8Array[]; peerAuthenticated: boolean } {
    const { peer } = this;
    if (peer !== undefined) {
      return { peerCertificates: peer.chain, peerAuthenticated: peer.verdict.authenticated };
    }
    const { peerCertificates, peerAuthenticated } = this.choice!.session!;
    return { peerCertificates, peerAuthenticated };
  }

  private onNewSessionTicket(message: ReceivedMessage): void {
    const { lifetime, ageAdd, nonce, ticket, extensions } = this.io.read(newSessionTicket13, message);
    checkExtensionPlaces(extensions, 'NewSessionTicket');
    // A lifetime of 0: to be forgotten at once (section 4.6.1).
    if (lifetime === 0) return;
    const now = this.io.host.unixTime();
    const { peerCertificates, peerAuthenticated } = this.whoThePeerIs;
    this.config.onSession?.({
      version: 'TLSv1.3',
      suite: this.choice!.suite.id,
      secret: this.secrets!.ticketPsk(this.resumptionMaster!, nonce),
      extendedMasterSecret: false,
      serverName: this.config.serverName,
      peerCertificates,
      peerAuthenticated,
      establishedAt: this.choice!.session?.establishedAt ?? now,
      sessionId: EMPTY,
      ticket,
      receivedAt: now,
      lifetime: Math.min(lifetime, MAX_TICKET_LIFETIME),
      ageAdd,
    });
  }
}
