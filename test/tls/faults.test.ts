/** A peer that is told to misbehave does so, and the other side answers as the RFC says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault, FaultPoint } from '../../emulator/tls/faults.ts';
import { CERTIFICATES } from './certificates.ts';
import { ascii, carry, clientEnd, converse, type End, serverEnd } from './support.ts';

type Side = 'client' | 'server';

interface Ends {
  readonly client: End;
  readonly server: End;
}

/** A mutual handshake in which `side` misbehaves; all 13 messages of TLS 1.2 occur in it. */
function handshake(side: Side, ...faults: Fault[]): Ends {
  const client = clientEnd({
    profile: 'modern',
    versions: [0x0303],
    credentials: CERTIFICATES.p256,
    ...(side === 'client' ? { faults } : {}),
  });
  const server = serverEnd({
    profile: 'modern',
    versions: [0x0303],
    credentials: [CERTIFICATES.p256],
    clientAuth: 'require',
    ...(side === 'server' ? { faults } : {}),
  });
  converse(client, server);
  return { client, server };
}

/** Of the side that meets the misbehaviour. */
function victim({ client, server }: Ends, culprit: Side): End {
  return culprit === 'client' ? server : client;
}

const MESSAGES: readonly (readonly [Side, FaultPoint])[] = [
  ['client', 'ClientHello'],
  ['server', 'ServerHello'],
  ['server', 'Certificate'],
  ['server', 'ServerKeyExchange'],
  ['server', 'CertificateRequest'],
  ['server', 'ServerHelloDone'],
  ['client', 'Certificate'],
  ['client', 'ClientKeyExchange'],
  ['client', 'CertificateVerify'],
  ['client', 'ChangeCipherSpec'],
  ['client', 'Finished'],
  ['server', 'ChangeCipherSpec'],
  ['server', 'Finished'],
];

describe('a message that is damaged', () => {
  for (const [side, at] of MESSAGES) {
    for (const action of [
      { fault: 'flip-byte', offset: -1, mask: 0x80 },
      { fault: 'corrupt-record', offset: 0, mask: 0xff },
      { fault: 'truncate', length: 1 },
      { fault: 'wrong-length', by: 1 },
    ] as const) {
      const handshakeOnly = action.fault === 'truncate' || action.fault === 'wrong-length';
      if (at === 'ChangeCipherSpec' && handshakeOnly) continue;
      if (at === 'ServerHelloDone' && action.fault === 'truncate') continue;

      it(`${action.fault} at the ${side}'s ${at}: the handshake fails, with an alert`, () => {
        const ends = handshake(side, { at, ...action });
        const misbehaving = ends[side];
        assert.deepEqual(
          misbehaving.all('tls.fault').map(({ message, fault }) => [message, fault]),
          [[at, action.fault]],
        );
        const established =
          ends.client.tls.state === 'established' && ends.server.tls.state === 'established';
        assert.equal(established, false);
        const alerts = [...ends.client.alerts('sent'), ...ends.server.alerts('sent')];
        // A last message that claims to be longer than it is leaves its reader waiting for the rest.
        const longer =
          action.fault === 'wrong-length' || (at === 'ServerHelloDone' && action.fault === 'flip-byte');
        if (longer && alerts.length === 0) {
          assert.equal(victim(ends, side).tls.state, 'handshaking');
        } else {
          assert.equal(alerts.length, 1, alerts.join());
          assert.match(alerts[0]!, /^fatal /);
        }
      });
    }
  }
});

describe('a message that does not come in its turn', () => {
  for (const [side, at] of MESSAGES) {
    // A CertificateRequest is optional, and a server that forgot its own will miss the client's Certificate.
    const optional = at === 'CertificateRequest';

    it(`the ${side} drops its ${at}`, () => {
      const ends = handshake(side, { at, fault: 'drop' });
      const { error, tls } = victim(ends, side);
      const last =
        ['ClientHello', 'ServerHelloDone'].includes(at) || (at === 'Finished' && side === 'server');
      if (last || (at === 'Finished' && side === 'client')) {
        assert.equal(tls.state, 'handshaking', 'waits for what does not come');
      } else if (optional) {
        assert.equal(ends.server.error?.reason, 'unexpected-message');
      } else {
        assert.equal(error?.reason, 'unexpected-message');
      }
    });

    it(`the ${side} sends its ${at} twice`, () => {
      const { error } = victim(handshake(side, { at, fault: 'duplicate' }), side);
      // The second ChangeCipherSpec comes in the clear where the first one promised protection.
      const clear = at === 'ChangeCipherSpec';
      assert.equal(error?.alert, clear ? 'bad_record_mac' : 'unexpected_message');
    });

    it(`the ${side} falls silent at its ${at}`, () => {
      const ends = handshake(side, { at, fault: 'stall' });
      assert.notEqual(victim(ends, side).tls.state, 'established');
      assert.deepEqual([ends.client.error, ends.server.error], [undefined, undefined]);
    });

    it(`the ${side} sends an alert instead of its ${at}`, () => {
      const ends = handshake(side, { at, fault: 'send-alert', level: 'fatal', alert: 'access_denied' });
      const { error } = victim(ends, side);
      assert.deepEqual([error?.reason, error?.peerAlert], ['peer-alert', 'access_denied']);
    });
  }

  it('two that change places are both out of turn', () => {
    const ends = handshake('server', { at: 'Certificate', fault: 'reorder' });
    assert.equal(ends.client.error?.reason, 'unexpected-message');
    assert.deepEqual(ends.server.messages('sent').slice(0, 3), [
      'ServerHello',
      'ServerKeyExchange',
      'Certificate',
    ]);
  });

  it('an earlier one said again is out of turn', () => {
    const ends = handshake('client', { at: 'ClientKeyExchange', fault: 'replay', message: 'Certificate' });
    assert.equal(ends.server.error?.alert, 'unexpected_message');
    assert.deepEqual(ends.client.messages('sent').slice(0, 3), ['ClientHello', 'Certificate', 'Certificate']);
  });
});

describe('a lie', () => {
  it('a certificate whose key the server does not have: the signature gives it away', () => {
    const { chain } = CERTIFICATES.other;
    const { client } = handshake('server', { at: 'Certificate', fault: 'substitute-certificate', chain });
    assert.deepEqual(client.tls.error?.reason, 'bad-signature');
    assert.deepEqual(client.alerts('sent'), ['fatal decrypt_error']);
  });

  it('an extension left out is believed: the session goes without it', () => {
    const ends = handshake('client', {
      at: 'ClientHello',
      fault: 'strip-extension',
      extension: 'extended_master_secret',
    });
    const hello = ends.server.all('tls.message').find(({ message }) => message === 'ServerHello')!;
    assert.ok(hello.summary.includes('no extended master secret'));
  });

  it('an older version is refused', () => {
    const { server } = handshake('client', {
      at: 'ClientHello',
      fault: 'downgrade-version',
      version: 0x0302,
    });
    assert.deepEqual(server.alerts('sent'), ['fatal protocol_version']);
    const { client } = handshake('server', {
      at: 'ServerHello',
      fault: 'downgrade-version',
      version: 0x0302,
    });
    assert.deepEqual(client.alerts('sent'), ['fatal protocol_version']);
  });

  it('of which the message holds nothing is an error of the scenario, and says so', () => {
    const { server } = handshake('server', {
      at: 'ServerHelloDone',
      fault: 'downgrade-version',
      version: 0x0302,
    });
    assert.match(server.error!.message, /downgrade-version has nothing to change in ServerHelloDone/);
  });
});

describe('after the handshake', () => {
  it('a record of data that was changed is refused', () => {
    const ends = handshake('server', { at: 'ApplicationData', nth: 2, fault: 'corrupt-record', offset: 9 });
    ends.server.tls.send(ascii('first'));
    ends.server.tls.send(ascii('second'));
    carry(ends.client, ends.server);
    assert.equal(Buffer.from(ends.client.tls.read(100)).toString(), 'first');
    assert.equal(ends.client.error?.reason, 'bad-record-mac');
  });

  it('a server that asks for a new handshake is told no, and data goes on (RFC 5246 7.4.1.1)', () => {
    const ends = handshake('server', { at: 'ApplicationData', fault: 'hello-request' });
    ends.server.tls.send(ascii('data'));
    carry(ends.client, ends.server);
    assert.deepEqual(ends.client.alerts('sent'), ['warning no_renegotiation']);
    assert.equal(Buffer.from(ends.client.tls.read(100)).toString(), 'data');
  });
});

describe('an alert', () => {
  /** The server refuses the client's version. */
  function refusal(fault: Fault): Ends {
    const client = clientEnd({
      profile: 'modern',
      faults: [{ at: 'ClientHello', fault: 'downgrade-version', version: 0x0301 }],
    });
    const server = serverEnd({
      profile: 'modern',
      credentials: [CERTIFICATES.p256],
      clientAuth: 'none',
      faults: [fault],
    });
    converse(client, server);
    return { client, server };
  }

  it('can be another than the right one', () => {
    const { client, server } = refusal({
      at: 'Alert',
      fault: 'send-alert',
      level: 'fatal',
      alert: 'internal_error',
    });
    assert.equal(server.error?.alert, 'protocol_version');
    assert.equal(client.error?.peerAlert, 'internal_error');
  });

  it('can be left out', () => {
    const { client, server } = refusal({ at: 'Alert', fault: 'drop' });
    assert.equal(server.error?.alert, 'protocol_version');
    assert.deepEqual([server.alerts('sent'), client.tls.state], [[], 'handshaking']);
  });
});
