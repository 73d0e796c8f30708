/**
 * The server's handshake in TLS 1.2: RFC 5246 section 7.3, with ECDHE of RFC 8422, the extended master secret of
 * RFC 7627 and the renegotiation indication of RFC 5746.
 */

import { constantTimeEqual } from '../../crypto/constant-time.ts';
import type { KeyShare } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import { EMPTY } from '../codec/bytes.ts';
import type { TlsServerConfig } from '../config.ts';
import { TlsError } from '../engine.ts';
import { GROUP_IDS } from '../groups.ts';
import {
  type HandshakeIo,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from '../handshake-machine.ts';
import { helloRandom } from '../hello-builder.ts';
import { certificate } from '../messages/certificate.ts';
import { CERTIFICATE_TYPES, certificateRequest } from '../messages/certificate-request.ts';
import { certificateVerify } from '../messages/certificate-verify.ts';
import { type ClientHello, clientHello } from '../messages/client-hello.ts';
import { ecdheClientKeyExchange, rsaClientKeyExchange } from '../messages/client-key-exchange.ts';
import { serverHelloDone } from '../messages/empty.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import { finished } from '../messages/finished.ts';
import { serverHello } from '../messages/server-hello.ts';
import { ecdheServerKeyExchange, ecdhParams, encodeEcdhParams } from '../messages/server-key-exchange.ts';
import { type JudgedPeer, judgePeer } from '../peer-certificate.ts';
import { describeScheme, schemeById, sign, verify } from '../signature-schemes.ts';
import type { Randoms } from './key-schedule.ts';
import { decryptPremaster } from './rsa-key-exchange.ts';
import { agreeOnSecret, makeKeyShare, Tls12Secrets } from './secrets.ts';
import { type AgreedParameters, agreeOnParameters } from './server-choice.ts';

type State =
  | 'WAIT_CLIENT_HELLO'
  | 'SEND_SERVER_HELLO'
  | 'SEND_CERTIFICATE'
  | 'SEND_SERVER_KEY_EXCHANGE'
  | 'SEND_CERTIFICATE_REQUEST'
  | 'SEND_SERVER_HELLO_DONE'
  | 'WAIT_CERTIFICATE'
  | 'WAIT_CLIENT_KEY_EXCHANGE'
  | 'WAIT_CERTIFICATE_VERIFY'
  | 'WAIT_CHANGE_CIPHER_SPEC'
  | 'WAIT_FINISHED'
  | 'SEND_CHANGE_CIPHER_SPEC'
  | 'SEND_FINISHED'
  | 'CONNECTED';

export class Tls12Server extends StateMachine<State> {
  protected readonly states: StateTable<State> = {
    WAIT_CLIENT_HELLO: { receive: { ClientHello: (m) => this.onClientHello(m) } },
    SEND_SERVER_HELLO: { send: () => this.sendServerHello() },
    SEND_CERTIFICATE: { send: () => this.sendCertificate() },
    SEND_SERVER_KEY_EXCHANGE: { send: () => this.sendServerKeyExchange() },
    SEND_CERTIFICATE_REQUEST: { send: () => this.sendCertificateRequest() },
    SEND_SERVER_HELLO_DONE: { send: () => this.sendServerHelloDone() },
    WAIT_CERTIFICATE: { receive: { Certificate: (m) => this.onCertificate(m) } },
    WAIT_CLIENT_KEY_EXCHANGE: { receive: { ClientKeyExchange: (m) => this.onClientKeyExchange(m) } },
    WAIT_CERTIFICATE_VERIFY: { receive: { CertificateVerify: (m) => this.onCertificateVerify(m) } },
    WAIT_CHANGE_CIPHER_SPEC: { receive: { ChangeCipherSpec: () => this.onChangeCipherSpec() } },
    WAIT_FINISHED: { receive: { Finished: (m) => this.onFinished(m) } },
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
  private share: KeyShare | undefined;
  private peer: JudgedPeer | undefined;

  constructor(config: TlsServerConfig, io: HandshakeIo) {
    super('WAIT_CLIENT_HELLO');
    this.config = config;
    this.io = io;
    this.secrets = new Tls12Secrets(io);
  }

  private onClientHello(message: ReceivedMessage): void {
    this.hello = this.io.read(clientHello, message);
    this.agreed = agreeOnParameters(this.hello, this.config, this.io);
    this.secrets.transcript.add(message.bytes);
    this.io.agreeOnVersion(this.io.tls12.number);
    this.state = 'SEND_SERVER_HELLO';
  }

  private sendServerHello(): void {
    const { profile, host, tls12 } = this.io;
    const { suite } = this.agreed!;
    const random = helloRandom(profile, host);
    const sessionId = profile.namesSessions ? host.random(32) : EMPTY;
    const extensions = this.answeredExtensions();
    const version = tls12.number;
    const hello = { version, random, sessionId, suite: suite.id, compressionMethod: 0, extensions };
    this.io.send(serverHello, hello, this.secrets.transcript);
    this.randoms = { client: this.hello!.random, server: random };
    this.secrets.agree(suite, this.randoms);
    this.state = 'SEND_CERTIFICATE';
  }

  /** In mbedTLS's order. Only what the client asked for may be answered. */
  private answeredExtensions(): readonly Extension[] {
    const { serverNameUsed, secureRenegotiation, extendedMasterSecret, encryptThenMac } = this.agreed!;
    const usesEc = this.agreed!.ephemeral !== undefined;
    const acknowledgesName = serverNameUsed && this.io.profile.acknowledgesServerName;
    const asked = this.hello!.extensions;
    const answers: (Extension | false)[] = [
      acknowledgesName && { name: 'server_name', hostName: undefined },
      secureRenegotiation && { name: 'renegotiation_info', renegotiatedConnection: EMPTY },
      encryptThenMac && { name: 'encrypt_then_mac' },
      extendedMasterSecret && { name: 'extended_master_secret' },
      usesEc &&
        findExtension(asked, 'ec_point_formats') !== undefined && { name: 'ec_point_formats', formats: [0] },
    ];
    return answers.filter((answer) => answer !== false);
  }

  private sendCertificate(): void {
    const { chain } = this.agreed!.credentials;
    this.io.send(certificate, { chain }, this.secrets.transcript);
    this.state = this.agreed!.ephemeral === undefined ? this.afterKeyExchange : 'SEND_SERVER_KEY_EXCHANGE';
  }

  private get afterKeyExchange(): State {
    return this.config.clientAuth === 'none' ? 'SEND_SERVER_HELLO_DONE' : 'SEND_CERTIFICATE_REQUEST';
  }

  private sendServerKeyExchange(): void {
    const { credentials, ephemeral } = this.agreed!;
    const { scheme, group } = ephemeral!;
    this.share = makeKeyShare(this.io, group);
    const params = ecdhParams(GROUP_IDS[group], this.share.publicKey);
    const paramsBytes = encodeEcdhParams(params);
    const data = concat(this.randoms!.client, this.randoms!.server, paramsBytes);
    const signature =
      credentials.sign?.(scheme.id, data) ?? sign(this.io.host, scheme, credentials.key, data);
    const signed = { scheme: scheme.id, signature };
    this.io.send(ecdheServerKeyExchange, { params, paramsBytes, signed }, this.secrets.transcript);
    this.state = this.afterKeyExchange;
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
    this.state = this.config.clientAuth === 'none' ? 'WAIT_CLIENT_KEY_EXCHANGE' : 'WAIT_CERTIFICATE';
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
    const premaster =
      this.share === undefined
        ? this.readEncryptedPremaster(message)
        : this.readKeyShare(message, this.share);
    this.secrets.transcript.add(message.bytes);
    this.secrets.derive(premaster, this.agreed!);
    this.state = this.peer === undefined ? 'WAIT_CHANGE_CIPHER_SPEC' : 'WAIT_CERTIFICATE_VERIFY';
  }

  private readKeyShare(message: ReceivedMessage, share: KeyShare): Uint8Array {
    const { publicKey } = this.io.read(ecdheClientKeyExchange, message);
    return agreeOnSecret(this.io, share, publicKey);
  }

  private readEncryptedPremaster(message: ReceivedMessage): Uint8Array {
    const { encryptedPremaster } = this.io.read(rsaClientKeyExchange, message);
    const { key } = this.agreed!.credentials;
    if (key.kind !== 'rsa') throw new Error('an RSA suite was agreed without an RSA key');
    return decryptPremaster(this.io.host, this.hello!.version, key, encryptedPremaster);
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
    this.state = 'SEND_CHANGE_CIPHER_SPEC';
  }

  private sendChangeCipherSpec(): void {
    this.io.sendChangeCipherSpec();
    this.io.protectSending(this.secrets.keys.server);
    this.state = 'SEND_FINISHED';
  }

  private sendFinished(): void {
    this.io.send(finished, this.secrets.verifyData('server'), this.secrets.transcript);
    this.state = 'CONNECTED';
    const { suite, ephemeral } = this.agreed!;
    this.io.established(
      {
        version: this.io.tls12.name,
        suite: suite.name,
        group: ephemeral?.group,
        peerCertificates: this.peer?.chain ?? [],
        peerAuthenticated: this.peer?.verdict.authenticated ?? false,
      },
      this.peer?.verdict.subject,
    );
  }

  /** A ClientHello on an established connection asks for renegotiation; RFC 5746 section 4.5 lets us refuse. */
  private refuseRenegotiation(message: ReceivedMessage): void {
    this.io.read(clientHello, message);
    this.io.sendWarning('no_renegotiation');
  }
}
