/** What a client of TLS 1.2 may do wrong after the hellos. */
import { CERTIFICATES } from '../tls/certificates.ts';
import { EMPTY, flip, handshakeBytes, resized, set, TYPES } from './bytes.ts';
import { type Client12, RSA_CBC_SHA } from './client12.ts';
import type { Case } from './hello-cases.ts';
import type { Edit } from './record-client.ts';

const REQUEST = 'GET / HTTP/1.0\r\n\r\n';
const KRSA = { suites: [RSA_CBC_SHA], extensions: [] };

function refused(what: string, alert: string, run: Case['run']): Case {
  return { what, alert: `fatal ${alert}`, run };
}

/** Each moment of the handshake, and how to come to it. */
const MOMENTS: Readonly<Record<string, (client: Client12) => Promise<void>>> = {
  async 'before ClientKeyExchange'(client) {
    client.hello();
    await client.serverFlight();
  },
  async 'before ChangeCipherSpec'(client) {
    client.hello();
    await client.serverFlight();
    client.clientKeyExchange();
  },
  async 'before Finished'(client) {
    client.hello();
    await client.serverFlight();
    client.clientKeyExchange();
    client.changeCipherSpec();
  },
  'after Finished': (client) => client.connect(),
};

/** What does not belong anywhere there. */
const INTRUDERS: Readonly<Record<string, (client: Client12) => void>> = {
  'a ServerHelloDone': (client) => client.handshake(handshakeBytes(14, EMPTY)),
  'a HelloRequest': (client) => client.handshake(handshakeBytes(0, EMPTY)),
  'a Certificate that was not asked for': (client) => client.certificate(CERTIFICATES.p256),
  'a message of type 99': (client) => client.handshake(handshakeBytes(99, EMPTY)),
  'a CertificateVerify': (client) => client.certificateVerify(CERTIFICATES.p256),
};

const OUT_OF_PLACE: readonly Case[] = Object.entries(MOMENTS).flatMap(([moment, reach]) =>
  Object.entries(INTRUDERS).map(([intruder, send]) =>
    refused(`${intruder} ${moment}`, 'unexpected_message', async (client) => {
      await reach(client);
      send(client);
    }),
  ),
);

const HEARTBEATS: readonly Case[] = Object.entries(MOMENTS).map(([moment, reach]) =>
  refused(`a heartbeat ${moment}`, 'unexpected_message', async (client) => {
    await reach(client);
    client.raw(Uint8Array.of(24, 3, 3, 0, 3, 1, 0, 0));
  }),
);

export const ORDER: readonly Case[] = [
  ...OUT_OF_PLACE,
  ...HEARTBEATS,
  refused('no ClientHello, but ClientKeyExchange', 'unexpected_message', (client) =>
    client.handshake(handshakeBytes(16, Uint8Array.of(1, 0, ...new Uint8Array(256).fill(255)))),
  ),
  refused('no ClientHello, but Finished', 'unexpected_message', (client) =>
    client.handshake(handshakeBytes(20, new Uint8Array(12))),
  ),
  refused('no ClientKeyExchange, but ChangeCipherSpec', 'unexpected_message', async (client) => {
    await MOMENTS['before ClientKeyExchange']!(client);
    client.changeCipherSpec();
  }),
  refused('no ChangeCipherSpec, but Finished', 'unexpected_message', async (client) => {
    await MOMENTS['before ChangeCipherSpec']!(client);
    client.finished();
  }),
  refused('no Finished, but application data', 'unexpected_message', async (client) => {
    await MOMENTS['before Finished']!(client);
    client.data(REQUEST);
  }),
  ...['before ClientKeyExchange', 'before ChangeCipherSpec'].map((moment) =>
    refused(`application data ${moment}`, 'unexpected_message', async (client) => {
      await MOMENTS[moment]!(client);
      client.data(REQUEST);
    }),
  ),
  ...['before ClientKeyExchange', 'before ChangeCipherSpec', 'before Finished'].map((moment) =>
    refused(`a second ClientHello ${moment}`, 'unexpected_message', async (client) => {
      await MOMENTS[moment]!(client);
      client.hello();
    }),
  ),
  ...['before ChangeCipherSpec', 'before Finished', 'after Finished'].map((moment) =>
    refused(`a second ClientKeyExchange ${moment}`, 'unexpected_message', async (client) => {
      await MOMENTS[moment]!(client);
      client.handshake(handshakeBytes(16, Uint8Array.of(0)));
    }),
  ),
  ...['before Finished', 'after Finished'].map((moment) =>
    refused(`a second ChangeCipherSpec ${moment}`, 'unexpected_message', async (client) => {
      await MOMENTS[moment]!(client);
      client.record(TYPES.changeCipherSpec, Uint8Array.of(1));
    }),
  ),
  refused('a second Finished', 'unexpected_message', async (client) => {
    await client.connect();
    client.finished();
  }),
  refused(
    'ChangeCipherSpec between the pieces of ClientKeyExchange',
    'unexpected_message',
    async (client) => {
      await MOMENTS['before ClientKeyExchange']!(client);
      client.record(TYPES.handshake, Uint8Array.of(16, 0, 0, 66, 65, 4));
      client.changeCipherSpec();
    },
  ),
  refused('a piece of another message before ChangeCipherSpec', 'unexpected_message', async (client) => {
    await MOMENTS['before ChangeCipherSpec']!(client);
    client.record(TYPES.handshake, Uint8Array.of(20, 0));
    client.changeCipherSpec();
  }),
];

async function keyExchange(client: Client12, edit?: Edit, publicKey?: Uint8Array): Promise<void> {
  client.hello();
  await client.serverFlight();
  client.clientKeyExchange(edit, publicKey);
}

const point = (...edits: readonly [number, number][]): Uint8Array => {
  const bytes = new Uint8Array(65);
  bytes[0] = 4;
  for (const [at, value] of edits) bytes[at] = value;
  return bytes;
};

/** A secret that is wrong under RSA shows nowhere but at Finished (RFC 5246 section 7.4.7.1). */
const BLEICHENBACHER: Readonly<Record<string, Edit>> = {
  'a flipped bit': flip(-1),
  zeros: (message) => message.fill(0, 6),
  ones: (message) => message.fill(255, 6),
};

export const KEY_EXCHANGE: readonly Case[] = [
  refused('the point (0, 0)', 'illegal_parameter', (client) => keyExchange(client, undefined, point())),
  refused('the point (0, 1)', 'illegal_parameter', (client) =>
    keyExchange(client, undefined, point([64, 1])),
  ),
  refused('a point with a wrong y', 'illegal_parameter', (client) => keyExchange(client, flip(-1))),
  refused('a compressed point', 'illegal_parameter', (client) =>
    keyExchange(client, undefined, point([0, 2]).subarray(0, 33)),
  ),
  refused('an empty point', 'decode_error', (client) => keyExchange(client, () => handshakeBytes(16, EMPTY))),
  refused('a point of length 0', 'decode_error', (client) =>
    keyExchange(client, () => handshakeBytes(16, Uint8Array.of(0))),
  ),
  refused('a ClientKeyExchange cut by a byte', 'decode_error', (client) => keyExchange(client, resized(-1))),
  refused('a ClientKeyExchange with a byte more', 'decode_error', (client) =>
    keyExchange(client, resized(1)),
  ),
  ...Object.entries(BLEICHENBACHER).map(([what, edit]) =>
    refused(`an encrypted secret with ${what}`, 'bad_record_mac', async (client) => {
      client.hello(KRSA);
      await client.serverFlight();
      client.clientKeyExchange(edit);
      client.changeCipherSpec();
      client.finished();
    }),
  ),
  refused('an encrypted secret cut by a byte', 'decode_error', async (client) => {
    client.hello(KRSA);
    await client.serverFlight();
    client.clientKeyExchange(resized(-1));
  }),
];

async function finish(client: Client12, edit?: Edit, ccs?: Uint8Array): Promise<void> {
  client.hello();
  await client.serverFlight();
  client.clientKeyExchange();
  client.changeCipherSpec(ccs);
  client.finished(edit);
}

const BITS = Array.from({ length: 96 }, (_, bit) => bit);

export const FINISHED: readonly Case[] = [
  ...BITS.map((bit) =>
    refused(`bit ${bit} of verify_data`, 'decrypt_error', (client) =>
      finish(client, flip(4 + (bit >> 3), 1 << (bit & 7))),
    ),
  ),
  ...[1, 2, 4, 11, 12].map((count) =>
    refused(`a Finished cut by ${count}`, 'decode_error', (client) => finish(client, resized(-count))),
  ),
  ...[1, 4, 12, 1000].map((count) =>
    refused(`a Finished with ${count} more`, 'decode_error', (client) => finish(client, resized(count))),
  ),
  refused('a Finished of 2^24 - 1 bytes, by its header', 'decode_error', (client) =>
    finish(client, set({ 1: 255, 2: 255, 3: 255 })),
  ),
  refused('ChangeCipherSpec with another value', 'illegal_parameter', (client) =>
    finish(client, undefined, Uint8Array.of(2)),
  ),
  refused('ChangeCipherSpec of two bytes', 'decode_error', (client) =>
    finish(client, undefined, Uint8Array.of(1, 1)),
  ),
  refused('ChangeCipherSpec of no bytes', 'decode_error', (client) => finish(client, undefined, EMPTY)),
  {
    what: 'Finished in records of one byte',
    async run(client) {
      await MOMENTS['before Finished']!(client);
      client.finished(undefined, 1);
      await client.serverFinish();
    },
  },
];

/** A record of application data that was changed after it was protected. */
function damaged(
  what: string,
  suite: Parameters<Client12['connect']>[0],
  edit: Edit,
  alert = 'bad_record_mac',
): Case {
  return refused(what, alert, async (client) => {
    await client.connect(suite);
    client.tamper = edit;
    client.data(REQUEST);
  });
}

const relengthed =
  (count: number): Edit =>
  (record) => {
    const fragment = record.subarray(5, record.length - count);
    return Uint8Array.of(record[0]!, 3, 3, fragment.length >> 8, fragment.length, ...fragment);
  };

const CBC = { suites: [RSA_CBC_SHA] };
const ETM = { suites: [RSA_CBC_SHA], extensions: [{ name: 'encrypt_then_mac' }] } as const;

export const PROTECTION: readonly Case[] = [
  ...(
    [
      ['AEAD', {}],
      ['CBC', CBC],
      ['encrypt-then-MAC', ETM],
    ] as const
  ).flatMap(([name, change]) => [
    ...[5, 12, 20, 30, -1, -2, -16, -17].map((at) =>
      damaged(`${name}: byte ${at} of a record`, change, flip(at, 0x80)),
    ),
    ...[1, 15, 16, 17].map((count) =>
      damaged(`${name}: a record cut by ${count}`, change, relengthed(count)),
    ),
    damaged(`${name}: a record of no bytes`, change, () => Uint8Array.of(23, 3, 3, 0, 0)),
    damaged(`${name}: a record of another type`, change, flip(0, 1)),
    damaged(`${name}: another version`, change, set({ 2: 2 }), 'protocol_version'),
  ]),
  refused('a protected record of 2^14 + 1 bytes', 'record_overflow', async (client) => {
    await client.connect();
    client.record(TYPES.applicationData, new Uint8Array(16_385));
  }),
  refused('a record of 2^14 + 2049 bytes, by its header', 'record_overflow', async (client) => {
    await client.connect();
    client.raw(Uint8Array.of(23, 3, 3, 0x48, 0x01));
  }),
  refused('33 empty records', 'unexpected_message', async (client) => {
    await client.connect();
    for (let i = 0; i < 33; i++) client.record(TYPES.applicationData, EMPTY);
  }),
  ...(['handshake', 'alert', 'changeCipherSpec'] as const).map((type) =>
    refused(`an empty protected record of type ${type}`, 'unexpected_message', async (client) => {
      await client.connect();
      client.record(TYPES[type], EMPTY);
    }),
  ),
];

async function authenticate(
  client: Client12,
  edits: { readonly certificate?: Edit; readonly verify?: Edit; readonly scheme?: number },
): Promise<void> {
  client.hello();
  await client.serverFlight();
  client.certificate(CERTIFICATES.p256, edits.certificate);
  client.clientKeyExchange();
  client.certificateVerify(CERTIFICATES.p256, edits.verify, edits.scheme);
  client.changeCipherSpec();
  client.finished();
}

/** The length of the certificate list, and of the first certificate: their last bytes. */
const LIST_LENGTH = 6;
const CERTIFICATE_LENGTH = 9;

/** With a server that requires a certificate of CERTIFICATES.p256. */
export const CLIENT_AUTHENTICATION: readonly Case[] = [
  {
    what: 'as it should be',
    async run(client) {
      await authenticate(client, {});
      await client.serverFinish();
    },
  },
  refused('no certificate', 'handshake_failure', async (client) => {
    client.hello();
    await client.serverFlight();
    client.certificate({ chain: [] });
  }),
  refused('no Certificate message', 'unexpected_message', async (client) => {
    client.hello();
    await client.serverFlight();
    client.clientKeyExchange();
  }),
  refused('no CertificateVerify', 'unexpected_message', async (client) => {
    client.hello();
    await client.serverFlight();
    client.certificate(CERTIFICATES.p256);
    client.clientKeyExchange();
    client.changeCipherSpec();
  }),
  refused('a certificate of somebody else', 'unknown_ca', async (client) => {
    client.hello();
    await client.serverFlight();
    client.certificate(CERTIFICATES.other);
  }),
  refused('a certificate that is none', 'bad_certificate', async (client) => {
    client.hello();
    await client.serverFlight();
    client.certificate({ chain: [new Uint8Array(4)] });
  }),
  refused('a certificate of no bytes', 'decode_error', async (client) => {
    client.hello();
    await client.serverFlight();
    client.certificate({ chain: [EMPTY] });
  }),
  ...[1, 2, 3, 5, 16, 128, 255].flatMap((mask) => [
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
  refused('a CertificateVerify cut by a byte', 'decode_error', (client) =>
    authenticate(client, { verify: resized(-1) }),
  ),
  refused('a CertificateVerify with a byte more', 'decode_error', (client) =>
    authenticate(client, { verify: resized(1) }),
  ),
  refused('a signature said to be by ECDSA with SHA-1', 'illegal_parameter', (client) =>
    authenticate(client, { verify: set({ 4: 2, 5: 3 }) }),
  ),
  refused('a signature said to be by RSA', 'illegal_parameter', (client) =>
    authenticate(client, { verify: set({ 4: 4, 5: 1 }) }),
  ),
];
