import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StreamOnlooker } from '../../emulator/hosts/eve/stream-onlooker.ts';
import { TcpOnlooker } from '../../emulator/hosts/eve/tcp-onlooker.ts';
import { type Handling, join } from '../../emulator/hosts/mallory/crossing.ts';
import { rewriting } from '../../emulator/hosts/mallory/rewrite.ts';
import { tampering } from '../../emulator/hosts/mallory/tamper.ts';
import { TcpFlag } from '../../emulator/net/tcp/segment.ts';
import { clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { decodeMessage, encodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { encodeRawRecord, RecordSplitter } from '../../emulator/tls/record/splitter.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (pieces: readonly Uint8Array[]) =>
  pieces.map((piece) => new TextDecoder().decode(piece)).join('');

function segment(sequence: number, payload: string, flags: number = TcpFlag.ACK) {
  return {
    sourcePort: 1,
    destinationPort: 2,
    sequence: sequence >>> 0,
    acknowledgment: 0,
    flags,
    window: 1000,
    payload: utf8(payload),
  };
}

describe('an onlooker of one direction of TCP (RFC 9293 3.4)', () => {
  const isn = 0xffff_fffd;

  it('puts segments in order, across the end of the sequence space', () => {
    const onlooker = new TcpOnlooker();
    const seen = [
      segment(isn, '', TcpFlag.SYN),
      segment(isn + 4, 'def'),
      segment(isn + 1, 'abc'),
      segment(isn + 7, 'g'),
    ].map((each) => text(onlooker.take(each)));
    assert.deepEqual(seen, ['', '', 'abcdef', 'g']);
  });

  it('hears repeated bytes once, also when a repetition brings more', () => {
    const onlooker = new TcpOnlooker();
    const seen = [segment(10, 'abc'), segment(10, 'abc'), segment(11, 'bcde')].map((each) =>
      text(onlooker.take(each)),
    );
    assert.deepEqual(seen, ['abc', '', 'de']);
  });
});

const SUITES = [0xc02b, 0xc02c, 0x009c];

function helloRecord(): Uint8Array {
  const hello = {
    version: 0x0303,
    random: new Uint8Array(32).fill(7),
    sessionId: new Uint8Array(0),
    suites: SUITES,
    compressionMethods: [0],
    extensions: [{ name: 'server_name' as const, hostName: 'api.example.com' }],
  };
  const { bytes } = encodeMessage(clientHello, hello);
  return encodeRawRecord({ type: 'handshake', version: 0x0301, fragment: bytes });
}

const record = (type: 'change_cipher_spec' | 'handshake' | 'application_data', ...bytes: number[]) =>
  encodeRawRecord({ type, version: 0x0303, fragment: Uint8Array.from(bytes) });

/** Everything that is found out, in the order in which it is. */
function listen(...pieces: Uint8Array[]): string[] {
  const found: string[] = [];
  const onlooker = new StreamOnlooker({
    read: (what, bytes) => found.push(`read ${what} ${bytes.length}`),
    learned: (what, learned) => found.push(`learned ${what} ${learned}`),
    saw: (what, length) => found.push(`saw ${what} ${length}`),
  });
  for (const piece of pieces) onlooker.take(piece);
  return found;
}

describe('an onlooker of one direction of a stream', () => {
  it('reads messages until ChangeCipherSpec, in records however they are cut; then only lengths', () => {
    const hello = helloRecord();
    assert.deepEqual(
      listen(
        hello.subarray(0, 3),
        hello.subarray(3),
        record('change_cipher_spec', 1),
        record('handshake', 1, 2, 3),
        record('application_data', 1, 2, 3, 4),
      ),
      [
        `read ClientHello ${hello.length - 5}`,
        'learned name api.example.com',
        'saw handshake message 3',
        'saw data 4',
      ],
    );
  });

  it('reads what is not TLS as it stands', () => {
    assert.deepEqual(listen(utf8('GET / HTTP/1.1\r\n')), ['read data 16']);
  });
});

function pass(handling: Handling, ...pieces: Uint8Array[]): Uint8Array | 'cut' {
  const out: Uint8Array[] = [];
  for (const piece of pieces) {
    const passed = handling(piece);
    if (passed === 'cut') return 'cut';
    out.push(...passed);
  }
  return Uint8Array.from(out.flatMap((piece) => [...piece]));
}

describe('Mallory without keys', () => {
  it('passes on what she does not change, byte for byte', () => {
    const hello = helloRecord();
    const told: string[] = [];
    const out = pass(
      tampering([], (detail) => told.push(detail)),
      hello.subarray(0, 9),
      hello.subarray(9),
    );
    assert.deepEqual(out, hello);
    assert.deepEqual(told, []);
  });

  it('leaves suites out of a ClientHello', () => {
    const told: string[] = [];
    const handling = tampering([{ at: 'ClientHello', fault: 'strip-suites', keep: [0x009c] }], (detail) =>
      told.push(detail),
    );
    const [passed] = new RecordSplitter().push(pass(handling, helloRecord()) as Uint8Array);
    assert.deepEqual(decodeMessage(clientHello, passed!.fragment).message?.suites, [0x009c]);
    assert.deepEqual(told, ['ClientHello: leaves one suite of those offered']);
  });

  it('counts records of one kind, and repeats the one that was named', () => {
    const handling = tampering([{ at: 'ApplicationData', nth: 2, fault: 'duplicate' }], () => {});
    const [first, second] = [record('application_data', 1), record('application_data', 2)];
    const out = pass(handling, first, second) as Uint8Array;
    assert.deepEqual(
      new RecordSplitter().push(out).map(({ fragment }) => [...fragment]),
      [[1], [2], [2]],
    );
  });

  it('ends the stream where she is told to', () => {
    const handling = tampering([{ at: 'ApplicationData', nth: 2, fault: 'cut' }], () => {});
    assert.deepEqual(pass(handling, record('application_data', 1)), record('application_data', 1));
    assert.equal(pass(handling, record('application_data', 2)), 'cut');
  });

  it('lets pass what is no TLS', () => {
    const handling = tampering([{ at: 'ClientHello', fault: 'drop' }], () => {});
    assert.deepEqual(pass(handling, utf8('GET /')), utf8('GET /'));
  });
});

describe('Mallory with clear text', () => {
  it('replaces each occurrence, in her direction', () => {
    const told: string[] = [];
    const handling = rewriting([{ way: 'to-client', from: '21.5', to: '99.9' }], (detail) =>
      told.push(detail),
    );
    assert.deepEqual(pass(handling, utf8('21.5 or 21.5')), utf8('99.9 or 99.9'));
    assert.deepEqual(pass(handling, utf8('22.5')), utf8('22.5'));
    assert.deepEqual(told, ["'21.5' becomes '99.9'"]);
  });
});

/** A stream whose other end the test holds. */
function stub() {
  const said: string[] = [];
  const stream = {
    start() {},
    write: (bytes: Uint8Array) => said.push(new TextDecoder().decode(bytes)),
    end: () => said.push('FIN'),
    onData: undefined as ((bytes: Uint8Array) => void) | undefined,
    onEnd: undefined as (() => void) | undefined,
    onError: undefined as ((message: string) => void) | undefined,
  };
  return { stream, said, abort: () => said.push('RST') };
}

describe('a crossing', () => {
  const through: Handling = (bytes) => [bytes];

  it('carries bytes, ends and resets as what they are', () => {
    const [client, server] = [stub(), stub()];
    const broken: string[] = [];
    join(
      client,
      server,
      { 'to-server': through, 'to-client': through },
      { onBroken: (end) => broken.push(end) },
    );
    client.stream.onData!(utf8('hello'));
    client.stream.onEnd!();
    server.stream.onData!(utf8('bye'));
    server.stream.onError!('connection lost (errno 104)');
    assert.deepEqual(server.said, ['hello', 'FIN']);
    assert.deepEqual(client.said, ['bye', 'RST']);
    assert.deepEqual(broken, ['server']);
  });

  it('cuts one direction and leaves the other', () => {
    const [client, server] = [stub(), stub()];
    join(client, server, { 'to-server': () => 'cut', 'to-client': through });
    client.stream.onData!(utf8('never'));
    client.stream.onData!(utf8('comes'));
    server.stream.onData!(utf8('answer'));
    assert.deepEqual(server.said, ['FIN']);
    assert.deepEqual(client.said, ['answer']);
  });
});
