/** A peer that misbehaves in TLS 1.3, where nearly everything it says is encrypted. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault, FaultPoint } from '../../../emulator/tls/faults.ts';
import { CERTIFICATES } from '../certificates.ts';
import { converse, type End } from '../support.ts';
import { ends } from './ends.ts';

type Side = 'client' | 'server';

/** A mutual handshake in which `side` misbehaves. */
function handshake(side: Side, ...faults: Fault[]): Record<Side, End> {
  const { client, server } = ends({
    client: { credentials: CERTIFICATES.p256, ...(side === 'client' && { faults }) },
    server: { clientAuth: 'require', ...(side === 'server' && { faults }) },
  });
  converse(client, server);
  return { client, server };
}

const MESSAGES: readonly (readonly [Side, FaultPoint])[] = [
  ['client', 'ClientHello'],
  ['server', 'ServerHello'],
  ['server', 'EncryptedExtensions'],
  ['server', 'CertificateRequest'],
  ['server', 'Certificate'],
  ['server', 'CertificateVerify'],
  ['server', 'Finished'],
  ['client', 'Certificate'],
  ['client', 'CertificateVerify'],
  ['client', 'Finished'],
];

/** The side that meets the misbehaviour. */
function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

for (const [side, at] of MESSAGES) {
  describe(`the ${side}'s ${at}`, () => {
    for (const action of [
      { fault: 'flip-byte', offset: -1, mask: 0x80 },
      { fault: 'corrupt-record', offset: -1, mask: 0xff },
      { fault: 'truncate', length: 1 },
    ] as const) {
      it(`${action.fault}: refused with a fatal alert`, () => {
        const met = handshake(side, { at, ...action });
        assert.equal(met[side].all('tls.fault').length, 1);
        const alerts = [...met.client.alerts('sent'), ...met.server.alerts('sent')];
        // When the two disagree on the keys, neither can read the other's alert.
        const most = at === 'ClientHello' ? 2 : 1;
        assert.ok(alerts.length >= 1 && alerts.length <= most, alerts.join());
        assert.ok(
          alerts.every((alert) => alert.startsWith('fatal ')),
          alerts.join(),
        );
        assert.notEqual(met.server.tls.state, 'established');
      });
    }

    it('left out: the next one is unexpected, or nothing comes', () => {
      const met = handshake(side, { at, fault: 'drop' });
      const { error, tls } = met[other(side)];
      const first = at === 'ClientHello';
      const last = at === 'Finished';
      if (first || last) assert.equal(tls.state, 'handshaking');
      // Without its ServerHello the server's records cannot be opened; a request may be missing by right.
      else if (at === 'ServerHello') assert.equal(error?.alert, 'unexpected_message');
      else if (at === 'CertificateRequest') assert.equal(met.client.error?.alert, 'decrypt_error');
      else assert.equal(error?.alert, 'unexpected_message');
    });

    it('silence: neither side fails, neither goes on', () => {
      const met = handshake(side, { at, fault: 'stall' });
      assert.deepEqual([met.client.error, met.server.error], [undefined, undefined]);
      assert.notEqual(met[other(side)].tls.state, 'established');
    });

    it('an alert instead', () => {
      const met = handshake(side, { at, fault: 'send-alert', level: 'fatal', alert: 'internal_error' });
      assert.equal(met[other(side)].error?.peerAlert, 'internal_error');
    });
  });
}

it('another certificate: its key did not sign', () => {
  const { chain } = CERTIFICATES.other;
  const { client } = handshake('server', { at: 'Certificate', fault: 'substitute-certificate', chain });
  assert.deepEqual(client.alerts('sent'), ['fatal decrypt_error']);
});

it('an extension that 1.3 cannot do without: missing_extension', () => {
  const { server } = handshake('client', {
    at: 'ClientHello',
    fault: 'strip-extension',
    extension: 'signature_algorithms',
  });
  assert.deepEqual(server.alerts('sent'), ['fatal missing_extension']);
});

it('a downgrade is told by the sentinel in the random of the server', () => {
  const { client, server } = handshake('client', {
    at: 'ClientHello',
    fault: 'downgrade-version',
    version: 0x0303,
  });
  // The liar did offer 1.3 by its own account, and finds the server's mark.
  assert.equal(client.error?.alert, 'illegal_parameter');
  assert.equal(server.error?.peerAlert, 'illegal_parameter');
});
