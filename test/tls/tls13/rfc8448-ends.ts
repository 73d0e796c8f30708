/** The two ends of a trace of RFC 8448: our engine with the RFC's words, keys and randomness. */
import assert from 'node:assert/strict';
import type { CryptoProvider, GroupName, KeyShare } from '../../../emulator/crypto/provider.ts';
import type { ClientOffer } from '../../../emulator/tls/client-offer.ts';
import type { TlsClientConfig } from '../../../emulator/tls/config.ts';
import { Connection } from '../../../emulator/tls/connection.ts';
import type { TlsHost } from '../../../emulator/tls/engine.ts';
import {
  type HandshakeIo,
  type ReceivedMessage,
  StateMachine,
  type StateTable,
} from '../../../emulator/tls/handshake-machine.ts';
import { certificateRequest13 } from '../../../emulator/tls/messages/certificate-request13.ts';
import { certificateVerify } from '../../../emulator/tls/messages/certificate-verify.ts';
import { certificate13 } from '../../../emulator/tls/messages/certificate13.ts';
import { clientHello } from '../../../emulator/tls/messages/client-hello.ts';
import { encryptedExtensions } from '../../../emulator/tls/messages/encrypted-extensions.ts';
import { finished13 } from '../../../emulator/tls/messages/finished.ts';
import { decodeMessage, encodeMessage, type MessageCodec } from '../../../emulator/tls/messages/handshake.ts';
import { newSessionTicket13 } from '../../../emulator/tls/messages/new-session-ticket13.ts';
import { helloRetryRequest, serverHello } from '../../../emulator/tls/messages/server-hello.ts';
import { PROFILES } from '../../../emulator/tls/profiles.ts';
import { sequenceBytes } from '../../../emulator/tls/record/protection.ts';
import { Tls13Protection } from '../../../emulator/tls/record/tls13-protection.ts';
import { createTlsServer, type TlsServerConfig } from '../../../emulator/tls/server.ts';
import type { ClientSession } from '../../../emulator/tls/session.ts';
import { Tls13Client } from '../../../emulator/tls/tls13/client.ts';
import { trafficKeys } from '../../../emulator/tls/tls13/key-schedule.ts';
import { tls13SuiteById } from '../../../emulator/tls/tls13/suites.ts';
import { Transcript } from '../../../emulator/tls/transcript.ts';
import { TLS13 } from '../../../emulator/tls/versions.ts';
import { concat } from '../../../emulator/world/bytes.ts';
import type { TraceEventBody } from '../../../emulator/world/trace-events.ts';
import { CERTIFICATES } from '../certificates.ts';
import { ACCEPT, CONNECTION, End, hex, NOW } from '../support.ts';

export const SUITE = tls13SuiteById(0x1301)!;
export const HEADER_LENGTH = 5;

/** The randomness from which the providers make the private key wanted. */
function randomFor(group: GroupName, key: Uint8Array): Uint8Array {
  if (group === 'x25519') return concat(key, new Uint8Array(8));
  const reduced = (BigInt(`0x${hex(key)}`) - 1n).toString(16).padStart(80, '0');
  return Uint8Array.from(Buffer.from(reduced, 'hex'));
}

function hostOf(crypto: CryptoProvider, events: TraceEventBody[], drawn: Uint8Array[] = []): TlsHost {
  return {
    crypto,
    random: (length) => drawn.shift() ?? new Uint8Array(length),
    unixTime: () => NOW,
    emit: (event) => events.push(event),
    verifyPeer: () => ACCEPT,
  };
}

interface Said {
  readonly clientHello: Uint8Array;
  readonly firstClientHello?: Uint8Array;
}

type State = 'SEND_FIRST_CLIENT_HELLO' | 'WAIT_HELLO_RETRY_REQUEST' | 'SEND_CLIENT_HELLO';

/** Says the RFC's ClientHello, or both of them, and lets the engine's client go on from there. */
class RecordedHellos extends StateMachine<State> {
  protected readonly states: StateTable<State> = {
    SEND_FIRST_CLIENT_HELLO: { send: () => this.sendFirst() },
    WAIT_HELLO_RETRY_REQUEST: { receive: { ServerHello: (m) => this.onRetry(m) } },
    SEND_CLIENT_HELLO: { send: () => this.sendHello() },
  };
  private readonly said: Said;
  private readonly io: HandshakeIo;
  private readonly goOn: (offer: Pick<ClientOffer, 'hello' | 'transcript'>) => Tls13Client;
  private readonly transcript = new Transcript();

  constructor(said: Said, io: HandshakeIo, goOn: RecordedHellos['goOn']) {
    super(said.firstClientHello === undefined ? 'SEND_CLIENT_HELLO' : 'SEND_FIRST_CLIENT_HELLO');
    this.said = said;
    this.io = io;
    this.goOn = goOn;
  }

  private sendFirst(): void {
    this.io.send(clientHello, decoded(clientHello, this.said.firstClientHello!), this.transcript);
    this.state = 'WAIT_HELLO_RETRY_REQUEST';
  }

  private onRetry(message: ReceivedMessage): void {
    this.io.read(helloRetryRequest, message);
    this.transcript.start(this.io.host.crypto, SUITE.hash);
    this.transcript.replaceByHash();
    this.transcript.add(message.bytes);
    this.state = 'SEND_CLIENT_HELLO';
  }

  private sendHello(): void {
    const hello = decoded(clientHello, this.said.clientHello);
    this.io.send(clientHello, hello, this.transcript);
    this.io.handOver(this.goOn({ hello, transcript: this.transcript }));
  }
}

/** The message in the record. */
export function decoded<T>(codec: MessageCodec<T>, record: Uint8Array): T {
  const { message, error } = decodeMessage(codec, record.subarray(HEADER_LENGTH));
  assert.equal(error, undefined);
  return message!;
}

interface ClientOptions {
  readonly crypto: CryptoProvider;
  readonly group?: GroupName;
  readonly session?: ClientSession;
  readonly config?: Partial<TlsClientConfig>;
}

export function clientOf(said: Said & { readonly clientKey: Uint8Array }, options: ClientOptions): End {
  const { crypto, group = 'x25519', session } = options;
  const events: TraceEventBody[] = [];
  const config = {
    connection: CONNECTION,
    profile: 'modern',
    serverName: 'server',
    ...options.config,
  } as const;
  const share: KeyShare = crypto.generateKeyShare(group, randomFor(group, said.clientKey));
  const tls = new Connection({
    connection: CONNECTION,
    role: 'client',
    profile: PROFILES.modern,
    host: hostOf(crypto, events),
    machine: (io) =>
      new RecordedHellos(
        said,
        io,
        (offer) => new Tls13Client(config, io, { ...offer, shares: [share], session }),
      ),
  });
  tls.start();
  return new End(tls, events);
}

export function serverOf(
  said: { readonly serverRandom: Uint8Array; readonly serverKey: Uint8Array },
  crypto: CryptoProvider,
  config: Partial<TlsServerConfig> = {},
): End {
  const events: TraceEventBody[] = [];
  const drawn = [said.serverRandom, randomFor('x25519', said.serverKey)];
  const tls = createTlsServer(
    {
      connection: CONNECTION,
      profile: 'modern',
      versions: [TLS13],
      credentials: [CERTIFICATES.p256],
      clientAuth: 'none',
      ...config,
    },
    hostOf(crypto, events, drawn),
  );
  tls.start();
  return new End(tls, events);
}

export function secretsOf(end: End): Record<string, string> {
  return Object.fromEntries(end.all('tls.secret').map(({ label, secret }) => [label, hex(secret)]));
}

/** What the record holds, given the secret of its key log label. */
export function opened(crypto: CryptoProvider, end: End, label: string, record: Uint8Array): Uint8Array {
  const { secret } = end.all('tls.secret').find((event) => event.label === label)!;
  return protectionOf(crypto, secret).open(
    sequenceBytes(0),
    'application_data',
    0x0303,
    record.subarray(HEADER_LENGTH),
  ).bytes;
}

export function protectionOf(crypto: CryptoProvider, secret: Uint8Array): Tls13Protection {
  const { aead, tagLength } = SUITE;
  return new Tls13Protection({ crypto, aead, tagLength, keys: trafficKeys(crypto, SUITE, secret) });
}

function again<T>(codec: MessageCodec<T>): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => encodeMessage(codec, decodeMessage(codec, bytes).message!).bytes;
}

const WRITTEN_AGAIN: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  ServerHello: again(serverHello),
  HelloRetryRequest: again(helloRetryRequest),
  EncryptedExtensions: again(encryptedExtensions),
  CertificateRequest: again(certificateRequest13),
  Certificate: again(certificate13),
  CertificateVerify: again(certificateVerify),
  Finished: again(finished13(32)),
  NewSessionTicket: again(newSessionTicket13),
};

/** Each message received, written again from what was read of it, is the same. */
export function assertWrittenAgain(end: End): void {
  for (const { direction, message, bytes } of end.all('tls.message')) {
    if (direction === 'sent' || message === 'ChangeCipherSpec') continue;
    assert.equal(hex(WRITTEN_AGAIN[message]!(bytes)), hex(bytes), message);
  }
}
