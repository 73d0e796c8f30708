/** Captures as others make them: link layers, IP versions, TLS 1.3, and what happens to packets on their way. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { ServerSessions } from '../../emulator/tls/server-sessions.ts';
import type { ClientSession } from '../../emulator/tls/session.ts';
import type { TraceEvent, TraceEventOf } from '../../emulator/world/trace-events.ts';
import type { CapturedPacket } from '../../src/capture/packets.ts';
import { readCapture } from '../../src/capture/read.ts';
import { traceOfCapture } from '../../src/capture/trace-of-capture.ts';
import { renderKeyLog } from '../../src/report/keylog.ts';
import { renderLadder } from '../../src/report/ladder.ts';
import { summariseHandshakes } from '../../src/scenario/summary.ts';
import { ascii, carry, converse, type End } from '../tls/support.ts';
import { type Configs, ends } from '../tls/tls13/ends.ts';
import { connection, LINK_NAMES, pcapFile, type Said } from './wire.ts';

interface Talk {
  readonly said: readonly Said[];
  readonly keyLog: string;
  readonly client: End;
  readonly server: End;
}

/** A handshake between two engines, then data both ways and the end. */
function talk(configs: Configs = {}, more: (client: End, server: End) => void = () => {}): Talk {
  const { client, server } = ends(configs);
  const said: Said[] = [];
  const record = (bytes: Uint8Array, to: Said['from']) => {
    if (bytes.length > 0) said.push({ from: to === 'server' ? 'client' : 'server', bytes: bytes.slice() });
    return bytes;
  };
  converse(client, server, record);
  more(client, server);
  client.tls.send(ascii('a question'));
  carry(client, server, record);
  server.tls.send(ascii('an answer'));
  client.tls.close();
  server.tls.close();
  carry(client, server, record);
  const secrets = client.events.map((event) => ({ ...event, t: 0, actor: '' }) as TraceEvent);
  return { said, keyLog: renderKeyLog(secrets), client, server };
}

function explain(packets: readonly CapturedPacket[], keyLog: string): TraceEvent[] {
  const capture = { packets, comment: undefined, keyLog: '', names: new Map<string, string>() };
  return traceOfCapture(capture, { crypto: nodeProvider, name: 'test', keyLog });
}

function all<T extends TraceEvent['type']>(events: readonly TraceEvent[], type: T): TraceEventOf<T>[] {
  return events.filter((event) => event.type === type) as TraceEventOf<T>[];
}

/** Names of what the server sent, as the client read it, and what the client sent. */
function messages(events: readonly TraceEvent[]): Record<string, string[]> {
  const sent = all(events, 'tls.message').filter(({ direction }) => direction === 'sent');
  const starts = all(events, 'tls.start');
  const by = (role: string) =>
    sent
      .filter(({ actor }) => actor === starts.find((start) => start.role === role)?.actor)
      .map(({ message }) => message);
  return { client: by('client'), server: by('server') };
}

function assertSame(events: readonly TraceEvent[], { client, server }: Talk): void {
  assert.deepEqual(messages(events), { client: client.messages('sent'), server: server.messages('sent') });
  const [summary] = summariseHandshakes(events);
  const established = client.all('tls.established')[0]!;
  assert.equal(summary!.outcome, 'established');
  assert.equal(summary!.version, established.version);
  assert.equal(summary!.suite, established.suite);
  assert.equal(summary!.resumed, established.resumed);
  const data = all(events, 'tls.data').filter(({ direction }) => direction === 'sent');
  assert.deepEqual(
    data.map(({ bytes }) => Buffer.from(bytes).toString()),
    ['a question', 'an answer'],
  );
  assert.equal(all(events, 'tls.alert').filter(({ direction }) => direction === 'sent').length, 2);
}

describe('TLS 1.3 in a capture', () => {
  const plain = talk();

  it('is read to its last message', () => assertSame(explain(connection(plain.said), plain.keyLog), plain));

  it('is followed over a HelloRetryRequest', () => {
    const retried = talk({ server: { groups: [24] }, client: { groups: [23, 24] } });
    assert.ok(retried.server.messages('sent').includes('HelloRetryRequest'));
    assertSame(explain(connection(retried.said), retried.keyLog), retried);
  });

  it('is followed over new keys', () => {
    const updated = talk({}, (client) => client.tls.updateKeys(true));
    assert.ok(updated.client.messages('sent').includes('KeyUpdate'));
    assertSame(explain(connection(updated.said), updated.keyLog), updated);
  });

  it('knows whose session is taken up again', () => {
    const sessions = new ServerSessions({ ticketKey: new Uint8Array(32).fill(3) });
    const got: ClientSession[] = [];
    const first = talk({ client: { onSession: (session) => got.push(session) }, server: { sessions } });
    const second = talk({ client: { session: got[0]! }, server: { sessions } });
    const later = connection(second.said, { initial: { client: 5_000_000, server: 900_000_000 } });
    const packets = [
      ...connection(first.said),
      ...later.map((packet) => ({ ...packet, time: packet.time + 1_000_000_000n })),
    ];
    const summaries = summariseHandshakes(explain(packets, first.keyLog + second.keyLog));
    assert.deepEqual(
      summaries.map(({ outcome, resumed }) => ({ outcome, resumed })),
      [
        { outcome: 'established', resumed: false },
        { outcome: 'established', resumed: true },
      ],
    );
    assert.equal(summaries[1]!.server, summaries[0]!.server);
    assert.notEqual(summaries[0]!.server, undefined);
  });

  it('shows without keys the hellos, and sizes', () => {
    const events = explain(connection(plain.said), '');
    assert.deepEqual(
      [...new Set([...messages(events).client!, ...messages(events).server!])],
      ['ClientHello', 'ChangeCipherSpec', 'encrypted record', 'encrypted data', 'ServerHello'],
    );
    const [summary] = summariseHandshakes(events);
    assert.equal(summary!.outcome, 'established');
    assert.equal(summary!.version, 'TLSv1.3');
    assert.match(renderLadder(events, { color: false, width: 100 }), /encrypted record +\d+ B/);
  });
});

describe('what stands around TLS', () => {
  const said = talk();

  for (const link of LINK_NAMES) {
    for (const version of [4, 6] as const) {
      it(`may be ${link} and IPv${version}`, () =>
        assertSame(explain(connection(said.said, { link, version }), said.keyLog), said));
    }
  }

  it('may be a file of either byte order and unit of time', () => {
    const packets = connection(said.said);
    const expected = explain(packets, said.keyLog).map(({ t, type }) => ({ t, type }));
    for (const littleEndian of [true, false]) {
      for (const nanoseconds of [true, false]) {
        const capture = readCapture(pcapFile(packets, littleEndian, nanoseconds));
        const events = traceOfCapture(capture, { crypto: nodeProvider, name: 'test', keyLog: said.keyLog });
        assert.deepEqual(
          events.map(({ t, type }) => ({ t, type })),
          expected,
        );
      }
    }
  });

  it('may be a link type that is not read, which is said', () => {
    const packets = connection(said.said).map((packet) => ({ ...packet, linkType: 105 }));
    assert.match(all(explain(packets, ''), 'note')[0]!.text, /link type 105, which is not read here/);
  });
});

describe('packets on their way', () => {
  const said = talk();
  const packets = connection(said.said);
  const withData = packets.filter(({ bytes }) => bytes.length > 54);
  const later = (packet: CapturedPacket, milliseconds: number) => ({
    ...packet,
    time: packet.time + BigInt(Math.round(milliseconds * 1e6)),
  });

  it('come out of order', () => {
    const moved = withData[2]!;
    const shuffled = packets.map((packet) => (packet === moved ? later(packet, 1.5) : packet));
    assertSame(explain(shuffled, said.keyLog), said);
  });

  it('come twice: the second is told as sent again', () => {
    const events = explain([...packets, later(withData[1]!, 0.5)], said.keyLog);
    assertSame(events, said);
    assert.equal(all(events, 'tcp.retransmit').length, 1);
  });

  it('are seen by two interfaces, which makes no second of them', () => {
    const events = explain(
      [...packets, ...packets.map((packet) => ({ ...packet, link: 'other' }))],
      said.keyLog,
    );
    assertSame(events, said);
    assert.equal(all(events, 'tcp.retransmit').length, 0);
  });

  it('are missing: how many bytes, and what comes after them is read', () => {
    const lost = withData.filter(({ bytes }) => bytes.length === 54 + 300)[1]!;
    const events = explain(
      packets.filter((packet) => packet !== lost),
      said.keyLog,
    );
    const [remark] = all(events, 'note').filter(({ level }) => level === 'warning');
    assert.match(remark!.text, /^300 bytes to 192\.168\.4\.2 are missing from the capture/);
    const data = all(events, 'tls.data').filter(({ direction }) => direction === 'sent');
    assert.deepEqual(
      data.map(({ bytes }) => Buffer.from(bytes).toString()),
      ['a question', 'an answer'],
    );
  });

  it('begin in the middle of the connection: that is said, and alerts and data show their sizes', () => {
    const events = explain(withData.slice(-4), said.keyLog);
    assert.match(all(events, 'note')[0]!.text, /^the capture begins in the middle of the connection/);
    assert.ok(all(events, 'tls.message').some(({ message }) => message === 'encrypted data'));
    assert.equal(all(events, 'tls.established').length, 0);
  });
});
