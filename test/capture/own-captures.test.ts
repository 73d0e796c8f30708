import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { renderKeyLog } from '../../src/report/keylog.ts';
import { renderPcapng } from '../../src/report/pcapng.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { eventsOf, explained, seenOnTheWire } from './support.ts';

after(() => closeDeviceWorkers());

const SCENARIOS = [
  'mode2-server-auth',
  'mode3-mutual-tls',
  'tls13-only-server',
  'resumption-by-session',
  'resumption-by-ticket',
  'cbc-suite',
  'static-rsa',
  'mode1-psk',
  'refuse-self-signed',
  'loss-20-percent',
  'device-to-device',
];

describe('a capture of a run, explained', () => {
  for (const name of SCENARIOS) {
    it(`tells the handshakes of ${name} as its trace does`, async () => {
      const events = await eventsOf(name);
      const handshakes = seenOnTheWire(events);
      assert.notEqual(handshakes.length, 0);
      assert.deepEqual(seenOnTheWire(explained(renderPcapng(events))), handshakes);
    });
  }

  it('has the data in clear, the losses and the repetitions', async () => {
    const events = await eventsOf('loss-20-percent');
    const again = explained(renderPcapng(events));
    const said = (all: readonly TraceEvent[]) =>
      Buffer.concat(
        all.flatMap((event) =>
          event.type === 'tls.data' && event.direction === 'sent' ? [event.bytes] : [],
        ),
      ).toString();
    assert.match(said(again), /^GET .*HTTP\/1\.1 200 OK/s);
    assert.equal(said(again), said(events));
    assert.ok(again.some(({ type }) => type === 'frame.lost'));
    assert.ok(again.some(({ type }) => type === 'tcp.retransmit'));
  });
});

describe('without the secrets', () => {
  let events: readonly TraceEvent[];
  let sealed: Uint8Array;
  before(async () => {
    events = await eventsOf('mode3-mutual-tls');
    sealed = renderPcapng(events.filter(({ type }) => type !== 'tls.secret'));
  });

  it('shows what is in clear, and of the rest kind and size', () => {
    const again = explained(sealed);
    const [seen] = seenOnTheWire(again);
    const [whole] = seenOnTheWire(events);
    assert.deepEqual(
      { ...seen, messages: seen!.messages.map(({ name }) => name) },
      {
        ...whole,
        messages: [
          ...whole!.messages.map(({ name }) => name),
          'encrypted data',
          'encrypted data',
          'encrypted alert',
        ],
      },
    );
    assert.ok(!again.some(({ type }) => type === 'tls.data'));
    const remarks = again.filter((event) => event.type === 'note').map((event) => event.text);
    assert.deepEqual(remarks, [
      'there are no secrets of this connection: what is encrypted shows its size only (--keylog FILE)',
    ]);
  });

  it('says as much as with them once it is given the key log', () => {
    assert.deepEqual(seenOnTheWire(explained(sealed, renderKeyLog(events))), seenOnTheWire(events));
  });

  it('says of TLS 1.3 that the rest of the handshake is encrypted', async () => {
    const events13 = await eventsOf('tls13-only-server');
    const [whole] = seenOnTheWire(events13);
    if (whole?.version !== 'TLSv1.3') return;
    const [seen] = seenOnTheWire(
      explained(renderPcapng(events13.filter(({ type }) => type !== 'tls.secret'))),
    );
    assert.equal(seen!.outcome, 'established');
  });
});
