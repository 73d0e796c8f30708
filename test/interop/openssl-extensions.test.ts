/** Resumption, stapling, short records and Ed25519 of TLS 1.2, with OpenSSL as the other end in both roles. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PeerQuestion } from '../../emulator/tls/engine.ts';
import { ServerSessions } from '../../emulator/tls/server-sessions.ts';
import type { ClientSession } from '../../emulator/tls/session.ts';
import { NO_OPENSSL, OpensslCertificates, serveOpensslClient, withOpensslServer } from '../tls/openssl.ts';
import { ACCEPT, ascii, clientEnd, type End, serverEnd } from '../tls/support.ts';

const LINE = ascii('over the wire\n');

describe('OpenSSL and', { skip: NO_OPENSSL }, () => {
  let certificates: OpensslCertificates;

  before(() => {
    certificates = new OpensslCertificates();
    certificates.issue('ec256', 'P-256', 'serverAuth');
    certificates.issue('ed25519', 'ed25519', 'serverAuth');
  });

  after(() => certificates.remove());

  for (const [kind, options] of [
    ['a ticket', []],
    ['a session ID', ['-no_ticket']],
  ] as const) {
    for (const profile of ['mbedtls', 'modern'] as const) {
      it(`our client takes its session up by ${kind}, ${profile}`, async () => {
        const kept: ClientSession[] = [];
        const connect = (session?: ClientSession): End =>
          clientEnd({
            profile,
            onSession: (each) => kept.push(each),
            ...(session === undefined ? {} : { session }),
          });
        await withOpensslServer([...certificates.files('ec256'), ...options], async (talk) => {
          const first = connect();
          await talk(first.tls, LINE);
          assert.equal(first.tls.session!.resumed, false);
          assert.equal(kept[0]!.ticket === undefined, kind === 'a session ID');
          for (let time = 0; time < 2; time++) {
            const again = connect(kept.at(-1));
            const { received } = await talk(again.tls, LINE);
            assert.equal(again.error, undefined);
            assert.equal(again.tls.session!.resumed, true);
            assert.equal(Buffer.from(received).toString(), 'eriw eht revo\n');
          }
        });
      });

      it(`takes our server's session up by ${kind}, ${profile}`, async () => {
        const sessions = new ServerSessions({ ticketKey: new Uint8Array(32).fill(4) });
        const file = certificates.path(`${profile}-${kind}`);
        const serve = async (...args: string[]): Promise<End> => {
          const server = serverEnd({
            profile,
            credentials: [certificates.credentials('ec256')],
            clientAuth: 'none',
            sessions,
          });
          const { printed } = await serveOpensslClient([...options, ...args], server.tls, 'over the wire\n');
          assert.equal(server.error, undefined, printed);
          assert.match(printed, /over the wire/);
          return server;
        };
        const first = await serve('-sess_out', file);
        assert.equal(first.messages('sent').includes('NewSessionTicket'), kind === 'a ticket');
        const again = await serve('-sess_in', file);
        assert.equal(again.tls.session!.resumed, true);
      });
    }
  }

  it('our client reads the response that it staples', async () => {
    const response = certificates.ocspResponse('ec256');
    const questions: PeerQuestion[] = [];
    const verdict = (question: PeerQuestion): typeof ACCEPT => {
      questions.push(question);
      return ACCEPT;
    };
    const args = [...certificates.files('ec256'), '-status_file', certificates.path('ec256.ocsp')];
    await withOpensslServer(args, async (talk) => {
      const client = clientEnd({ profile: 'modern', ocspStapling: 'require' }, { verdict });
      await talk(client.tls, LINE);
      assert.equal(client.error, undefined);
      assert.deepEqual(Buffer.from(questions[0]!.stapledOcsp!), Buffer.from(response));
    });
  });

  it('reads the response that our server staples', async () => {
    const ocspResponse = certificates.ocspResponse('ec256');
    const server = serverEnd({
      profile: 'modern',
      credentials: [{ ...certificates.credentials('ec256'), ocspResponse }],
      clientAuth: 'none',
    });
    const { printed } = await serveOpensslClient(['-status'], server.tls, 'over the wire\n');
    assert.match(printed, /OCSP Response Status: successful/);
    assert.match(printed, /Cert Status: good/);
  });

  for (const length of [512, 1024, 2048, 4096] as const) {
    it(`our ends keep to records of ${length} bytes`, async () => {
      const longest = (end: End): number => Math.max(...end.all('tls.record').map((record) => record.length));
      const line = ascii(`${'a'.repeat(5_000)}\n`);
      await withOpensslServer(certificates.files('ec256'), async (talk) => {
        const client = clientEnd({ profile: 'modern', maxFragmentLength: length });
        const { received } = await talk(client.tls, line);
        assert.equal(received.length, line.length);
        assert.equal(longest(client), length + 8 + 16);
      });
      const server = serverEnd({
        profile: 'mbedtls',
        credentials: [certificates.credentials('ec256')],
        clientAuth: 'none',
      });
      const text = Buffer.from(line).toString();
      await serveOpensslClient(['-maxfraglen', String(length)], server.tls, text);
      assert.equal(server.error, undefined);
      assert.equal(longest(server), length + 8 + 16);
    });
  }

  it('our client verify an Ed25519 signature of the key exchange', async () => {
    await withOpensslServer(certificates.files('ed25519'), async (talk) => {
      const client = clientEnd({ profile: 'modern' });
      const { received } = await talk(client.tls, LINE);
      assert.equal(client.error, undefined);
      assert.equal(Buffer.from(received).toString(), 'eriw eht revo\n');
      const exchange = client.all('tls.message').find(({ message }) => message === 'ServerKeyExchange')!;
      assert.ok(exchange.summary.includes('signed Ed25519'));
    });
  });
});
