/**
 * Messages and extensions whose contents must end a handshake of TLS 1.2, by the RFCs' sections, and the alert with
 * which a modern peer ends it. Where an RFC names no alert, it is the one that OpenSSL sends.
 */
import { describe } from 'node:test';
import { newSessionTicket } from '../../emulator/tls/messages/new-session-ticket.ts';
import { ServerSessions } from '../../emulator/tls/server-sessions.ts';
import { CERTIFICATES } from './certificates.ts';
import { editing, handshake, inserting, rawHandshake, replacing, withExtra } from './scripted.ts';
import {
  answering,
  type Case,
  connected,
  EMPTY,
  itFails,
  meet,
  offer,
  serverGiven,
} from './scripted-ends.ts';
import { type End, fromHex, type Tamper } from './support.ts';

const FORM: readonly Case[] = [
  [
    'a ServerHelloDone with a body',
    'decode_error',
    'decode-error',
    () => meet({ tamper: withExtra('client', 14) }).client,
  ],
  [
    'a ServerKeyExchange with more',
    'decode_error',
    'decode-error',
    () => meet({ tamper: withExtra('client', 12) }).client,
  ],
  [
    'a Certificate with more',
    'decode_error',
    'decode-error',
    () => meet({ tamper: withExtra('client', 11) }).client,
  ],
  [
    'a ClientKeyExchange with more',
    'decode_error',
    'decode-error',
    () => meet({ tamper: withExtra('server', 16) }).server,
  ],
  [
    'a ClientKeyExchange of nothing',
    'decode_error',
    'decode-error',
    () => meet({ tamper: replacing('server', 16, []) }).server,
  ],
  [
    'a ClientHello with more',
    'decode_error',
    'decode-error',
    () => meet({ tamper: withExtra('server', 1) }).server,
  ],
  [
    'a ServerHello with more',
    'decode_error',
    'decode-error',
    () => meet({ tamper: withExtra('client', 2) }).client,
  ],
  [
    '7.4.1.2: suites of an odd length',
    'decode_error',
    'decode-error',
    () =>
      serverGiven(rawHandshake(1, Uint8Array.of(3, 3, ...new Uint8Array(32), 0, 0, 3, 0xc0, 0x2b, 0, 1, 0))),
  ],
  [
    '7.4.1.2: no compression method at all',
    'decode_error',
    'decode-error',
    () => serverGiven(offer({ compressionMethods: [] })),
  ],
  [
    '7.4.4: a CertificateRequest without types',
    'decode_error',
    'decode-error',
    () => {
      const tamper = replacing('client', 13, [0, 0, 2, 4, 3, 0, 0]);
      return meet({ server: { clientAuth: 'request' }, tamper }).client;
    },
  ],
  [
    '7.4.4: a CertificateRequest without algorithms',
    'decode_error',
    'decode-error',
    () => {
      const tamper = replacing('client', 13, [1, 64, 0, 0, 0, 0]);
      return meet({ server: { clientAuth: 'request' }, tamper }).client;
    },
  ],
  [
    '7.4.9: a Finished of 13 bytes, after the ChangeCipherSpec',
    'unexpected_message',
    'unexpected-message',
    () => connected('client', 'handshake', Uint8Array.of(20, 0, 0, 13, ...new Uint8Array(13))),
  ],
  [
    '7.4.1.4: extensions whose lengths do not add up',
    'decode_error',
    'decode-error',
    () => meet({ tamper: editing('server', 1, (body) => body.slice(0, -1)) }).server,
  ],
];

const EXTENSIONS: readonly Case[] = [
  [
    'RFC 5246 7.4.1.4.1: signature_algorithms from a server',
    'illegal_parameter',
    'illegal-parameter',
    () => answering({ name: 'signature_algorithms', schemes: [0x0403] }),
  ],
  [
    'RFC 8422 5.2: no uncompressed points from a server',
    'illegal_parameter',
    'illegal-parameter',
    () => answering({ name: 'ec_point_formats', formats: [1] }),
  ],
  [
    'RFC 8422 5.1.2: an empty list of point formats',
    'decode_error',
    'decode-error',
    () => serverGiven(offer({ extensions: [{ name: 'ec_point_formats', formats: [] }] })),
  ],
  [
    'RFC 8422 5.1.1: an empty list of groups',
    'decode_error',
    'decode-error',
    () => serverGiven(offer({ extensions: [{ name: 'supported_groups', groups: [] }] })),
  ],
  [
    'RFC 7366 3: encrypt_then_mac unasked',
    'unsupported_extension',
    'unsupported-extension',
    () => answering({ name: 'encrypt_then_mac' }),
  ],
  [
    'RFC 7366 2: encrypt_then_mac with a body',
    'decode_error',
    'decode-error',
    () => answering({ name: 'unknown', id: 22, data: Uint8Array.of(1) }),
  ],
  [
    'RFC 7627 5.1: extended_master_secret with a body',
    'decode_error',
    'decode-error',
    () => serverGiven(offer({ extensions: [{ name: 'unknown', id: 23, data: Uint8Array.of(1) }] })),
  ],
  [
    'RFC 5746 3.2: renegotiation_info that is no vector',
    'decode_error',
    'decode-error',
    () => serverGiven(offer({ extensions: [{ name: 'unknown', id: 0xff01, data: EMPTY }] })),
  ],
  [
    'RFC 5746 3.6: an older handshake, though the signal says this is the first',
    'handshake_failure',
    'renegotiation-mismatch',
    () =>
      serverGiven(
        offer({
          suites: [0xc02b, 0x00ff],
          extensions: [{ name: 'renegotiation_info', renegotiatedConnection: new Uint8Array(12) }],
        }),
      ),
  ],
  [
    'RFC 6066 3: an empty list of names',
    'decode_error',
    'decode-error',
    () => serverGiven(offer({ extensions: [{ name: 'unknown', id: 0, data: Uint8Array.of(0, 0) }] })),
  ],
  [
    'RFC 6066 3: two names',
    'illegal_parameter',
    'illegal-parameter',
    () =>
      serverGiven(offer({ extensions: [{ name: 'unknown', id: 0, data: fromHex('00080000016100000162') }] })),
  ],
  [
    'RFC 6066 3: a name in the answer',
    'decode_error',
    'decode-error',
    () => answering({ name: 'server_name', hostName: 'api.example.com' }),
  ],
  [
    'RFC 6066 4: max_fragment_length unasked',
    'unsupported_extension',
    'unsupported-extension',
    () => answering({ name: 'max_fragment_length', code: 1 }),
  ],
  [
    'RFC 6066 8: status_request unasked',
    'unsupported_extension',
    'unsupported-extension',
    () => answering({ name: 'status_request', asksForOcsp: false, response: undefined }),
  ],
  [
    'RFC 5077 3.2: session_ticket unasked',
    'unsupported_extension',
    'unsupported-extension',
    () => answering({ name: 'session_ticket', ticket: EMPTY }),
  ],
];

function ticketed(tamper: Tamper): End {
  const sessions = new ServerSessions({ ticketKey: new Uint8Array(32) });
  return meet({ client: { onSession: () => undefined }, server: { sessions }, tamper }).client;
}

const TICKETS: readonly Case[] = [
  [
    '3.2: a ticket in the answer',
    'decode_error',
    'decode-error',
    () =>
      ticketed(
        editing('client', 2, (body) => {
          const at = Buffer.from(body).indexOf(Buffer.from('00230000', 'hex'));
          const extensions = 2 + 32 + 1 + body[34]! + 2 + 1;
          const grown = Uint8Array.of(...body.slice(0, at + 2), 0, 1, 7, ...body.slice(at + 4));
          grown[extensions + 1]! += 1;
          return grown;
        }),
      ),
  ],
  [
    '3.3: a NewSessionTicket that was not announced',
    'unexpected_message',
    'unexpected-message',
    () => {
      const added = handshake(newSessionTicket, { lifetimeHint: 1, ticket: Uint8Array.of(1) });
      return meet({ tamper: inserting('client', [20], added) }).client;
    },
  ],
  [
    '3.3: no NewSessionTicket though it was announced',
    'unexpected_message',
    'unexpected-message',
    () => ticketed(editing('client', 4, () => undefined)),
  ],
  [
    '3.3: a NewSessionTicket that is cut short',
    'decode_error',
    'decode-error',
    () => ticketed(replacing('client', 4, [0, 0, 0, 9, 0, 4, 1])),
  ],
];

/** X of the generator of P-256. */
const P256_X = '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296';

const clientPoint = (point: string, group: number): End => {
  const bytes = fromHex(point);
  return meet({
    client: { groups: [group] },
    tamper: replacing('server', 16, [bytes.length, ...bytes]),
    server: { credentials: [CERTIFICATES.rsa] },
  }).server;
};

const serverParams = (params: string): End =>
  meet({
    tamper: editing('client', 12, (body) => {
      const signature = body.slice(4 + body[3]!);
      return Uint8Array.of(...fromHex(params), ...signature);
    }),
  }).client;

const KEYS: readonly Case[] = [
  [
    "5.7: the client's compressed point",
    'illegal_parameter',
    'bad-key-share',
    () => clientPoint(`03${P256_X}`, 23),
  ],
  ["5.7: the client's point at infinity", 'illegal_parameter', 'bad-key-share', () => clientPoint('00', 23)],
  [
    '5.11: an X25519 key of small order',
    'illegal_parameter',
    'bad-key-share',
    () => clientPoint('00'.repeat(32), 29),
  ],
  [
    '5.11: an X25519 key of 31 bytes',
    'illegal_parameter',
    'bad-key-share',
    () => clientPoint('09'.repeat(31), 29),
  ],
  [
    '5.4: explicit curve parameters',
    'illegal_parameter',
    'illegal-parameter',
    () => serverParams('0100170104'),
  ],
  [
    '5.4: a group that nobody knows',
    'illegal_parameter',
    'illegal-parameter',
    () => serverParams('03fe000104'),
  ],
];

describe('messages of another form (RFC 5246 section 7.4)', () => itFails(FORM));
describe('extensions', () => itFails(EXTENSIONS));
describe('tickets (RFC 5077)', () => itFails(TICKETS));
describe('keys (RFC 8422)', () => itFails(KEYS));
