/**
 * A client of TLS 1.2 that says what a test tells it to, in any order, and keeps the keys right while it does: what it
 * sends is wrong only where the test makes it wrong.
 */
import assert from 'node:assert/strict';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { Credentials } from '../../emulator/tls/engine.ts';
import { keyShareRandomLength } from '../../emulator/tls/groups.ts';
import { traitsOf } from '../../emulator/tls/key-exchanges.ts';
import { certificate } from '../../emulator/tls/messages/certificate.ts';
import { certificateVerify } from '../../emulator/tls/messages/certificate-verify.ts';
import { type ClientHello, clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { clientKeyExchange } from '../../emulator/tls/messages/client-key-exchange.ts';
import { findExtension } from '../../emulator/tls/messages/extensions.ts';
import { finished } from '../../emulator/tls/messages/finished.ts';
import { encodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { newSessionTicket } from '../../emulator/tls/messages/new-session-ticket.ts';
import { type ServerHello, serverHello } from '../../emulator/tls/messages/server-hello.ts';
import { serverKeyExchange } from '../../emulator/tls/messages/server-key-exchange.ts';
import { schemeById, sign } from '../../emulator/tls/signature-schemes.ts';
import { type CipherSuite, suiteById } from '../../emulator/tls/suites.ts';
import { type ConnectionKeys, Tls12KeySchedule } from '../../emulator/tls/tls12/key-schedule.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { EMPTY, TYPES } from './bytes.ts';
import { type Edit, RecordClient, read, same, TLS12 } from './record-client.ts';

export const ECDHE_ECDSA_GCM = 0xc02b;
export const RSA_CBC_SHA = 0x002f;

export const HELLO: ClientHello = {
  version: TLS12,
  random: new Uint8Array(32).fill(7),
  sessionId: EMPTY,
  suites: [ECDHE_ECDSA_GCM],
  compressionMethods: [0],
  extensions: [
    { name: 'supported_groups', groups: [23] },
    { name: 'signature_algorithms', schemes: [0x0403, 0x0401] },
    { name: 'renegotiation_info', renegotiatedConnection: EMPTY },
  ],
};

export class Client12 extends RecordClient {
  answer: ServerHello | undefined;
  ticket: Uint8Array = EMPTY;
  master: Uint8Array | undefined;
  private readonly host = {
    crypto: nodeProvider,
    random: (length: number) => this.random.bytes(length),
    unixTime: () => 0,
  };
  private offered: ClientHello = HELLO;
  private suite: CipherSuite | undefined;
  private schedule: Tls12KeySchedule | undefined;
  private keys: ConnectionKeys | undefined;
  private serverPoint: Uint8Array | undefined;
  private serverCertificate: Uint8Array | undefined;
  // ---- what is sent

  hello(change: Partial<ClientHello> = {}, edit: Edit = same, size?: number): void {
    this.offered = { ...HELLO, ...change };
    this.handshake(edit(encodeMessage(clientHello, this.offered).bytes), size);
  }

  certificate({ chain }: Pick<Credentials, 'chain'>, edit: Edit = same): void {
    this.handshake(edit(encodeMessage(certificate, { chain }).bytes));
  }

  /** `publicKey`: sent instead of the right one. */
  clientKeyExchange(edit: Edit = same, publicKey?: Uint8Array): void {
    const traits = traitsOf(this.suite!);
    const isEphemeral = traits.ephemeral;
    const { message, premaster } = isEphemeral ? this.ecdhe(publicKey) : this.encryptedPremaster();
    this.handshake(edit(encodeMessage(clientKeyExchange(traits), message).bytes));
    const usesEms = findExtension(this.answer!.extensions, 'extended_master_secret') !== undefined;
    this.useMaster(
      usesEms
        ? this.schedule!.extendedMasterSecret(premaster, this.transcript.hash())
        : this.schedule!.masterSecret(premaster),
    );
  }

  certificateVerify({ key }: Credentials, edit: Edit = same, scheme = 0x0403): void {
    const signature = sign(this.host as never, schemeById(scheme)!, key, this.transcript.bytes());
    this.handshake(edit(encodeMessage(certificateVerify, { scheme, signature }).bytes));
  }

  /** `fragment`: the message, byte 1 if it is right. */
  changeCipherSpec(fragment: Uint8Array = Uint8Array.of(1)): void {
    this.record(TYPES.changeCipherSpec, fragment);
    if (this.keys !== undefined) this.out = { protection: this.keys.client, sequence: 0 };
  }

  finished(edit: Edit = same, size?: number): void {
    const verifyData = this.schedule!.verifyData(this.master!, 'client', this.transcript.hash());
    this.handshake(edit(encodeMessage(finished, verifyData).bytes), size);
  }

  // ---- what is received

  /** ServerHello to ServerHelloDone. */
  async serverFlight(): Promise<void> {
    await this.serverHello();
    for (let type = 0; type !== 14; ) {
      const message = await this.message();
      type = message[0]!;
      if (type === 11) this.serverCertificate = read(certificate, message).chain[0];
      if (type === 12)
        this.serverPoint = read(serverKeyExchange(traitsOf(this.suite!)), message).params?.publicKey;
    }
  }

  async serverHello(): Promise<void> {
    this.answer = read(serverHello, await this.message());
    this.suite = suiteById(this.answer.suite)!;
    this.transcript.start(nodeProvider, this.suite.prfHash);
    const randoms = { client: this.offered.random, server: this.answer.random };
    this.schedule = new Tls12KeySchedule(this.host, this.suite, randoms);
  }

  /** NewSessionTicket if there is one, ChangeCipherSpec, Finished. */
  async serverFinish(): Promise<void> {
    let next = await this.next();
    if (next.type === TYPES.handshake) {
      this.transcript.add(next.bytes);
      this.ticket = read(newSessionTicket, next.bytes).ticket;
      next = await this.next();
    }
    assert.equal(next.type, TYPES.changeCipherSpec);
    this.in = { protection: this.keys!.server, sequence: 0 };
    const expected = this.schedule!.verifyData(this.master!, 'server', this.transcript.hash());
    assert.deepEqual(read(finished, await this.message()), expected);
  }

  /** Hellos to Finished, as they should be. */
  async connect(change: Partial<ClientHello> = {}): Promise<void> {
    this.hello(change);
    await this.serverFlight();
    this.clientKeyExchange();
    this.changeCipherSpec();
    this.finished();
    await this.serverFinish();
  }

  /** A handshake that takes up a session: the server finishes first. */
  async resume(change: Partial<ClientHello>, master: Uint8Array): Promise<void> {
    this.hello(change);
    await this.serverHello();
    this.useMaster(master);
    await this.serverFinish();
    this.changeCipherSpec();
    this.finished();
  }

  private useMaster(master: Uint8Array): void {
    this.master = master;
    const encryptThenMac = findExtension(this.answer!.extensions, 'encrypt_then_mac') !== undefined;
    this.keys = this.schedule!.keys(master, encryptThenMac);
  }

  private ecdhe(publicKey: Uint8Array | undefined) {
    const share = nodeProvider.generateKeyShare(
      'secp256r1',
      this.random.bytes(keyShareRandomLength('secp256r1')),
    );
    const premaster = nodeProvider.deriveSharedSecret(share, this.serverPoint!);
    return { message: { publicKey: publicKey ?? share.publicKey }, premaster };
  }

  private encryptedPremaster() {
    const key = parseCertificate(this.serverCertificate!).publicKey!;
    if (key.kind !== 'rsa') throw new Error('an RSA suite with another key');
    const { version } = this.offered;
    const premaster = Uint8Array.of(version >> 8, version, ...this.random.bytes(46));
    const padding = new Uint8Array(key.n.length - 51).fill(0xaa);
    return {
      message: { encryptedPremaster: nodeProvider.rsaPkcs1Encrypt(key, premaster, padding) },
      premaster,
    };
  }
}
