/** What the machines of TLS 1.2 bring along besides certificates: sessions, pre-shared keys, smaller records. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeDatagram } from '../../../emulator/tls/dtls/records.ts';
import { ServerSessions } from '../../../emulator/tls/server-sessions.ts';
import type { ClientSession } from '../../../emulator/tls/session.ts';
import { CERTIFICATES } from '../certificates.ts';
import { ascii, clientEnd, converse, PSK, serverEnd, serverPsk } from '../support.ts';
import { type Channel, dtlsClient, dtlsServer, Network } from './support.ts';

const ABBREVIATED = ['HelloVerifyRequest', 'ServerHello', 'ChangeCipherSpec', 'Finished'];

function newSessions(): ServerSessions {
  return new ServerSessions({ ticketKey: new Uint8Array(32).fill(3) });
}

/** A handshake with a client that would take up that session, and would keep what it is given. */
function handshake(
  sessions: ServerSessions,
  session?: ClientSession,
  channel: Channel = {},
  seed = 1,
): { network: Network; kept: ClientSession[] } {
  const kept: ClientSession[] = [];
  const config = {
    ...(session === undefined ? {} : { session }),
    onSession: (each: ClientSession) => void kept.push(each),
  };
  const network = new Network(
    (options) => dtlsClient(config, options),
    (options) => dtlsServer({ sessions }, options),
    channel,
    seed,
  );
  network.converse();
  return { network, kept };
}

describe('a session', () => {
  const sessions = newSessions();
  const { kept } = handshake(sessions);

  it('is taken up again, in a handshake that the client ends', () => {
    const { network } = handshake(sessions, kept[0]);
    const { client, server } = network;
    assert.equal(client.tls.session!.resumed, true);
    assert.equal(server.tls.session!.resumed, true);
    assert.deepEqual(
      server.messages('sent').filter((name) => name !== 'NewSessionTicket'),
      ABBREVIATED,
    );
    assert.equal(client.deadline, undefined);
    assert.equal(server.deadline, undefined);
  });

  it('is taken up again over a network that loses 30 %: the client repeats the last flight when asked', () => {
    let asked = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const { network } = handshake(sessions, kept[0], { loss: 0.3 }, seed);
      const { client, server } = network;
      assert.equal(client.tls.error, undefined);
      assert.equal(server.tls.state, 'established', `seed ${seed}`);
      assert.equal(client.tls.session!.resumed, true);
      asked += client.all('tls.retransmit').filter(({ cause }) => cause === 'peer').length;
    }
    assert.ok(asked > 0);
  });

  it('of TLS is not taken up in DTLS', () => {
    const fromTls: ClientSession[] = [];
    converse(
      clientEnd({ profile: 'modern', versions: [0x0303], onSession: (each) => fromTls.push(each) }),
      serverEnd({ profile: 'modern', credentials: [CERTIFICATES.p256], clientAuth: 'none', sessions }),
    );
    assert.equal(fromTls.length, 1);
    const { network } = handshake(sessions, fromTls[0]);
    assert.equal(network.client.tls.session!.resumed, false);
  });
});

it('a pre-shared key takes the place of certificates', () => {
  const network = new Network(
    (options) => dtlsClient({ profile: 'mbedtls', psk: PSK }, options),
    (options) => dtlsServer({ profile: 'mbedtls', credentials: [], preSharedKey: serverPsk }, options),
  );
  network.converse();
  assert.equal(network.server.tls.error, undefined);
  assert.match(network.client.tls.session!.suite, /PSK/);
});

it('a client that wants short records gets them, of messages and of data (RFC 6066 section 4)', () => {
  const lengths: number[] = [];
  const network = new Network(
    (options) => dtlsClient({ maxFragmentLength: 512 }, options),
    (options) => dtlsServer({ credentials: [CERTIFICATES.rsa] }, options),
    {
      tamper: (datagram, to) => {
        if (to === 'client') lengths.push(...decodeDatagram(datagram).map(({ fragment }) => fragment.length));
        return datagram;
      },
    },
  );
  network.converse();
  assert.equal(network.client.tls.state, 'established');
  assert.ok(Math.max(...lengths) <= 512);
  assert.throws(() => network.server.tls.send(new Uint8Array(513)), { reason: 'message-too-long' });
  assert.equal(network.server.tls.send(ascii('short')), 5);
});
