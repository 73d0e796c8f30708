/**
 * What both sides of a connection said in the handshake, read with the engine's own codecs. A message is read by what
 * was said before it: no field of a ServerKeyExchange says which of its forms it has.
 */

import { HASH_BYTES } from '../../emulator/crypto/hashes.ts';
import type { CipherSuite } from '../../emulator/tls/cipher-suite.ts';
import { latin1Text } from '../../emulator/tls/codec/bytes.ts';
import { describeGroup } from '../../emulator/tls/groups.ts';
import { traitsOf } from '../../emulator/tls/key-exchanges.ts';
import { certificate } from '../../emulator/tls/messages/certificate.ts';
import { certificateRequest } from '../../emulator/tls/messages/certificate-request.ts';
import { certificateRequest13 } from '../../emulator/tls/messages/certificate-request13.ts';
import { certificateStatus } from '../../emulator/tls/messages/certificate-status.ts';
import { certificateVerify } from '../../emulator/tls/messages/certificate-verify.ts';
import { certificate13 } from '../../emulator/tls/messages/certificate13.ts';
import { type ClientHello, clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { clientKeyExchange } from '../../emulator/tls/messages/client-key-exchange.ts';
import { helloRequest, serverHelloDone } from '../../emulator/tls/messages/empty.ts';
import { encryptedExtensions } from '../../emulator/tls/messages/encrypted-extensions.ts';
import { findExtension } from '../../emulator/tls/messages/extensions.ts';
import { finished, finished13 } from '../../emulator/tls/messages/finished.ts';
import {
  type CodedMessage,
  decodeMessage,
  describeHeader,
  type HandshakeName,
  handshakeName,
  type MessageCodec,
} from '../../emulator/tls/messages/handshake.ts';
import { keyUpdate } from '../../emulator/tls/messages/key-update.ts';
import { newSessionTicket } from '../../emulator/tls/messages/new-session-ticket.ts';
import { newSessionTicket13 } from '../../emulator/tls/messages/new-session-ticket13.ts';
import {
  helloRetryRequest,
  isHelloRetryRequest,
  type ServerHello,
  selectedVersion,
  serverHello,
} from '../../emulator/tls/messages/server-hello.ts';
import { serverKeyExchange } from '../../emulator/tls/messages/server-key-exchange.ts';
import { describeSuite, suiteById } from '../../emulator/tls/suites.ts';
import { type Tls13Suite, tls13SuiteById } from '../../emulator/tls/tls13/suites.ts';
import { TLS12, TLS13 } from '../../emulator/tls/versions.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import { readCertificate } from '../../emulator/x509/known-certificates.ts';
import { subjectText } from '../../emulator/x509/profiles/check-list.ts';
import type { Side } from './account.ts';

/** Subjects of the certificates shown, by who showed them. */
export type Peers = { [S in Side]?: string };

export class Handshake {
  client: ClientHello | undefined;
  server: ServerHello | undefined;
  readonly peers: Peers = {};
  group: string | undefined;
  /** Set from outside, where it shows in the order of messages. */
  resumed = false;
  /** Of all messages that were read, the last. */
  last = '';

  get version(): number | undefined {
    return this.server && (selectedVersion(this.server) ?? this.server.version);
  }

  get isTls13(): boolean {
    return this.version === TLS13;
  }

  get suiteName(): string {
    return this.server === undefined ? 'unknown' : describeSuite(this.server.suite);
  }

  get suite12(): CipherSuite | undefined {
    return this.server && this.version === TLS12 ? suiteById(this.server.suite) : undefined;
  }

  get suite13(): Tls13Suite | undefined {
    return this.server && this.isTls13 ? tls13SuiteById(this.server.suite) : undefined;
  }

  /** Hex, as key logs name the connection. */
  get clientRandom(): string {
    return this.client === undefined ? '' : toHex(this.client.random);
  }

  get serverName(): string | undefined {
    return this.client && findExtension(this.client.extensions, 'server_name')?.hostName;
  }

  /** What names a session that was offered to be taken up again: tickets and session identifiers. */
  get offeredSessions(): readonly Uint8Array[] {
    if (this.client === undefined) return [];
    const { extensions, sessionId } = this.client;
    const ticket = findExtension(extensions, 'session_ticket')?.ticket;
    const psks = findExtension(extensions, 'pre_shared_key')?.offered?.identities ?? [];
    const offered = [
      sessionId,
      ...(ticket === undefined ? [] : [ticket]),
      ...psks.map(({ identity }) => identity),
    ];
    return offered.filter(({ length }) => length > 0);
  }

  /** A message as the trace shows it; what it says is kept. `session` is told what can be taken up later. */
  hear(from: Side, bytes: Uint8Array, session: (id: Uint8Array) => void): CodedMessage {
    const name = handshakeName(bytes[0]!);
    if (name === undefined)
      return unread(`handshake message ${bytes[0]}`, bytes, 'of a type that is not known here');
    const coded = this.read(from, name, bytes, session);
    this.last = coded.name;
    return coded;
  }

  private read(
    from: Side,
    name: HandshakeName,
    bytes: Uint8Array,
    session: (id: Uint8Array) => void,
  ): CodedMessage {
    switch (name) {
      case 'ClientHello':
        return decoded(clientHello, bytes, (hello) => {
          this.client = hello;
        });
      case 'ServerHello':
        if (isHelloRetryRequest(bytes)) return decodeMessage(helloRetryRequest, bytes);
        return decoded(serverHello, bytes, (hello) => this.agree(hello, session));
      case 'Certificate':
        return this.readCertificate(from, bytes);
      case 'ServerKeyExchange':
        return this.readKeyExchange(bytes);
      case 'ClientKeyExchange':
        return this.readClientKeyExchange(bytes);
      case 'NewSessionTicket':
        return this.isTls13
          ? decoded(newSessionTicket13, bytes, ({ ticket }) => session(ticket))
          : decoded(newSessionTicket, bytes, ({ ticket }) => session(ticket));
      case 'CertificateRequest':
        return this.isTls13
          ? decodeMessage(certificateRequest13, bytes)
          : decodeMessage(certificateRequest, bytes);
      case 'Finished':
        return decodeMessage(this.suite13 ? finished13(HASH_BYTES[this.suite13.hash]) : finished, bytes);
      default: {
        const codec = PLAIN_CODECS[name] as MessageCodec<unknown> | undefined;
        return codec === undefined ? unread(name, bytes, 'not read') : decodeMessage(codec, bytes);
      }
    }
  }

  private agree(hello: ServerHello, session: (id: Uint8Array) => void): void {
    this.server = hello;
    const share = findExtension(hello.extensions, 'key_share')?.shares[0]?.group;
    if (share !== undefined) this.group = describeGroup(share);
    if (this.isTls13) this.resumed = findExtension(hello.extensions, 'pre_shared_key') !== undefined;
    else if (hello.sessionId.length > 0) session(hello.sessionId);
  }

  private readCertificate(from: Side, bytes: Uint8Array): CodedMessage {
    const keep = (chain: readonly Uint8Array[]) => {
      if (chain[0] !== undefined) this.peers[from] = subjectOf(chain[0]);
    };
    return this.isTls13
      ? decoded(certificate13, bytes, ({ entries }) => keep(entries.map((entry) => entry.certificate)))
      : decoded(certificate, bytes, ({ chain }) => keep(chain));
  }

  private readClientKeyExchange(bytes: Uint8Array): CodedMessage {
    if (this.suite12 === undefined) return unread('ClientKeyExchange', bytes, `of ${this.suiteName}`);
    return decoded(clientKeyExchange(traitsOf(this.suite12)), bytes, ({ identity }) => {
      if (identity === undefined) return;
      // With a shared key each end is who has it.
      const holder = `a holder of the key "${latin1Text(identity)}"`;
      this.peers.client ??= holder;
      this.peers.server ??= holder;
    });
  }

  private readKeyExchange(bytes: Uint8Array): CodedMessage {
    if (this.suite12 === undefined) return unread('ServerKeyExchange', bytes, `of ${this.suiteName}`);
    return decoded(serverKeyExchange(traitsOf(this.suite12)), bytes, ({ params }) => {
      if (params !== undefined) this.group = describeGroup(params.group);
    });
  }
}

/** Those that read the same whatever was said before. */
const PLAIN_CODECS: Readonly<Partial<Record<HandshakeName, unknown>>> = {
  HelloRequest: helloRequest,
  ServerHelloDone: serverHelloDone,
  CertificateVerify: certificateVerify,
  CertificateStatus: certificateStatus,
  EncryptedExtensions: encryptedExtensions,
  KeyUpdate: keyUpdate,
};

function decoded<T>(codec: MessageCodec<T>, bytes: Uint8Array, keep: (message: T) => void): CodedMessage {
  const found = decodeMessage(codec, bytes);
  if (found.message !== undefined) keep(found.message);
  return found;
}

function unread(name: string, bytes: Uint8Array, summary: string): CodedMessage {
  return { name, bytes, fields: describeHeader(bytes), summary: [summary] };
}

function subjectOf(der: Uint8Array): string {
  try {
    return subjectText(readCertificate(der));
  } catch {
    return `a certificate of ${der.length} bytes that cannot be read`;
  }
}
