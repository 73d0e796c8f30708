/** What a client of TLS 1.3 may do wrong after its hello. */
import assert from 'node:assert/strict';
import { CERTIFICATES } from '../tls/certificates.ts';
import { EMPTY, flip, handshakeBytes, resized, set, TYPES } from './bytes.ts';
import { AES_256_GCM, type Client13 } from './client13.ts';
import type { Edit } from './record-client.ts';
import type { Case13 } from './tls13-hello-cases.ts';

const REQUEST = 'GET / HTTP/1.0\r\n\r\n';
const CLOSE_NOTIFY = 'warning close_notify';

function refused(what: string, alert: string, run: Case13['run']): Case13 {
  return { what, alert: `fatal ${alert}`, run };
}

async function beforeFinished(client: Client13, suite?: number): Promise<void> {
  client.hello(suite === undefined ? {} : { suites: [suite] });
  await client.serverFlight();
}

const BITS = (count: number) => Array.from({ length: count }, (_, bit) => bit);

export const FINISHED13: readonly Case13[] = [
  ...BITS(256).map((bit) =>
    refused(`bit ${bit} of verify_data`, 'decrypt_error', async (client) => {
      await beforeFinished(client);
      client.finished(flip(4 + (bit >> 3), 1 << (bit & 7)));
    }),
  ),
  ...[1, 2, 16, 20, 32].map((count) =>
    refused(`a Finished cut by ${count}`, 'decode_error', async (client) => {
      await beforeFinished(client);
      client.finished(resized(-count));
    }),
  ),
  ...[1, 16, 1000, 16_000, 131_000].map((count) =>
    refused(`a Finished with ${count} more`, 'decode_error', async (client) => {
      await beforeFinished(client);
      client.finished(resized(count));
    }),
  ),
  refused('a Finished of SHA-256 with a suite of SHA-384', 'decode_error', async (client) => {
    await beforeFinished(client, AES_256_GCM);
    client.finished(resized(-16));
  }),
  refused('a Finished of 2^24 - 1 bytes, by its header', 'decode_error', async (client) => {
    await beforeFinished(client);
    client.finished(set({ 1: 255, 2: 255, 3: 255 }));
  }),
  refused('a Finished in the clear', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    client.raw(Uint8Array.of(22, 3, 3, 0, 36, 20, 0, 0, 32, ...new Uint8Array(32)));
  }),
  {
    what: 'Finished in records of one byte',
    alert: CLOSE_NOTIFY,
    async run(client) {
      await beforeFinished(client);
      client.finished(undefined, 1);
      client.alert(1, 0);
    },
  },
];

export const ORDER13: readonly Case13[] = [
  refused('application data before Finished', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    client.data(REQUEST);
  }),
  refused('no ClientHello, but Finished', 'unexpected_message', (client) =>
    client.handshake(handshakeBytes(20, new Uint8Array(32))),
  ),
  ...(
    [
      ['a ClientHello', 1],
      ['a ServerHelloDone', 14],
      ['a ClientKeyExchange', 16],
      ['a Certificate that was not asked for', 11],
      ['a CertificateVerify', 15],
      ['an EndOfEarlyData', 5],
      ['a KeyUpdate', 24],
      ['a message of type 99', 99],
    ] as const
  ).map(([what, type]) =>
    refused(`${what} before Finished`, 'unexpected_message', async (client) => {
      await beforeFinished(client);
      client.handshake(handshakeBytes(type, EMPTY));
    }),
  ),
  ...(
    [
      ['a ClientHello', 1],
      ['a NewSessionTicket', 4],
      ['a Certificate', 11],
      ['a Finished', 20],
      ['a message of type 99', 99],
    ] as const
  ).map(([what, type]) =>
    refused(`${what} after Finished`, 'unexpected_message', async (client) => {
      await client.connect();
      client.handshake(handshakeBytes(type, new Uint8Array(40)));
    }),
  ),
  refused('a ClientHello in the clear after ServerHello', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    client.raw(Uint8Array.of(22, 3, 3, 0, 4, 1, 0, 0, 0));
  }),
  refused('a piece of a message under the keys before', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    client.finished((message) => Uint8Array.of(...message, 24, 0));
  }),
];

export const COMPATIBILITY: readonly Case13[] = [
  ...[1, 2, 10].map((count) => ({
    what: `${count} ChangeCipherSpec before Finished`,
    alert: CLOSE_NOTIFY,
    async run(client: Client13) {
      await beforeFinished(client);
      for (let i = 0; i < count; i++) client.changeCipherSpec();
      client.finished();
      client.alert(1, 0);
    },
  })),
  refused('33 ChangeCipherSpec', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    for (let i = 0; i < 33; i++) client.changeCipherSpec();
  }),
  refused('ChangeCipherSpec after Finished', 'unexpected_message', async (client) => {
    await client.connect();
    client.changeCipherSpec();
  }),
  refused('ChangeCipherSpec before the hello', 'unexpected_message', (client) => client.changeCipherSpec()),
  refused('ChangeCipherSpec with another value', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    client.changeCipherSpec(Uint8Array.of(2));
  }),
  refused('ChangeCipherSpec of two bytes', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    client.changeCipherSpec(Uint8Array.of(1, 1));
  }),
  refused('a protected ChangeCipherSpec', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    client.inner(Uint8Array.of(1, TYPES.changeCipherSpec));
  }),
];

const CONTENT = Buffer.from(REQUEST);

function damaged(what: string, edit: Edit): Case13 {
  return refused(what, 'bad_record_mac', async (client) => {
    await client.connect();
    client.tamper = edit;
    client.data(REQUEST);
  });
}

export const RECORDS13: readonly Case13[] = [
  ...[5, 10, 20, -1, -16, -17].map((at) => damaged(`byte ${at} of a record`, flip(at, 0x40))),
  damaged('a record cut to its tag', (record) => Uint8Array.of(23, 3, 3, 0, 16, ...record.subarray(-16))),
  damaged('a record of no bytes', () => Uint8Array.of(23, 3, 3, 0, 0)),
  ...[0, 1, 1000].map((padding) => ({
    what: `${padding} bytes of padding`,
    alert: CLOSE_NOTIFY,
    async run(client: Client13) {
      await client.connect();
      client.inner(Uint8Array.of(...CONTENT, TYPES.applicationData, ...new Uint8Array(padding)));
      client.inner(Uint8Array.of(1, 0, TYPES.alert, ...new Uint8Array(padding)));
    },
  })),
  {
    what: 'application data of no bytes',
    alert: CLOSE_NOTIFY,
    async run(client) {
      await client.connect();
      client.inner(Uint8Array.of(TYPES.applicationData));
      client.inner(Uint8Array.of(TYPES.applicationData, 0, 0, 0));
      client.alert(1, 0);
    },
  },
  {
    what: '2^14 bytes of application data',
    alert: CLOSE_NOTIFY,
    async run(client) {
      await client.connect();
      client.data(`GET / HTTP/1.1\r\nX: ${'A'.repeat(16_384 - 23)}\r\n\r\n`);
      client.alert(1, 0);
    },
  },
  refused('2^14 + 1 bytes of application data', 'record_overflow', async (client) => {
    await client.connect();
    client.data('A'.repeat(16_385));
  }),
  refused('2^14 bytes and too much padding', 'record_overflow', async (client) => {
    await client.connect();
    client.inner(
      Uint8Array.of(...new Uint8Array(16_000).fill(65), TYPES.applicationData, ...new Uint8Array(385)),
    );
  }),
  refused('a record of 2^14 + 257 bytes, by its header', 'record_overflow', async (client) => {
    await client.connect();
    client.raw(Uint8Array.of(23, 3, 3, 0x41, 0x01));
  }),
  refused('nothing but padding', 'unexpected_message', async (client) => {
    await client.connect();
    client.inner(new Uint8Array(20));
  }),
  ...(
    [
      ['an empty alert', TYPES.alert],
      ['an empty handshake record', TYPES.handshake],
    ] as const
  ).flatMap(([what, type]) =>
    [0, 5].map((padding) =>
      refused(`${what} with ${padding} bytes of padding`, 'unexpected_message', async (client) => {
        await client.connect();
        client.inner(Uint8Array.of(type, ...new Uint8Array(padding)));
      }),
    ),
  ),
  ...[0x18, 0x19, 0xff].map((type) =>
    refused(`content of type ${type}`, 'unexpected_message', async (client) => {
      await client.connect();
      client.inner(Uint8Array.of(1, 2, type));
    }),
  ),
  refused('an alert in the clear after Finished', 'unexpected_message', async (client) => {
    await client.connect();
    client.raw(Uint8Array.of(21, 3, 3, 0, 2, 2, 40));
  }),
];

export const KEY_UPDATES: readonly Case13[] = [
  {
    what: 'new keys for one side',
    alert: CLOSE_NOTIFY,
    async run(client) {
      await client.connect();
      client.keyUpdate();
      client.alert(1, 0);
    },
  },
  {
    what: '32 times new keys for both',
    alert: CLOSE_NOTIFY,
    async run(client) {
      await client.connect();
      for (let i = 0; i < 32; i++) {
        client.keyUpdate(true);
        await client.serverKeyUpdate();
      }
      client.alert(1, 0);
    },
  },
  refused('an empty KeyUpdate', 'decode_error', async (client) => {
    await client.connect();
    client.keyUpdate(false, resized(-1));
  }),
  refused('a KeyUpdate of two bytes', 'decode_error', async (client) => {
    await client.connect();
    client.keyUpdate(false, resized(1));
  }),
  ...[2, 3, 128, 255].map((value) =>
    refused(`a KeyUpdate that says ${value}`, 'illegal_parameter', async (client) => {
      await client.connect();
      client.keyUpdate(false, set({ 4: value }));
    }),
  ),
  refused('application data between the pieces of a KeyUpdate', 'unexpected_message', async (client) => {
    await client.connect();
    client.record(TYPES.handshake, Uint8Array.of(24, 0, 0));
    client.data(REQUEST);
  }),
  refused('another message in the record of a KeyUpdate', 'unexpected_message', async (client) => {
    await client.connect();
    client.record(TYPES.handshake, Uint8Array.of(24, 0, 0, 1, 0, 24, 0));
  }),
];

export const ALERTS13: readonly Case13[] = [
  {
    what: 'close_notify is answered',
    alert: CLOSE_NOTIFY,
    async run(client) {
      await client.connect();
      client.alert(1, 0);
    },
  },
  ...(
    [
      ['a fatal alert in the clear before Finished', beforeFinishedAlert],
      ['a fatal alert', (client: Client13) => client.alert(2, 48)],
      ['an alert that calls itself a warning', (client: Client13) => client.alert(1, 48)],
    ] as const
  ).map(([what, send]) => ({
    what: `${what} ends it without a word`,
    alert: 'closed without an alert',
    async run(client: Client13) {
      await beforeFinished(client);
      send(client);
    },
  })),
  refused('an alert of one byte', 'decode_error', async (client) => {
    await client.connect();
    client.record(TYPES.alert, Uint8Array.of(2));
  }),
];

function beforeFinishedAlert(client: Client13): void {
  client.raw(Uint8Array.of(21, 3, 3, 0, 2, 2, 48));
}

interface AuthenticationEdits {
  readonly certificate?: Edit;
  readonly context?: Uint8Array;
  readonly verify?: Edit;
}

async function authenticate(client: Client13, edits: AuthenticationEdits): Promise<void> {
  await beforeFinished(client);
  assert.ok(client.asksForCertificate);
  client.certificate(CERTIFICATES.p256, edits.certificate, edits.context);
  client.certificateVerify(CERTIFICATES.p256, edits.verify);
  client.finished();
}

/** The last bytes of the lengths: of the list after an empty context, and of the first certificate. */
const LIST_LENGTH = 7;
const CERTIFICATE_LENGTH = 10;

/** With a server that requires a certificate of CERTIFICATES.p256. */
export const CLIENT_AUTHENTICATION13: readonly Case13[] = [
  {
    what: 'as it should be',
    alert: CLOSE_NOTIFY,
    async run(client) {
      await authenticate(client, {});
      client.alert(1, 0);
    },
  },
  refused('no certificate', 'certificate_required', async (client) => {
    await beforeFinished(client);
    client.certificate({ chain: [] });
  }),
  refused('no Certificate message', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    client.finished();
  }),
  refused('no CertificateVerify', 'unexpected_message', async (client) => {
    await beforeFinished(client);
    client.certificate(CERTIFICATES.p256);
    client.finished();
  }),
  refused('a certificate of somebody else', 'unknown_ca', async (client) => {
    await beforeFinished(client);
    client.certificate(CERTIFICATES.other);
  }),
  refused('a certificate that is none', 'bad_certificate', async (client) => {
    await beforeFinished(client);
    client.certificate({ chain: [new Uint8Array(4)] });
  }),
  refused('a context of another request', 'illegal_parameter', (client) =>
    authenticate(client, { context: Uint8Array.of(1) }),
  ),
  ...[1, 2, 16, 255].flatMap((mask) => [
    refused(`a length of certificates off by ${mask}`, 'decode_error', (client) =>
      authenticate(client, { certificate: flip(LIST_LENGTH, mask) }),
    ),
    refused(`a length of a certificate off by ${mask}`, 'decode_error', (client) =>
      authenticate(client, { certificate: flip(CERTIFICATE_LENGTH, mask) }),
    ),
    refused(`a length of a signature off by ${mask}`, 'decode_error', (client) =>
      authenticate(client, { verify: flip(7, mask) }),
    ),
  ]),
  refused('a changed signature', 'decrypt_error', (client) => authenticate(client, { verify: flip(-1) })),
  refused('a signature of no bytes', 'decrypt_error', (client) =>
    authenticate(client, { verify: () => handshakeBytes(15, Uint8Array.of(4, 3, 0, 0)) }),
  ),
  refused('a signature said to be by another curve', 'illegal_parameter', (client) =>
    authenticate(client, { verify: set({ 4: 5, 5: 3 }) }),
  ),
  refused('a signature said to be by RSA with PKCS #1', 'illegal_parameter', (client) =>
    authenticate(client, { verify: set({ 4: 4, 5: 1 }) }),
  ),
];
