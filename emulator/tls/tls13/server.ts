/** The server's handshake in TLS 1.3: RFC 8446 section 2 and appendix A.2. */
import { constantTimeEqual } from '../../crypto/constant-time.ts';
import { HASH_BYTES } from '../../crypto/hashes.ts';
import type { KeyShare } from '../../crypto/provider.ts';
import { answerProtocols } from '../application-protocol.ts';
import { EMPTY } from '../codec/bytes.ts';
import type { TlsServerConfig } from '../config.ts';
import { TlsError } from '../engine.ts';
import { requestedFragmentLength } from '../fragment-length.ts';
import { GROUP_IDS } from '../groups.ts';
import type { HandshakeIo, ReceivedMessage, StateTable } from '../handshake-machine.ts';
import { agreeOnSecret, makeKeyShare } from '../key-agreement.ts';
import { certificateRequest13 } from '../messages/certificate-request13.ts';
import { certificateVerify } from '../messages/certificate-verify.ts';
import { certificate13, checkNoContext, entriesOf } from '../messages/certificate13.ts';
import { type ClientHello, clientHello } from '../messages/client-hello.ts';
import { encryptedExtensions } from '../messages/encrypted-extensions.ts';
import { checkExtensionPlaces } from '../messages/extension-places.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import { finished13 } from '../messages/finished.ts';
import { newSessionTicket13 } from '../messages/new-session-ticket13.ts';
import {
  HELLO_RETRY_RANDOM,
  helloRetryRequest,
  type ServerHello,
  serverHello,
} from '../messages/server-hello.ts';
import { type JudgedPeer, judgePeer, resumedPeer } from '../peer-certificate.ts';
import { Transcript } from '../transcript.ts';
import { TLS12, TLS13 } from '../versions.ts';
import { Tls13Machine } from './machine.ts';
import { checkSecondHello } from './second-hello-check.ts';
import { Tls13Secrets } from './secrets.ts';
import {
  type CertificateChoice,
  checkClientHello,
  chooseCertificate,
  chooseGroup,
  chooseSuites,
  type KeyExchangeChoice,
} from './server-choice.ts';
import { chooseSession, makeTicket, offersPskWithDhe, type Resumption } from './server-resumption.ts';
import { signTranscript, TLS13_SCHEMES, verifyTranscript } from './signatures.ts';
import type { Tls13Suite } from './suites.ts';

type State =
  | 'WAIT_CLIENT_HELLO'
  | 'SEND_HELLO_RETRY_REQUEST'
  | 'WAIT_SECOND_CLIENT_HELLO'
  | 'SEND_SERVER_HELLO'
  | 'SEND_CHANGE_CIPHER_SPEC'
  | 'SEND_ENCRYPTED_EXTENSIONS'
  | 'SEND_CERTIFICATE_REQUEST'
  | 'SEND_CERTIFICATE'
  | 'SEND_CERTIFICATE_VERIFY'
  | 'SEND_FINISHED'
  | 'WAIT_CERTIFICATE'
  | 'WAIT_CERTIFICATE_VERIFY'
  | 'WAIT_FINISHED'
  | 'SEND_NEW_SESSION_TICKET'
  | 'CONNECTED'
  | 'SEND_KEY_UPDATE';

/** What the ClientHello led to. */
interface Agreed {
  readonly suite: Tls13Suite;
  readonly keyExchange: KeyExchangeChoice;
  /** Either of the two: a session is taken up, or a certificate is shown. */
  readonly resumption: Resumption | undefined;
  readonly certificate: CertificateChoice | undefined;
  /** The answer of RFC 7301, if there is one. */
  readonly applicationProtocol: readonly Extension[];
}

/** Octets of early data that are passed over; this side never says that it takes any. */
const EARLY_DATA_LIMIT = 65_536;

export class Tls13Server extends Tls13Machine<State> {
  protected readonly states: StateTable<State> = {
    WAIT_CLIENT_HELLO: { receive: { ClientHello: (m) => this.onClientHello(m) } },
    SEND_HELLO_RETRY_REQUEST: { send: () => this.sendHelloRetryRequest() },
    WAIT_SECOND_CLIENT_HELLO: { receive: { ClientHello: (m) => this.onSecondClientHello(m) } },
    SEND_SERVER_HELLO: { send: () => this.sendServerHello() },
    SEND_CHANGE_CIPHER_SPEC: { send: () => this.sendChangeCipherSpec() },
    SEND_ENCRYPTED_EXTENSIONS: { send: () => this.sendEncryptedExtensions() },
    SEND_CERTIFICATE_REQUEST: { send: () => this.sendCertificateRequest() },
    SEND_CERTIFICATE: { send: () => this.sendCertificate() },
    SEND_CERTIFICATE_VERIFY: { send: () => this.sendCertificateVerify() },
    SEND_FINISHED: { send: () => this.sendFinished() },
    WAIT_CERTIFICATE: { receive: { Certificate: (m) => this.onCertificate(m) } },
    WAIT_CERTIFICATE_VERIFY: { receive: { CertificateVerify: (m) => this.onCertificateVerify(m) } },
    WAIT_FINISHED: { receive: { Finished: (m) => this.onFinished(m) } },
    SEND_NEW_SESSION_TICKET: { send: () => this.sendNewSessionTicket() },
    CONNECTED: { receive: { KeyUpdate: (m) => this.onKeyUpdate(m) } },
    SEND_KEY_UPDATE: { send: () => this.answerKeyUpdate() },
  };

  private readonly config: TlsServerConfig;
  private readonly transcript = new Transcript();
  private hello: ClientHello | undefined;
  private agreed: Agreed | undefined;
  private peer: JudgedPeer | undefined;
  private changeCipherSpecSent = false;

  constructor(config: TlsServerConfig, io: HandshakeIo) {
    super('WAIT_CLIENT_HELLO', io, 'server');
    this.config = config;
  }

  protected override get waitsForFinished(): boolean {
    return this.state.startsWith('WAIT');
  }

  private onClientHello(message: ReceivedMessage): void {
    const hello = this.io.read(clientHello, message);
    checkClientHello(hello);
    this.agreeOn(hello, message.bytes, chooseSuites(hello, this.config, this.io.profile));
    const { suite, keyExchange } = this.agreed!;
    this.transcript.add(message.bytes);
    this.transcript.start(this.io.host.crypto, suite.hash);
    const isEarly = findExtension(hello.extensions, 'early_data') !== undefined;
    if (isEarly) this.io.passOverEarlyData(EARLY_DATA_LIMIT);
    this.state = keyExchange.share === undefined ? 'SEND_HELLO_RETRY_REQUEST' : 'SEND_SERVER_HELLO';
  }

  /** `suites`: those that may be agreed on, the best first. */
  private agreeOn(hello: ClientHello, message: Uint8Array, suites: readonly Tls13Suite[]): void {
    const { io, config } = this;
    const keyExchange = chooseGroup(hello, config, io.profile);
    const resumption = chooseSession(hello, message, this.transcript.bytes(), suites, config, io);
    const certificate = resumption === undefined ? chooseCertificate(hello, config) : undefined;
    const suite = resumption?.suite ?? suites[0]!;
    const applicationProtocol = answerProtocols(hello, config);
    this.hello = hello;
    this.agreed = { suite, keyExchange, resumption, certificate, applicationProtocol };
  }

  private sendHelloRetryRequest(): void {
    const { suite, keyExchange } = this.agreed!;
    const extensions: readonly Extension[] = [
      { name: 'supported_versions', versions: [TLS13] },
      { name: 'key_share', shares: [{ group: GROUP_IDS[keyExchange.group], publicKey: EMPTY }] },
    ];
    this.transcript.replaceByHash();
    this.io.send(helloRetryRequest, this.helloWith(HELLO_RETRY_RANDOM, suite, extensions), this.transcript);
    this.state = this.isCompatible ? 'SEND_CHANGE_CIPHER_SPEC' : 'WAIT_SECOND_CLIENT_HELLO';
  }

  private onSecondClientHello(message: ReceivedMessage): void {
    const { io } = this;
    const hello = io.read(clientHello, message);
    io.passOverEarlyData(0);
    checkClientHello(hello);
    const { suite, keyExchange } = this.agreed!;
    checkSecondHello(hello, this.hello!, GROUP_IDS[keyExchange.group]);
    this.agreeOn(hello, message.bytes, [suite]);
    this.transcript.add(message.bytes);
    this.state = 'SEND_SERVER_HELLO';
  }

  private sendServerHello(): void {
    const { io } = this;
    const { suite, keyExchange, resumption } = this.agreed!;
    const random = io.host.random(32);
    const share = makeKeyShare(io, keyExchange.group);
    const shared = agreeOnSecret(io, share, keyExchange.share!.publicKey);
    const extensions = serverHelloExtensions(share, resumption);
    io.send(serverHello, this.helloWith(random, suite, extensions), this.transcript);
    const psk = resumption?.state.secret;
    const secrets = new Tls13Secrets(io, suite, this.hello!.random, this.transcript, psk);
    secrets.deriveHandshake(shared);
    io.protectSending(secrets.handshakeKeys('server'));
    io.protectReceiving(secrets.handshakeKeys('client', { allowsClearAlert: true }));
    this.secrets = secrets;
    this.state = this.isCompatible ? 'SEND_CHANGE_CIPHER_SPEC' : 'SEND_ENCRYPTED_EXTENSIONS';
  }

  private helloWith(random: Uint8Array, suite: Tls13Suite, extensions: readonly Extension[]): ServerHello {
    const { sessionId } = this.hello!;
    return { version: TLS12, random, sessionId, suite: suite.id, compressionMethod: 0, extensions };
  }

  /** Appendix D.4: after the first message, for a client whose hello looks like one of TLS 1.2. */
  private sendChangeCipherSpec(): void {
    this.io.sendChangeCipherSpec();
    this.changeCipherSpecSent = true;
    this.state = this.secrets === undefined ? 'WAIT_SECOND_CLIENT_HELLO' : 'SEND_ENCRYPTED_EXTENSIONS';
  }

  private get isCompatible(): boolean {
    return this.hello!.sessionId.length > 0 && !this.changeCipherSpecSent;
  }

  private sendEncryptedExtensions(): void {
    const { certificate, resumption, applicationProtocol } = this.agreed!;
    const acknowledgesName = certificate?.serverNameUsed && this.io.profile.acknowledgesServerName;
    const fragmentLength = requestedFragmentLength(this.hello!);
    if (fragmentLength !== undefined) this.io.limitFragments(fragmentLength.octets);
    const extensions: readonly Extension[] = [
      ...(acknowledgesName ? [{ name: 'server_name', hostName: undefined } as const] : []),
      ...(fragmentLength === undefined
        ? []
        : [{ name: 'max_fragment_length', code: fragmentLength.code } as const]),
      ...applicationProtocol,
    ];
    this.io.send(encryptedExtensions, { extensions }, this.transcript);
    if (resumption !== undefined) this.state = 'SEND_FINISHED';
    else this.state = this.config.clientAuth === 'none' ? 'SEND_CERTIFICATE' : 'SEND_CERTIFICATE_REQUEST';
  }

  private sendCertificateRequest(): void {
    const names = this.config.clientCaNames ?? [];
    const extensions: readonly Extension[] = [
      { name: 'signature_algorithms', schemes: this.acceptedSchemes },
      ...(names.length === 0 ? [] : [{ name: 'certificate_authorities', names } as const]),
    ];
    this.io.send(certificateRequest13, { context: EMPTY, extensions }, this.transcript);
    this.state = 'SEND_CERTIFICATE';
  }

  /** In the handshake those of TLS 1.3; in certificates PKCS #1 too. */
  private get acceptedSchemes(): readonly number[] {
    return [...new Set([...TLS13_SCHEMES, ...this.io.profile.certificateRequestSchemes])];
  }

  private sendCertificate(): void {
    const { chain, ocspResponse } = this.agreed!.certificate!.credentials;
    const asksForOcsp = findExtension(this.hello!.extensions, 'status_request')?.asksForOcsp === true;
    const staple = asksForOcsp ? ocspResponse : undefined;
    this.io.send(certificate13, { context: EMPTY, entries: entriesOf(chain, staple) }, this.transcript);
    this.state = 'SEND_CERTIFICATE_VERIFY';
  }

  private sendCertificateVerify(): void {
    const { credentials, scheme } = this.agreed!.certificate!;
    const signed = signTranscript(this.io, 'server', credentials, scheme, this.transcript.hash());
    this.io.send(certificateVerify, signed, this.transcript);
    this.state = 'SEND_FINISHED';
  }

  private sendFinished(): void {
    const secrets = this.secrets!;
    const verifyData = secrets.verifyData('server');
    this.io.send(finished13(verifyData.length), verifyData, this.transcript);
    secrets.deriveApplication();
    this.io.protectSending(secrets.applicationKeys('server'));
    const asksCertificate = this.agreed!.resumption === undefined && this.config.clientAuth !== 'none';
    this.state = asksCertificate ? 'WAIT_CERTIFICATE' : 'WAIT_FINISHED';
  }

  private onCertificate(message: ReceivedMessage): void {
    const { context, entries } = this.io.read(certificate13, message);
    checkNoContext(context);
    for (const { extensions } of entries) checkExtensionPlaces(extensions, 'CertificateEntry');
    this.transcript.add(message.bytes);
    if (entries.length > 0) {
      const chain = entries.map(({ certificate }) => certificate);
      this.peer = judgePeer(this.io, { chain, purpose: 'client', keyUse: 'signature' });
    } else if (this.config.clientAuth === 'require') {
      throw new TlsError('certificate-missing', 'the client shows no certificate', {
        alert: 'certificate_required',
      });
    }
    this.state = this.peer === undefined ? 'WAIT_FINISHED' : 'WAIT_CERTIFICATE_VERIFY';
  }

  private onCertificateVerify(message: ReceivedMessage): void {
    const signed = this.io.read(certificateVerify, message);
    verifyTranscript(this.io, 'client', this.peer!.publicKey, signed, this.transcript.hash());
    this.transcript.add(message.bytes);
    this.state = 'WAIT_FINISHED';
  }

  private onFinished(message: ReceivedMessage): void {
    const { io } = this;
    const secrets = this.secrets!;
    const verifyData = io.read(finished13(HASH_BYTES[secrets.suite.hash]), message);
    if (!constantTimeEqual(verifyData, secrets.verifyData('client'))) {
      throw new TlsError('bad-finished', 'the Finished of the client does not match the handshake');
    }
    this.transcript.add(message.bytes);
    io.protectReceiving(secrets.applicationKeys('client'));
    const givesTicket = this.config.sessions?.givesTickets === true && offersPskWithDhe(this.hello!);
    this.state = givesTicket ? 'SEND_NEW_SESSION_TICKET' : 'CONNECTED';
    const { suite, keyExchange, resumption } = this.agreed!;
    io.established(
      {
        version: 'TLSv1.3',
        suite: suite.name,
        group: keyExchange.group,
        ...this.whoThePeerIs,
        resumed: resumption !== undefined,
      },
      resumption === undefined ? this.peer?.verdict.subject : resumedPeer(resumption.state, io),
    );
  }

  /** Of a session that was taken up, what the first handshake found. */
  private get whoThePeerIs(): { peerCertificates: readonly Uint8Array[]; peerAuthenticated: boolean } {
    const { peer } = this;
    const { peerCertificates, peerAuthenticated } = this.agreed!.resumption?.state ?? NOBODY;
    if (peer === undefined) return { peerCertificates, peerAuthenticated };
    return { peerCertificates: peer.chain, peerAuthenticated: peer.verdict.authenticated };
  }

  private sendNewSessionTicket(): void {
    const { io } = this;
    const secrets = this.secrets!;
    const resumptionMaster = secrets.resumptionMaster();
    const ticket = makeTicket(
      io,
      this.config.sessions!,
      (nonce) => secrets.ticketPsk(resumptionMaster, nonce),
      {
        version: 'TLSv1.3',
        suite: secrets.suite.id,
        extendedMasterSecret: false,
        serverName: findExtension(this.hello!.extensions, 'server_name')?.hostName,
        ...this.whoThePeerIs,
        establishedAt: io.host.unixTime(),
      },
    );
    if (ticket !== undefined) io.send(newSessionTicket13, ticket);
    this.state = 'CONNECTED';
  }
}

const NOBODY = { peerCertificates: [], peerAuthenticated: false };

function serverHelloExtensions(share: KeyShare, resumption: Resumption | undefined): readonly Extension[] {
  const { group, publicKey } = share;
  return [
    ...(resumption === undefined
      ? []
      : [{ name: 'pre_shared_key', offered: undefined, selected: resumption.selected } as const]),
    { name: 'key_share', shares: [{ group: GROUP_IDS[group], publicKey }] },
    { name: 'supported_versions', versions: [TLS13] },
  ];
}
