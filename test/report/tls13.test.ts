/** What reports make of TLS 1.3: two modern ends, as the device does not speak it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { renderKeyLog } from '../../src/report/keylog.ts';
import { renderLadder } from '../../src/report/ladder.ts';
import { ascii, carry, converse, type Tamper } from '../tls/support.ts';
import { type Configs, ends } from '../tls/tls13/ends.ts';

interface Passed {
  readonly to: 'client' | 'server';
  readonly bytes: Uint8Array;
}

/** A handshake, new keys, and a word each way; what passed between the two, and the trace of both. */
function conversation(configs: Configs = {}): { events: readonly TraceEvent[]; passed: readonly Passed[] } {
  const { client, server } = ends(configs);
  const passed: Passed[] = [];
  const watch: Tamper = (bytes, to) => {
    passed.push({ to, bytes });
    return bytes;
  };
  converse(client, server, watch);
  client.tls.send(ascii('GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n'));
  carry(client, server, watch);
  client.tls.updateKeys(true);
  carry(client, server, watch);
  server.tls.send(ascii('HTTP/1.1 204 No Content\r\n\r\n'));
  carry(client, server, watch);
  const told = [
    ...client.events.map((event) => ({ actor: 'client', event })),
    ...server.events.map((event) => ({ actor: 'server', event })),
  ];
  const events = told.map(({ actor, event }, i) => ({ t: i * 1_000_000, actor, ...event }) as TraceEvent);
  return { events, passed };
}

describe('a handshake of TLS 1.3 in reports', () => {
  const { events } = conversation({ server: { groups: [24] } });

  it('has each message in the ladder, sealed from EncryptedExtensions on', () => {
    const lines = renderLadder(events, { color: false, width: 140 }).split('\n');
    const rows = [
      /─ HelloRetryRequest .*asks for a key share of secp384r1/,
      /─ ServerHello .*TLS 1\.3 .*TLS_AES_128_GCM_SHA256/,
      /─ ChangeCipherSpec .*for middleboxes, means nothing/,
      /═ EncryptedExtensions /,
      /═ Certificate .*CN=api\.example\.com/,
      /═ CertificateVerify .*signed ECDSA with SHA-256/,
      /═ KeyUpdate .*new keys from here on/,
      /encrypted from here on with TLS_AES_128_GCM_SHA256/,
      /✓ TLSv1\.3 established, keys agreed on secp384r1; the server has proved to be CN=the peer/,
    ];
    for (const row of rows) {
      assert.ok(
        lines.some((line) => row.test(line)),
        `${row} in\n${lines.join('\n')}`,
      );
    }
  });

  it('has its secrets in the key log once, updates too', () => {
    const labels = renderKeyLog(events)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    assert.deepEqual(labels.sort(), [
      'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
      'CLIENT_TRAFFIC_SECRET_0',
      'CLIENT_TRAFFIC_SECRET_1',
      'EXPORTER_SECRET',
      'SERVER_HANDSHAKE_TRAFFIC_SECRET',
      'SERVER_TRAFFIC_SECRET_0',
      'SERVER_TRAFFIC_SECRET_1',
    ]);
  });
});

const NO_TSHARK =
  spawnSync('text2pcap', ['--version']).status === 0 && spawnSync('tshark', ['--version']).status === 0
    ? false
    : 'tshark and text2pcap are not installed';

describe('tshark, given the key log', { skip: NO_TSHARK }, () => {
  it('reads TLS 1.3, before and after a KeyUpdate', () => {
    const { events, passed } = conversation();
    const folder = mkdtempSync(join(tmpdir(), 'tls13-'));
    try {
      const file = (name: string): string => join(folder, name);
      writeFileSync(file('keys.log'), renderKeyLog(events));
      writeFileSync(file('packets.txt'), passed.map(hexDump).join('\n'));
      const made = spawnSync('text2pcap', ['-D', '-T', '443,49152', file('packets.txt'), file('a.pcap')]);
      assert.equal(made.status, 0, String(made.stderr));
      const read = spawnSync('tshark', [
        ...['-r', file('a.pcap'), '-o', `tls.keylog_file:${file('keys.log')}`],
        ...['-Y', 'tls', '-V', '-O', 'tls,http'],
      ]);
      const text = String(read.stdout);
      for (const message of ['Encrypted Extensions', 'Certificate Verify', 'Finished', 'Key Update']) {
        assert.match(text, new RegExp(`Handshake Protocol: ${message}`), String(read.stderr));
      }
      assert.match(text, /GET \/ HTTP\/1\.1/);
      assert.match(text, /HTTP\/1\.1 204 No Content/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** As text2pcap reads it: the direction, then lines of offset and octets. */
function hexDump({ to, bytes }: Passed): string {
  const lines = [to === 'client' ? 'I' : 'O'];
  for (let at = 0; at < bytes.length; at += 16) {
    const octets = Buffer.from(bytes.subarray(at, at + 16))
      .toString('hex')
      .match(/../g)!;
    lines.push(`${at.toString(16).padStart(6, '0')} ${octets.join(' ')}`);
  }
  return `${lines.join('\n')}\n`;
}
