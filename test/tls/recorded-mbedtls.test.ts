/**
 * What real MicroPython on mbedTLS 3.6 raised and which alert it sent, for peers that misbehave, recorded in
 * ../shared/fidelity/expected-esp32.jsonl. Each case is replayed against the `mbedtls` profile.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mbedtlsError } from '../../emulator/tls/mbedtls-errors.ts';
import { sharedFolder, skipUnless } from '../support/project.ts';
import { CERTIFICATES } from './certificates.ts';
import {
  ascii,
  carry,
  clientEnd,
  converse,
  type End,
  fromHex,
  hex,
  ignoringTlsErrors,
  records,
  serverEnd,
  type Tamper,
} from './support.ts';

const RECORDED = join(sharedFolder, 'fidelity/expected-esp32.jsonl');

interface Row {
  readonly case: string;
  readonly mode: string;
  readonly side: 'client' | 'server';
  readonly exception: string | null;
  /** Direction, kind, value. */
  readonly alerts?: readonly (readonly [string, string, string])[];
}

const rows: readonly Row[] = existsSync(RECORDED)
  ? readFileSync(RECORDED, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  : [];

function recorded(name: string, side: Row['side']): Row {
  const row = rows.find((entry) => entry.case === name && entry.mode === 'sync' && entry.side === side);
  assert.ok(row, `${name} is not among the recorded cases`);
  return row;
}

/** As Python prints it; undefined while the engine goes on. */
function exceptionOf(end: End): string | undefined {
  if (end.error === undefined) return undefined;
  const { code, name } = mbedtlsError(end.error);
  return `OSError(${code}, '${name}')`;
}

/** A time-out is the recorder's; the engine then simply waits. */
function expectedException({ exception }: Row): string | undefined {
  return exception === 'OSError(110,)' ? undefined : (exception ?? undefined);
}

function fatalAlerts({ alerts = [] }: Row, direction: string): string[] {
  return alerts
    .filter(([way, kind, value]) => way === direction && kind === 'alert' && value.startsWith('fatal:'))
    .map(([, , value]) => value.slice('fatal:'.length));
}

function fatalAlertsSent(end: End): string[] {
  return end
    .all('tls.alert')
    .filter((alert) => alert.direction === 'sent' && alert.level === 'fatal' && !alert.encrypted)
    .map((alert) => alert.description);
}

// ---- peers that send fixed bytes after the ClientHello

const RANDOM = '52'.repeat(32);

function serverHello(version: string, suite: string, compression = '00'): string {
  const body = `${version}${RANDOM}00${suite}${compression}`;
  const length = body.length / 2;
  return `160303${word(length + 4)}02${word(length).padStart(6, '0')}${body}`;
}

function word(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function alert(level: number, code: number): string {
  return `1503030002${word(level * 256 + code)}`;
}

const JUNK = '41'.repeat(200);

const SCRIPTED: Readonly<Record<string, string>> = {
  plain_http_server: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n').toString('hex'),
  plain_smtp_banner: Buffer.from('220 mail.example.com ESMTP ready\r\n').toString('hex'),
  plain_ssh_banner: Buffer.from('SSH-2.0-OpenSSH_9.2\r\n').toString('hex'),
  alert_fatal_40_handshake_failure: alert(2, 40),
  alert_fatal_70_protocol_version: alert(2, 70),
  alert_fatal_80_internal_error: alert(2, 80),
  alert_fatal_112_unrecognized_name: alert(2, 112),
  alert_fatal_0_close_notify: alert(2, 0),
  alert_fatal_49_access_denied: alert(2, 49),
  alert_fatal_71_insufficient_security: alert(2, 71),
  alert_fatal_86_inappropriate_fallback: alert(2, 86),
  alert_fatal_10_unexpected_message: alert(2, 10),
  alert_fatal_47_illegal_parameter: alert(2, 47),
  alert_fatal_50_decode_error: alert(2, 50),
  alert_warning_112_then_fin: alert(1, 112),
  alert_warning_0_close_notify: alert(1, 0),
  serverhello_rc4_unoffered_cipher_0005: serverHello('0303', '0005'),
  serverhello_3des_unoffered_000a: serverHello('0303', '000a'),
  serverhello_tls11_version: serverHello('0302', 'c02b'),
  serverhello_ssl3_version: serverHello('0300', 'c02b'),
  serverhello_compression_1: serverHello('0303', 'c02b', '01'),
  serverhello_truncated: '1603030006020000020303',
  record_oversize_len: `160303ffff${JUNK}`,
  record_len_17000: `1603034268${JUNK}`,
  record_bad_version_major: '160903000402000000',
  record_version_0301: `160301${serverHello('0303', '0005').slice(6)}`,
  record_unknown_type_99: '630303000402000000',
  record_appdata_first: '170303000402000000',
  record_zero_len: '1603030000'.repeat(5),
  handshake_type_certificate_first: '16030300070b000003000000',
  server_closes_tcp_at_once_fin: '',
  server_fin_after_clienthello: '',
};

describe('the device as client, against a scripted server', { skip: skipUnless(RECORDED) }, () => {
  for (const [name, bytes] of Object.entries(SCRIPTED)) {
    it(name, () => {
      const client = clientEnd({ profile: 'mbedtls', serverName: 'api.example.com' });
      client.tls.start();
      client.take();
      client.receive(fromHex(bytes));
      if (client.error === undefined) ignoringTlsErrors(() => client.tls.receiveEnd());
      assert.equal(exceptionOf(client), expectedException(recorded(name, 'client')));
    });
  }
});

describe('the alert against the version of a ServerHello', () => {
  // Recorded as `flip_serverhello_recver`: what is no TLS record to a proxy, and to OpenSSL a wrong version.
  it('comes in a record of that version', () => {
    const client = clientEnd({ profile: 'mbedtls' });
    client.tls.start();
    client.take();
    client.receive(fromHex(serverHello('4203', 'c02b')));
    assert.equal(hex(client.take()), '1542030002' + '0246');
  });
});

// ---- a man in the middle who flips bits of one byte

interface Flip {
  readonly to: 'client' | 'server';
  /** Content type of the record. */
  readonly type: number;
  /** Type of the handshake message in it; undefined: the first record of that content type. */
  readonly message?: number;
  /** From the start of the fragment; when negative, from its end. */
  readonly offset: number;
}

const HANDSHAKE = 22;
const CHANGE_CIPHER_SPEC = 20;
const APPLICATION_DATA = 23;
const ENCRYPTED = -1;

function flipping(flip: Flip): Tamper {
  let encrypted = false;
  let done = false;
  return (bytes, to) => {
    if (to !== flip.to) return bytes;
    const out = records(bytes).map((record) => {
      const message = record[0] !== HANDSHAKE ? undefined : encrypted ? ENCRYPTED : record[5];
      if (record[0] === CHANGE_CIPHER_SPEC) encrypted = true;
      if (done || record[0] !== flip.type || message !== flip.message) return record;
      done = true;
      const at = flip.offset >= 0 ? 5 + flip.offset : record.length + flip.offset;
      record[at]! ^= 0x41;
      return record;
    });
    return Buffer.concat(out);
  };
}

const toClient = (message: number, offset: number): Flip => ({
  to: 'client',
  type: HANDSHAKE,
  message,
  offset,
});
const toServer = (message: number, offset: number): Flip => ({
  to: 'server',
  type: HANDSHAKE,
  message,
  offset,
});

const CLIENT_FLIPS: Readonly<Record<string, Flip>> = {
  flip_serverhello_random: toClient(2, 10),
  flip_serverhello_type: toClient(2, 0),
  flip_serverhello_length: toClient(2, 3),
  flip_certificate_der_early: toClient(11, 14),
  flip_certificate_listlen: toClient(11, 6),
  flip_ske_curve: toClient(12, 6),
  flip_ske_point: toClient(12, 20),
  flip_ske_sigalg: toClient(12, 4 + 69),
  flip_ske_signature_end: toClient(12, -1),
  flip_ske_rsa_signature_end: toClient(12, -1),
  flip_serverhellodone_len: toClient(14, 3),
  flip_server_ccs: { to: 'client', type: CHANGE_CIPHER_SPEC, offset: 0 },
  flip_server_finished: toClient(ENCRYPTED, -1),
  flip_server_appdata: { to: 'client', type: APPLICATION_DATA, offset: -1 },
  flip_client_hello_random: toServer(1, 10),
};

describe('the device as client, with a byte changed on the way', { skip: skipUnless(RECORDED) }, () => {
  for (const [name, flip] of Object.entries(CLIENT_FLIPS)) {
    it(name, () => {
      const key = name.includes('rsa') ? CERTIFICATES.rsa : CERTIFICATES.p256;
      const client = clientEnd({ profile: 'mbedtls', serverName: 'api.example.com' });
      const server = serverEnd({ profile: 'modern', credentials: [key], clientAuth: 'none' });
      const tamper = flipping(flip);
      converse(client, server, tamper);
      if (server.tls.state === 'established') {
        server.tls.send(ascii('data'));
        carry(client, server, tamper);
      }
      const row = recorded(name, 'client');
      assert.equal(exceptionOf(client), expectedException(row));
      assert.deepEqual(fatalAlertsSent(client), fatalAlerts(row, 'C>S'));
    });
  }

  it('flip_serverhello_recver', () => {
    const client = clientEnd({ profile: 'mbedtls' });
    client.tls.start();
    client.take();
    client.receive(fromHex(serverHello('0303', 'c02b').replace(/^160303/, '160342')));
    assert.equal(exceptionOf(client), expectedException(recorded('flip_serverhello_recver', 'client')));
    assert.deepEqual(client.alerts('sent'), []);
  });
});

const SERVER_FLIPS: Readonly<Record<string, Flip>> = {
  mpserver_flip_client_kex: toServer(16, 10),
  mpserver_flip_client_finished: toServer(ENCRYPTED, -1),
  mpserver_flip_client_hello_type: toServer(1, 0),
  mpserver_flip_client_appdata: { to: 'server', type: APPLICATION_DATA, offset: -1 },
};

describe('the device as server, with a byte changed on the way', { skip: skipUnless(RECORDED) }, () => {
  for (const [name, flip] of Object.entries(SERVER_FLIPS)) {
    it(name, () => {
      const client = clientEnd({ profile: 'mbedtls', serverName: 'api.example.com' });
      const server = serverEnd({ profile: 'mbedtls', credentials: [CERTIFICATES.p256], clientAuth: 'none' });
      const tamper = flipping(flip);
      converse(client, server, tamper);
      if (client.tls.state === 'established') {
        client.tls.send(ascii('data'));
        carry(client, server, tamper);
      }
      assert.equal(exceptionOf(server), expectedException(recorded(name, 'server')));
      assert.deepEqual(fatalAlertsSent(server), fatalAlerts(recorded(name, 'client'), 'S>C'));
    });
  }
});

describe('the device as server, with a certificate or client it cannot use', {
  skip: skipUnless(RECORDED),
}, () => {
  const GCM_256 = 0xc02c;
  const GCM_128 = 0xc02b;
  const cases: Readonly<Record<string, () => [End, End]>> = {
    mpserver_no_cert_loaded: () => [
      clientEnd({ profile: 'mbedtls' }),
      serverEnd({ profile: 'mbedtls', credentials: [], clientAuth: 'none' }),
    ],
    mpserver_no_shared_cipher: () => [
      clientEnd({ profile: 'mbedtls', suites: [GCM_128] }),
      serverEnd({
        profile: 'mbedtls',
        credentials: [CERTIFICATES.p256],
        clientAuth: 'none',
        suites: [GCM_256],
      }),
    ],
    mpserver_rsa_cert_vs_ecdsa_only_client: () => [
      clientEnd({ profile: 'mbedtls', suites: [GCM_128] }),
      serverEnd({ profile: 'mbedtls', credentials: [CERTIFICATES.rsa], clientAuth: 'none' }),
    ],
    mpserver_client_sees_keyusage_certsign_only: () => [
      clientEnd({ profile: 'mbedtls' }),
      serverEnd({ profile: 'mbedtls', credentials: [CERTIFICATES.certSignOnly], clientAuth: 'none' }),
    ],
    mpserver_key_mismatch: () => [
      clientEnd({ profile: 'mbedtls' }),
      serverEnd({
        profile: 'mbedtls',
        credentials: [{ chain: CERTIFICATES.p256.chain, key: CERTIFICATES.p384.key }],
        clientAuth: 'none',
      }),
    ],
    mpserver_client_cert_key_mismatch: () => [
      clientEnd({
        profile: 'mbedtls',
        credentials: { chain: CERTIFICATES.p256.chain, key: CERTIFICATES.other.key },
      }),
      serverEnd({ profile: 'mbedtls', credentials: [CERTIFICATES.p256], clientAuth: 'require' }),
    ],
    mpserver_client_cert_required_missing: () => [
      clientEnd({ profile: 'mbedtls' }),
      serverEnd({ profile: 'mbedtls', credentials: [CERTIFICATES.p256], clientAuth: 'require' }),
    ],
  };

  for (const [name, make] of Object.entries(cases)) {
    it(name, () => {
      const [client, server] = make();
      converse(client, server);
      assert.equal(exceptionOf(server), expectedException(recorded(name, 'server')));
    });
  }
});
