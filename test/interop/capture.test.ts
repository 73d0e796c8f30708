/** Connections between OpenSSL's own ends, captured by tshark on the loopback, explained. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { readCapture } from '../../src/capture/read.ts';
import { traceOfCapture } from '../../src/capture/trace-of-capture.ts';
import { summariseHandshakes } from '../../src/scenario/summary.ts';
import { NO_OPENSSL, OpensslCertificates, Program } from '../tls/openssl.ts';

const interfaces = spawnSync('tshark', ['-D'], { encoding: 'utf8' });
const cannotCapture = /\blo\b/.test(interfaces.stdout ?? '')
  ? false
  : 'tshark may not capture on the loopback here';

let certificates: OpensslCertificates;
before(() => {
  certificates = new OpensslCertificates();
  certificates.issue('ec', 'P-256', 'serverAuth');
  certificates.issue('client', 'P-256', 'clientAuth');
});
after(() => certificates.remove());

interface Case {
  readonly host: string;
  readonly link: string;
  readonly arguments: readonly string[];
  readonly version: string;
  readonly suite: string;
  readonly messages: readonly string[];
}

const HELLOS12 = ['ClientHello', 'ServerHello', 'Certificate', 'ServerKeyExchange'];
const CASES: readonly Case[] = [
  {
    host: '127.0.0.1',
    link: 'lo',
    arguments: ['-tls1_2'],
    version: 'TLSv1.2',
    suite: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    messages: [
      ...HELLOS12,
      ...['CertificateRequest', 'ServerHelloDone', 'Certificate', 'ClientKeyExchange', 'CertificateVerify'],
      ...['ChangeCipherSpec', 'Finished', 'NewSessionTicket', 'ChangeCipherSpec', 'Finished'],
    ],
  },
  {
    host: '[::1]',
    link: 'any',
    arguments: ['-tls1_3'],
    version: 'TLSv1.3',
    suite: 'TLS_AES_256_GCM_SHA384',
    messages: [
      ...['ClientHello', 'ServerHello', 'ChangeCipherSpec', 'EncryptedExtensions', 'CertificateRequest'],
      ...[
        'Certificate',
        'CertificateVerify',
        'Finished',
        'ChangeCipherSpec',
        'Certificate',
        'CertificateVerify',
      ],
      ...['Finished', 'NewSessionTicket', 'NewSessionTicket'],
    ],
  },
];

/** One connection, mutual TLS, one line each way; returns what tshark wrote, and OpenSSL the keys of. */
async function capture({ host, link, arguments: args }: Case): Promise<{ file: Uint8Array; keyLog: string }> {
  const server = new Program('openssl', [
    ...['s_server', '-accept', `${host}:0`, '-rev', '-Verify', '1', '-CAfile', certificates.path('ca.pem')],
    ...certificates.files('ec'),
    ...args,
  ]);
  const port = await server.waitFor(/ACCEPT .*:(\d+)\s/);
  const file = certificates.path(`${link}.pcapng`);
  const tshark = spawn('tshark', ['-i', link, '-f', `tcp port ${port}`, '-w', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await isCapturing(tshark);
  const keys = certificates.path(`${link}.keys`);
  const client = new Program('openssl', [
    ...['s_client', '-connect', `${host}:${port}`, '-servername', 'api.example.com', '-keylogfile', keys],
    ...certificates.files('client'),
    ...args,
  ]);
  await client.waitFor(/(Verify return code)/);
  client.type('a question\n');
  await client.waitFor(/(noitseuq a)/);
  client.type('Q\n');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await client.stop();
  await server.stop();
  tshark.kill('SIGINT');
  await once(tshark, 'exit');
  return { file: readFileSync(file), keyLog: readFileSync(keys, 'utf8') };
}

/** Newer versions say when they have begun; the others when they are about to. */
async function isCapturing(tshark: ReturnType<typeof spawn>): Promise<void> {
  let said = '';
  await new Promise<void>((resolve) => {
    tshark.stderr!.on('data', (text: Buffer) => {
      said += text;
      if (/Capture started/.test(said)) resolve();
      else if (/Capturing on/.test(said)) setTimeout(resolve, 2000);
    });
  });
}

function data(events: readonly TraceEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'tls.data' && event.direction === 'sent' ? [Buffer.from(event.bytes).toString()] : [],
  );
}

describe('tshark captures openssl s_client and s_server', { skip: NO_OPENSSL || cannotCapture }, () => {
  for (const each of CASES) {
    it(`explain tells the handshake: ${each.version} on ${each.link}, ${each.host}`, async () => {
      const { file, keyLog } = await capture(each);
      const events = traceOfCapture(readCapture(file), { crypto: nodeProvider, name: 'test', keyLog });
      const [summary, ...others] = summariseHandshakes(events);
      assert.deepEqual(others, []);
      assert.equal(summary!.outcome, 'established');
      assert.equal(summary!.version, each.version);
      assert.equal(summary!.suite, each.suite);
      assert.deepEqual([summary!.server, summary!.client], ['CN=ec', 'CN=client']);
      assert.deepEqual(
        summary!.messages.map(({ name }) => name),
        each.messages,
      );
      assert.deepEqual(data(events), ['a question\n', 'noitseuq a\n']);
      const closed = summariseHandshakes(
        traceOfCapture(readCapture(file), { crypto: nodeProvider, name: 'test' }),
      )[0]!;
      assert.equal(closed.outcome, 'established');
      assert.equal(closed.version, each.version);
    });
  }
});
