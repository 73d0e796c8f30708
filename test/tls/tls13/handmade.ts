/** A peer made by hand: it says what a test wants, under keys that it derives as RFC 8446 section 7 has it. */
import assert from 'node:assert/strict';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import type { KeyShare } from '../../../emulator/crypto/provider.ts';
import type { TlsClientConfig } from '../../../emulator/tls/client.ts';
import { certificateVerify } from '../../../emulator/tls/messages/certificate-verify.ts';
import { certificate13, entriesOf } from '../../../emulator/tls/messages/certificate13.ts';
import { type ClientHello, clientHello } from '../../../emulator/tls/messages/client-hello.ts';
import { encryptedExtensions } from '../../../emulator/tls/messages/encrypted-extensions.ts';
import { type Extension, findExtension } from '../../../emulator/tls/messages/extensions.ts';
import { finished13 } from '../../../emulator/tls/messages/finished.ts';
import { decodeMessage, encodeMessage, type MessageCodec } from '../../../emulator/tls/messages/handshake.ts';
import { type ServerHello, serverHello } from '../../../emulator/tls/messages/server-hello.ts';
import type { ContentType } from '../../../emulator/tls/record/content-type.ts';
import { type RecordProtection, sequenceBytes } from '../../../emulator/tls/record/protection.ts';
import { Tls13Protection } from '../../../emulator/tls/record/tls13-protection.ts';
import type { TlsServerConfig } from '../../../emulator/tls/server.ts';
import { schemeById, sign } from '../../../emulator/tls/signature-schemes.ts';
import { finishedMac, Tls13KeySchedule, trafficKeys } from '../../../emulator/tls/tls13/key-schedule.ts';
import { signedContent } from '../../../emulator/tls/tls13/signatures.ts';
import { tls13SuiteById } from '../../../emulator/tls/tls13/suites.ts';
import { Transcript } from '../../../emulator/tls/transcript.ts';
import { TLS13 } from '../../../emulator/tls/versions.ts';
import { CERTIFICATES } from '../certificates.ts';
import { record, TYPES } from '../scripted.ts';
import { clientEnd, type End, type HostOptions, records, serverEnd } from '../support.ts';

export const EMPTY = new Uint8Array(0);
export const X25519 = 29;
export const P256 = 23;

const SUITE = tls13SuiteById(0x1301)!;
const HEADER_LENGTH = 5;
const HOST = { crypto: nodeProvider, random: (length: number) => new Uint8Array(length) };

/** It failed so, says so once, and stays failed. */
export function assertFailed(end: End, alert: string, reason: string): void {
  end.take();
  assert.deepEqual([end.alerts('sent'), end.error?.reason], [[`fatal ${alert}`], reason]);
  assert.equal(end.all('tls.failed').length, 1);
  assert.equal(end.tls.state, 'failed');
  assert.throws(() => end.tls.receive(EMPTY), { name: 'TlsError', reason });
}

/** What both peers have: a transcript, and keys for what they say. */
abstract class Handmade {
  readonly transcript = new Transcript();
  readonly share: KeyShare = nodeProvider.generateKeyShare('x25519', new Uint8Array(40).fill(9));
  /** The engine that it talks to. */
  readonly end: End;
  /** What it makes of each message before it says it. */
  edit: (message: Uint8Array) => Uint8Array = (message) => message;
  protected schedule: Tls13KeySchedule | undefined;
  private readonly side: 'client' | 'server';
  private sequence = 0;
  private keys: RecordProtection | undefined;
  private handshakeSecret: Uint8Array = EMPTY;

  constructor(end: End, side: 'client' | 'server') {
    this.end = end;
    this.side = side;
    end.tls.start();
  }

  protected agreeOn(publicKey: Uint8Array): void {
    this.schedule = new Tls13KeySchedule(nodeProvider, SUITE, undefined);
    this.schedule.goOnToHandshake(nodeProvider.deriveSharedSecret(this.share, publicKey));
    const label = this.side === 'client' ? 'c hs traffic' : 's hs traffic';
    this.handshakeSecret = this.schedule.derive(label, this.transcript.hash());
    this.use(this.handshakeSecret);
  }

  /** From now on as one who is connected. */
  connect(): void {
    this.schedule!.goOnToMaster();
    const label = this.side === 'client' ? 'c ap traffic' : 's ap traffic';
    this.use(this.schedule!.derive(label, this.transcript.hash()));
  }

  use(secret: Uint8Array): void {
    const { aead, tagLength } = SUITE;
    const keys = trafficKeys(nodeProvider, SUITE, secret);
    this.keys = new Tls13Protection({ crypto: nodeProvider, aead, tagLength, keys });
    this.sequence = 0;
  }

  /** A record, whatever it holds. */
  sealed(type: ContentType, bytes: Uint8Array): Uint8Array {
    const { fragment } = this.keys!.seal(sequenceBytes(this.sequence++), { type, bytes }, 0x0303);
    return record(TYPES.applicationData, fragment);
  }

  /** TLSInnerPlaintext as given, with one more zero of padding. */
  sealedInner(inner: Uint8Array): Uint8Array {
    return this.sealed('padding' as ContentType, inner);
  }

  /** A message under the present keys, into the transcript. */
  say<T>(codec: MessageCodec<T>, message: T): void {
    const bytes = this.edit(encodeMessage(codec, message).bytes);
    this.transcript.add(bytes);
    this.end.receive(this.sealed('handshake', bytes));
  }

  sayRaw(type: number, body: Uint8Array): void {
    this.end.receive(
      this.sealed('handshake', Uint8Array.of(type, 0, body.length >> 8, body.length, ...body)),
    );
  }

  sayFinished(edit: (verifyData: Uint8Array) => Uint8Array = (verifyData) => verifyData): void {
    this.say(finished13(this.verifyData.length), edit(this.verifyData));
  }

  get verifyData(): Uint8Array {
    return finishedMac(nodeProvider, SUITE, this.handshakeSecret, this.transcript.hash());
  }

  sayCertificateVerify(more: { scheme?: number; signer?: 'client' | 'server' } = {}): void {
    const { scheme = 0x0403, signer = this.side } = more;
    const { key } = scheme === 0x0401 || scheme === 0x0804 ? CERTIFICATES.rsa : CERTIFICATES.p256;
    const content = signedContent(signer, this.transcript.hash());
    this.say(certificateVerify, { scheme, signature: sign(HOST, schemeById(scheme)!, key, content) });
  }
}

/** Talks to our client. */
export class HandmadeServer extends Handmade {
  readonly hello: ClientHello;

  constructor(config: Partial<TlsClientConfig> = {}, options: HostOptions = {}) {
    super(
      clientEnd({ profile: 'modern', versions: [TLS13], serverName: 'api.example.com', ...config }, options),
      'server',
    );
    const message = records(this.end.take())[0]!.subarray(HEADER_LENGTH);
    this.hello = decodeMessage(clientHello, message).message!;
    this.transcript.add(message);
    this.transcript.start(nodeProvider, SUITE.hash);
  }

  /** What an honest server would answer. */
  get honestHello(): ServerHello {
    return {
      version: 0x0303,
      random: new Uint8Array(32).fill(7),
      sessionId: this.hello.sessionId,
      suite: SUITE.id,
      compressionMethod: 0,
      extensions: [
        { name: 'key_share', shares: [{ group: X25519, publicKey: this.share.publicKey }] },
        { name: 'supported_versions', versions: [TLS13] },
      ],
    };
  }

  sayHello(edit: Partial<ServerHello> = {}): this {
    const bytes = this.edit(encodeMessage(serverHello, { ...this.honestHello, ...edit }).bytes);
    this.transcript.add(bytes);
    this.end.receive(record(TYPES.handshake, bytes));
    this.agreeOn(findExtension(this.hello.extensions, 'key_share')!.shares[0]!.publicKey);
    return this;
  }

  /** Up to the CertificateVerify. */
  sayUpToCertificate(): this {
    this.sayHello();
    this.say(encryptedExtensions, { extensions: [] });
    this.say(certificate13, { context: EMPTY, entries: entriesOf(CERTIFICATES.p256.chain) });
    return this;
  }

  sayAll(): this {
    this.sayUpToCertificate();
    this.sayCertificateVerify();
    this.sayFinished();
    this.connect();
    return this;
  }
}

/** Talks to our server. */
export class HandmadeClient extends Handmade {
  constructor(config: Partial<TlsServerConfig> = {}, options: HostOptions = {}) {
    super(
      serverEnd(
        {
          profile: 'modern',
          versions: [TLS13],
          credentials: [CERTIFICATES.p256],
          clientAuth: 'none',
          ...config,
        },
        options,
      ),
      'client',
    );
  }

  get honestExtensions(): readonly Extension[] {
    return [
      { name: 'supported_versions', versions: [TLS13] },
      { name: 'supported_groups', groups: [X25519, P256] },
      { name: 'signature_algorithms', schemes: [0x0403, 0x0804] },
      { name: 'psk_key_exchange_modes', modes: [1] },
      { name: 'key_share', shares: [{ group: X25519, publicKey: this.share.publicKey }] },
    ];
  }

  get honestHello(): ClientHello {
    return {
      version: 0x0303,
      random: new Uint8Array(32).fill(7),
      sessionId: EMPTY,
      suites: [SUITE.id],
      compressionMethods: [0],
      extensions: this.honestExtensions,
    };
  }

  sayHello(edit: Partial<ClientHello> = {}): this {
    const bytes = this.edit(encodeMessage(clientHello, { ...this.honestHello, ...edit }).bytes);
    this.transcript.add(bytes);
    this.end.receive(record(TYPES.handshake, bytes));
    return this;
  }

  /** Hears the server's whole flight; what it says next is under the keys of the handshake. */
  hearFlight(): this {
    this.end.take();
    const [hello, ...rest] = this.end
      .all('tls.message')
      .filter(({ direction, message }) => direction === 'sent' && message !== 'ChangeCipherSpec');
    this.transcript.start(nodeProvider, SUITE.hash);
    this.transcript.add(hello!.bytes);
    const { extensions } = decodeMessage(serverHello, hello!.bytes).message!;
    this.agreeOn(findExtension(extensions, 'key_share')!.shares[0]!.publicKey);
    for (const { bytes } of rest) this.transcript.add(bytes);
    return this;
  }

  /** The whole handshake. */
  sayAll(): this {
    this.sayHello().hearFlight();
    // The application keys end at the server's Finished.
    const before = this.transcript.hash();
    this.sayFinished();
    this.schedule!.goOnToMaster();
    this.use(this.schedule!.derive('c ap traffic', before));
    return this;
  }
}
