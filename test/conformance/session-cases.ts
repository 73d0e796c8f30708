/** Alerts, application data, renegotiation and resumption in TLS 1.2. */
import assert from 'node:assert/strict';
import { EMPTY, TYPES } from './bytes.ts';
import { type Client12, RSA_CBC_SHA } from './client12.ts';
import type { Case } from './hello-cases.ts';

const WARNING = 1;
const FATAL = 2;
const CLOSE_NOTIFY = 0;
const UNSUPPORTED_CERTIFICATE = 43;

export const ALERTS: readonly Case[] = [
  {
    what: 'close_notify is answered',
    alert: 'warning close_notify',
    async run(client) {
      await client.connect();
      client.alert(WARNING, CLOSE_NOTIFY);
    },
  },
  {
    what: 'a fatal alert ends it without a word',
    alert: 'closed without an alert',
    async run(client) {
      await client.connect();
      client.alert(FATAL, 40);
    },
  },
  {
    what: 'four warnings in the handshake are let pass',
    async run(client) {
      client.hello();
      await client.serverFlight();
      for (let i = 0; i < 4; i++) client.alert(WARNING, UNSUPPORTED_CERTIFICATE);
      client.clientKeyExchange();
      client.changeCipherSpec();
      client.finished();
      await client.serverFinish();
    },
  },
  {
    what: 'five warnings in a row',
    alert: 'fatal unexpected_message',
    async run(client) {
      client.hello();
      await client.serverFlight();
      for (let i = 0; i < 5; i++) client.alert(WARNING, UNSUPPORTED_CERTIFICATE);
    },
  },
  ...(
    [
      ['an alert of one byte', [2], 'decode_error'],
      ['an alert of three bytes', [1, 0, 0], 'decode_error'],
      ['an alert of level 3', [3, 40], 'illegal_parameter'],
    ] as const
  ).map(([what, bytes, alert]) => ({
    what,
    alert: `fatal ${alert}`,
    async run(client: Client12) {
      await client.connect();
      client.record(TYPES.alert, Uint8Array.from(bytes));
    },
  })),
];

/** Renegotiation is refused with a warning, and the connection goes on (RFC 5746 section 4.5). */
export const RENEGOTIATION: readonly Case[] = [
  {
    what: 'a ClientHello on an established connection',
    alert: 'warning no_renegotiation',
    async run(client) {
      await client.connect();
      client.hello();
    },
  },
  {
    what: 'application data after it',
    alert: 'warning close_notify',
    async run(client) {
      await client.connect();
      client.hello();
      assert.equal(await client.heardAlert(), 'warning no_renegotiation');
      client.data('GET /?again HTTP/1.0\r\n');
      client.data('\r\n');
      client.alert(WARNING, CLOSE_NOTIFY);
    },
  },
];

/** The same client on a second connection to the same server. */
export interface TwoConnections {
  readonly what: string;
  readonly alert?: string;
  readonly first: (client: Client12) => Promise<void>;
  readonly second: (client: Client12, first: Client12) => Promise<void>;
}

const KRSA = { suites: [RSA_CBC_SHA], extensions: [] };
const EMS = { suites: [RSA_CBC_SHA], extensions: [{ name: 'extended_master_secret' }] } as const;
const TICKET = {
  suites: [RSA_CBC_SHA],
  extensions: [{ name: 'extended_master_secret' }, { name: 'session_ticket', ticket: EMPTY }],
} as const;

async function closeIt(client: Client12): Promise<void> {
  client.alert(WARNING, CLOSE_NOTIFY);
  await client.heardAlert();
}

const sessionId = (first: Client12) => ({ sessionId: first.answer!.sessionId });

export const RESUMPTION: readonly TwoConnections[] = [
  {
    what: 'by session ID',
    async first(client) {
      await client.connect(KRSA);
      await closeIt(client);
    },
    second: (client, first) => client.resume({ ...KRSA, ...sessionId(first) }, first.master!),
  },
  {
    what: 'by session ID, with the extended master secret',
    async first(client) {
      await client.connect(EMS);
      await closeIt(client);
    },
    second: (client, first) => client.resume({ ...EMS, ...sessionId(first) }, first.master!),
  },
  {
    what: 'by ticket',
    async first(client) {
      await client.connect(TICKET);
      assert.ok(client.ticket.length > 0);
      await closeIt(client);
    },
    second: (client, first) =>
      client.resume(
        {
          ...TICKET,
          sessionId: new Uint8Array(32).fill(9),
          extensions: [TICKET.extensions[0], { name: 'session_ticket', ticket: first.ticket }],
        },
        first.master!,
      ),
  },
  {
    what: 'a session with the extended master secret, by a client that drops it (RFC 7627 5.3)',
    alert: 'fatal handshake_failure',
    first: (client) => client.connect(EMS),
    second: async (client, first) => client.hello({ ...KRSA, ...sessionId(first) }),
  },
  {
    what: 'a session without it, by a client that has it: a full handshake',
    first: (client) => client.connect(KRSA),
    second: (client, first) => client.connect({ ...EMS, ...sessionId(first) }),
  },
  {
    what: 'a session whose suite is not offered: a full handshake',
    first: (client) => client.connect(KRSA),
    second: (client, first) => client.connect({ suites: [0xc02b], ...sessionId(first) }),
  },
  {
    what: 'a session that ended in a fatal alert (RFC 5246 7.2.2): a full handshake',
    async first(client) {
      await client.connect(KRSA);
      client.alert(FATAL, 40);
      await client.heardAlert();
    },
    second: (client, first) => client.connect({ ...KRSA, ...sessionId(first) }),
  },
  {
    what: 'a ticket that was changed: a full handshake',
    first: (client) => client.connect(TICKET),
    second: (client, first) => {
      const ticket = first.ticket.map((byte, i) => (i === 20 ? byte ^ 1 : byte));
      return client.connect({
        ...TICKET,
        extensions: [TICKET.extensions[0], { name: 'session_ticket', ticket }],
      });
    },
  },
];
