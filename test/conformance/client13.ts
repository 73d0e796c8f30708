/**
 * A client of TLS 1.3 that says what a test tells it to, in any order, and keeps the keys right while it does: what it
 * sends is wrong only where the test makes it wrong.
 */
import assert from 'node:assert/strict';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { KeyShare } from '../../emulator/crypto/provider.ts';
import type { Credentials } from '../../emulator/tls/engine.ts';
import { keyShareRandomLength } from '../../emulator/tls/groups.ts';
import { certificateVerify } from '../../emulator/tls/messages/certificate-verify.ts';
import { certificate13, entriesOf } from '../../emulator/tls/messages/certificate13.ts';
import { type ClientHello, clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { type Extension, findExtension } from '../../emulator/tls/messages/extensions.ts';
import { finished13 } from '../../emulator/tls/messages/finished.ts';
import { encodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { keyUpdate } from '../../emulator/tls/messages/key-update.ts';
import {
  type NewSessionTicket13,
  newSessionTicket13,
} from '../../emulator/tls/messages/new-session-ticket13.ts';
import {
  HELLO_RETRY_RANDOM,
  helloRetryRequest,
  type ServerHello,
  serverHello,
} from '../../emulator/tls/messages/server-hello.ts';
import { sequenceBytes } from '../../emulator/tls/record/protection.ts';
import { Tls13Protection } from '../../emulator/tls/record/tls13-protection.ts';
import { schemeById, sign } from '../../emulator/tls/signature-schemes.ts';
import {
  finishedMac,
  nextTrafficSecret,
  Tls13KeySchedule,
  ticketPsk,
  trafficKeys,
} from '../../emulator/tls/tls13/key-schedule.ts';
import { signedContent } from '../../emulator/tls/tls13/signatures.ts';
import { type Tls13Suite, tls13SuiteById } from '../../emulator/tls/tls13/suites.ts';
import { concat } from '../../emulator/world/bytes.ts';
import { EMPTY, TYPES } from './bytes.ts';
import { type Edit, type Half, RecordClient, read, same, TLS12 } from './record-client.ts';

export const AES_128_GCM = 0x1301;
export const AES_256_GCM = 0x1302;
const P256 = 23;
const TAG_LENGTH = 16;

const SHARE_RANDOM = new Uint8Array(keyShareRandomLength('secp256r1')).fill(0x51);
const SHARE = nodeProvider.generateKeyShare('secp256r1', SHARE_RANDOM);

export const SUPPORTED: readonly Extension[] = [
  { name: 'supported_versions', versions: [0x0304] },
  { name: 'supported_groups', groups: [P256] },
  { name: 'signature_algorithms', schemes: [0x0403, 0x0804] },
];
export const KEY_SHARE: Extension = {
  name: 'key_share',
  shares: [{ group: P256, publicKey: SHARE.publicKey }],
};

export const HELLO13: ClientHello = {
  version: TLS12,
  random: new Uint8Array(32).fill(7),
  sessionId: new Uint8Array(32).fill(8),
  suites: [AES_128_GCM],
  compressionMethods: [0],
  extensions: [...SUPPORTED, KEY_SHARE],
};

type Secrets = Record<'client' | 'server', Uint8Array>;

interface ServerFlight {
  readonly psk?: Uint8Array | undefined;
  readonly afterRetry?: boolean;
}

export class Client13 extends RecordClient {
  answer: ServerHello | undefined;
  asksForCertificate = false;
  ticket: NewSessionTicket13 | undefined;
  /** The pre-shared key of `ticket`. */
  psk: Uint8Array | undefined;
  private readonly share: KeyShare = SHARE;
  private suite: Tls13Suite | undefined;
  private schedule: Tls13KeySchedule | undefined;
  private handshakeSecrets: Secrets | undefined;
  private application: Secrets | undefined;
  private sendingSecret: Uint8Array | undefined;

  // ---- what is sent

  hello(change: Partial<ClientHello> = {}, edit: Edit = same, size?: number): void {
    this.handshake(edit(encodeMessage(clientHello, { ...HELLO13, ...change }).bytes), size);
  }

  changeCipherSpec(fragment: Uint8Array = Uint8Array.of(1)): void {
    this.record(TYPES.changeCipherSpec, fragment);
  }

  certificate({ chain }: Pick<Credentials, 'chain'>, edit: Edit = same, context: Uint8Array = EMPTY): void {
    this.handshake(edit(encodeMessage(certificate13, { context, entries: entriesOf(chain) }).bytes));
  }

  certificateVerify({ key }: Credentials, edit: Edit = same, scheme = 0x0403): void {
    const host = { crypto: nodeProvider, random: (length: number) => this.random.bytes(length) };
    const content = signedContent('client', this.transcript.hash());
    const signature = sign(host, schemeById(scheme)!, key, content);
    this.handshake(edit(encodeMessage(certificateVerify, { scheme, signature }).bytes));
  }

  /** After it, what is sent and received is under the application keys. */
  finished(edit: Edit = same, size?: number): void {
    const verifyData = finishedMac(
      nodeProvider,
      this.suite!,
      this.handshakeSecrets!.client,
      this.transcript.hash(),
    );
    this.handshake(edit(encodeMessage(finished13(verifyData.length), verifyData).bytes), size);
    this.sendUnder(this.application!.client);
  }

  /** New keys for what this side sends. `edit`: of the message. */
  keyUpdate(requested = false, edit: Edit = same, size = 16_384): void {
    const message = edit(encodeMessage(keyUpdate, { requested }).bytes);
    for (let at = 0; at < message.length; at += size) {
      this.record(TYPES.handshake, message.subarray(at, at + size));
    }
    this.application!.client = nextTrafficSecret(nodeProvider, this.suite!, this.application!.client);
    this.sendUnder(this.application!.client);
  }

  /** A protected record whose inside is as given: content, type and padding. */
  inner(plaintext: Uint8Array): void {
    const length = plaintext.length + TAG_LENGTH;
    const header = Uint8Array.of(TYPES.applicationData, 3, 3, length >> 8, length);
    const { key, iv } = trafficKeys(nodeProvider, this.suite!, this.sendingSecret!);
    const nonce = iv.slice();
    for (const [i, byte] of sequenceBytes(this.out!.sequence++).entries()) nonce[4 + i]! ^= byte;
    this.raw(concat(header, nodeProvider.aeadSeal('aes-gcm', key, nonce, header, plaintext)));
  }

  // ---- what is received

  async helloRetryRequest(): Promise<void> {
    const { type, bytes } = await this.next();
    assert.equal(type, TYPES.handshake);
    const { random, suite } = read(helloRetryRequest, bytes);
    assert.deepEqual(random, HELLO_RETRY_RANDOM);
    this.transcript.start(nodeProvider, tls13SuiteById(suite)!.hash);
    this.transcript.replaceByHash();
    this.transcript.add(bytes);
    assert.equal((await this.next()).type, TYPES.changeCipherSpec);
  }

  /** ServerHello to Finished. */
  async serverFlight({ psk, afterRetry = false }: ServerFlight = {}): Promise<void> {
    this.answer = read(serverHello, await this.message());
    this.suite = tls13SuiteById(this.answer.suite)!;
    if (!afterRetry) this.transcript.start(nodeProvider, this.suite.hash);
    this.schedule = new Tls13KeySchedule(nodeProvider, this.suite, psk);
    const point = findExtension(this.answer.extensions, 'key_share')!.shares[0]!.publicKey;
    this.schedule.goOnToHandshake(nodeProvider.deriveSharedSecret(this.share, point));
    this.handshakeSecrets = this.secrets('c hs traffic', 's hs traffic');
    // Appendix D.4: it comes once, after the first message.
    if (!afterRetry) assert.equal((await this.next()).type, TYPES.changeCipherSpec);
    this.in = this.half(this.handshakeSecrets.server);
    this.sendUnder(this.handshakeSecrets.client);
    for (let type = 0; type !== 20; ) {
      type = (await this.message())[0]!;
      this.asksForCertificate ||= type === 13;
    }
    this.schedule.goOnToMaster();
    this.application = this.secrets('c ap traffic', 's ap traffic');
    this.in = this.half(this.application.server);
  }

  /** Hellos to Finished, as they should be. */
  async connect(change: Partial<ClientHello> = {}): Promise<void> {
    this.hello(change);
    await this.serverFlight();
    this.finished();
  }

  async newSessionTicket(): Promise<void> {
    const master = this.schedule!.derive('res master', this.transcript.hash());
    this.ticket = read(newSessionTicket13, (await this.next()).bytes);
    this.psk = ticketPsk(nodeProvider, this.suite!, master, this.ticket.nonce);
  }

  /** The server's answer to a KeyUpdate that asks for one. */
  async serverKeyUpdate(): Promise<void> {
    read(keyUpdate, (await this.next()).bytes);
    this.application!.server = nextTrafficSecret(nodeProvider, this.suite!, this.application!.server);
    this.in = this.half(this.application!.server);
  }

  private secrets(client: 'c hs traffic' | 'c ap traffic', server: 's hs traffic' | 's ap traffic'): Secrets {
    const hash = this.transcript.hash();
    return { client: this.schedule!.derive(client, hash), server: this.schedule!.derive(server, hash) };
  }

  private sendUnder(secret: Uint8Array): void {
    this.sendingSecret = secret;
    this.out = this.half(secret);
  }

  private half(secret: Uint8Array): Half {
    const { aead, tagLength } = this.suite!;
    const keys = trafficKeys(nodeProvider, this.suite!, secret);
    return { protection: new Tls13Protection({ crypto: nodeProvider, aead, tagLength, keys }), sequence: 0 };
  }
}
