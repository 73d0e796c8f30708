import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { projectRoot } from '../support/project.ts';

const noTshark = spawnSync('tshark', ['--version']).error ? 'tshark is not installed' : false;

/** What Wireshark shows of a capture, without being given a key: the file carries them. */
function tshark(file: string, ...args: string[]): string {
  return execFileSync('tshark', ['-r', file, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe('a capture of mutual TLS', { skip: noTshark }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-'));
  const file = join(folder, 'run.pcapng');

  before(() => {
    execFileSync(process.execPath, ['dist/cli.js', 'run', 'mode3-mutual-tls', '--pcap', file], {
      cwd: projectRoot,
    });
  });
  after(() => rmSync(folder, { recursive: true }));

  it('opens decrypted: the HTTP request and its answer can be read', () => {
    assert.equal(
      tshark(file, '-Y', 'http.request', '-T', 'fields', '-e', 'http.request.uri').trim(),
      '/v1/config',
    );
    assert.match(tshark(file, '-Y', 'http.response', '-T', 'fields', '-e', 'http.response.code'), /^200$/m);
  });

  it('shows every handshake message, the encrypted Finished too', () => {
    const types = tshark(file, '-Y', 'tls.handshake', '-T', 'fields', '-e', 'tls.handshake.type')
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    // ClientHello; ServerHello, Certificate, ServerKeyExchange, CertificateRequest, ServerHelloDone;
    // Certificate, ClientKeyExchange, CertificateVerify, Finished; Finished (RFC 5246 section 7.4).
    assert.deepEqual(types, [1, 2, 11, 12, 13, 14, 11, 16, 15, 20, 20]);
  });

  it('has nothing that Wireshark calls malformed, wrong or sent twice', () => {
    const checks = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
    const filter = '_ws.malformed || _ws.expert.severity >= 0x600000 || tcp.analysis.retransmission';
    assert.equal(tshark(file, ...checks, '-Y', filter), '');
  });
});
