import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeFragments,
  encodeFragment,
  type Fragment,
} from '../../../emulator/tls/dtls/handshake-header.ts';
import { Reassembler } from '../../../emulator/tls/dtls/reassembler.ts';
import { type DtlsRecord, decodeDatagram, encodeRecord } from '../../../emulator/tls/dtls/records.ts';
import { DTLS_RULES } from '../../../emulator/tls/dtls/rules.ts';
import { Random } from '../../../emulator/world/random.ts';
import { CERTIFICATES } from '../certificates.ts';
import { dtlsClient, dtlsServer, Network, protectedAs } from './support.ts';

const BODY = Uint8Array.from({ length: 200 }, (_, i) => i);

function piece(offset: number, end: number, messageSeq = 0, body = BODY): Fragment {
  return { type: 11, length: body.length, messageSeq, offset, bytes: body.subarray(offset, end) };
}

function whole(messageSeq = 0): Fragment {
  return piece(0, BODY.length, messageSeq);
}

function reassembled(...fragments: Fragment[]): Uint8Array | undefined {
  const reassembler = new Reassembler(DTLS_RULES.modern);
  for (const fragment of fragments) reassembler.push(fragment);
  return reassembler.take();
}

describe('a message in pieces (RFC 6347 section 4.2.3)', () => {
  const MESSAGE = encodeFragment(whole());

  it('is there when all pieces are, in any order', () => {
    assert.deepEqual(reassembled(piece(0, 70), piece(70, 150), piece(150, 200)), MESSAGE);
    assert.deepEqual(reassembled(piece(150, 200), piece(0, 70), piece(70, 150)), MESSAGE);
    assert.equal(reassembled(piece(0, 70), piece(71, 200)), undefined);
    assert.equal(reassembled(piece(0, 199)), undefined);
    assert.equal(reassembled(piece(1, 200)), undefined);
  });

  it('may come twice, and its pieces may overlap', () => {
    assert.deepEqual(reassembled(piece(0, 120), piece(0, 120), piece(60, 180), piece(100, 200)), MESSAGE);
    assert.deepEqual(reassembled(piece(50, 60), piece(0, 200)), MESSAGE);
    assert.deepEqual(reassembled(piece(5, 5), piece(0, 200), piece(200, 200)), MESSAGE);
  });

  it('may be cut at random and still be the same', () => {
    const random = new Random(1, 'cuts');
    for (let round = 0; round < 200; round++) {
      const reassembler = new Reassembler(DTLS_RULES.modern);
      let message: Uint8Array | undefined;
      for (let pushed = 0; message === undefined; pushed++) {
        assert.ok(pushed < 2000);
        const offset = random.below(200);
        reassembler.push(piece(offset, offset + 1 + random.below(200 - offset)));
        message = reassembler.take();
      }
      assert.deepEqual(message, MESSAGE);
    }
  });

  it('of no length is there at once', () => {
    const nothing = { type: 14, length: 0, messageSeq: 0, offset: 0, bytes: new Uint8Array(0) };
    assert.deepEqual(reassembled(nothing), encodeFragment(nothing));
  });

  it('keeps to the type and length of its first piece', () => {
    const other = new Uint8Array(300);
    assert.equal(reassembled(piece(0, 100), piece(100, 200, 0, other)), undefined);
    assert.equal(reassembled(piece(0, 100), { ...piece(100, 200), type: 12 }), undefined);
    assert.deepEqual(reassembled(piece(0, 100), piece(0, 300, 0, other), piece(100, 200)), MESSAGE);
  });
});

describe('messages', () => {
  it('are handed out in the order of their numbers', () => {
    const reassembler = new Reassembler(DTLS_RULES.modern);
    for (const messageSeq of [2, 1, 0]) reassembler.push(whole(messageSeq));
    assert.deepEqual(
      [0, 1, 2].map(() => reassembler.take()![5]),
      [0, 1, 2],
    );
    assert.equal(reassembler.take(), undefined);
  });

  it('are not kept when they are too far ahead: mbedTLS keeps three besides the next', () => {
    const reassembler = new Reassembler(DTLS_RULES.mbedtls);
    for (const messageSeq of [4, 3, 2, 1, 0]) reassembler.push(whole(messageSeq));
    const taken = [0, 1, 2, 3, 4].map(() => reassembler.take() !== undefined);
    assert.deepEqual(taken, [true, true, true, true, false]);
  });

  it('are not made room for when they claim to be longer than any', () => {
    const reassembler = new Reassembler(DTLS_RULES.mbedtls);
    reassembler.push({ type: 11, length: 0xff_ffff, messageSeq: 0, offset: 0, bytes: BODY });
    reassembler.push(whole());
    assert.notEqual(reassembler.take(), undefined);
  });

  it('that are due take the room of those that are not', () => {
    const rules = { maxMessages: 4, maxBuffered: 500, maxMessage: 300 };
    const reassembler = new Reassembler(rules);
    for (const messageSeq of [1, 2, 3, 0]) reassembler.push(whole(messageSeq));
    const taken = [0, 1, 2].map(() => reassembler.take() !== undefined);
    assert.deepEqual(taken, [true, true, false]);
  });
});

describe('fragments on the wire', () => {
  it('several may stand in one record', () => {
    const record = Buffer.concat([encodeFragment(piece(0, 90)), encodeFragment(whole(1))]);
    assert.deepEqual(
      decodeFragments(record).map(({ messageSeq, bytes }) => [messageSeq, bytes.length]),
      [
        [0, 90],
        [1, 200],
      ],
    );
  });

  it('are dropped when their lengths contradict each other', () => {
    const good = encodeFragment(whole());
    assert.deepEqual(decodeFragments(good.subarray(0, -1)), []);
    assert.deepEqual(decodeFragments(encodeFragment({ ...piece(100, 200), offset: 101 })), []);
    assert.deepEqual(decodeFragments(good.subarray(0, 11)), []);
  });
});

/** Cuts each message in the clear into overlapping pieces of random size, mixed and doubled. */
function shredded(random: Random): (datagram: Uint8Array) => Uint8Array {
  let sequence = 0;
  return (datagram) => {
    const records = decodeDatagram(datagram).flatMap((record): readonly DtlsRecord[] =>
      record.type === 'handshake' && record.epoch === 0 ? shred(record, random) : [record],
    );
    const numbered = records.map((record) =>
      record.epoch === 0 ? { ...record, sequence: sequence++ } : record,
    );
    return Buffer.concat(numbered.map(encodeRecord));
  };
}

function shred(record: DtlsRecord, random: Random): readonly DtlsRecord[] {
  const pieces = decodeFragments(record.fragment).flatMap((fragment) => {
    const cuts: Fragment[] = [];
    for (let at = 0; at === 0 || at < fragment.bytes.length; at += 20) {
      const bytes = fragment.bytes.subarray(at, at + 20 + random.below(40));
      cuts.push({ ...fragment, offset: fragment.offset + at, bytes });
    }
    return random.unit() < 0.5 ? cuts.reverse() : [...cuts, ...cuts];
  });
  return pieces.map((piece) => ({ ...record, fragment: encodeFragment(piece) }));
}

describe('a handshake whose messages', () => {
  it('are cut to pieces, mixed, doubled and overlapping is the same handshake', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const towards = {
        client: shredded(new Random(seed, 'to client')),
        server: shredded(new Random(seed, 'to server')),
      };
      const network = new Network(
        (options) => dtlsClient({ credentials: CERTIFICATES.rsa }, options),
        (options) => dtlsServer({ cookies: undefined, clientAuth: 'require' }, options),
        { tamper: (datagram, to) => towards[to](datagram) },
        seed,
      );
      network.converse();
      assert.equal(network.client.tls.state, 'established');
      assert.equal(network.server.tls.state, 'established');
      // A doubled end of a flight is answered; nobody has to wait for anything.
      const repeated = [network.client, network.server].flatMap((end) => end.all('tls.retransmit'));
      assert.ok(repeated.every(({ cause }) => cause === 'peer'));
    }
  });

  it('come out of turn is refused with unexpected_message', () => {
    const client = dtlsClient();
    client.tls.start();
    client.take();
    const fragment = encodeFragment({ ...whole(), type: 20 });
    client.receive(encodeRecord({ type: 'handshake', version: 0xfefd, epoch: 0, sequence: 0, fragment }));
    assert.equal(client.tls.error?.reason, 'unexpected-message');
    assert.deepEqual(client.alerts('sent'), ['fatal unexpected_message']);
  });
});

describe('a wish to renegotiate', () => {
  it('is answered by no_renegotiation, on either side', () => {
    const network = new Network(
      (options) => dtlsClient({}, options),
      (options) => dtlsServer({}, options),
    );
    network.converse();
    const { client, server } = network;
    const hello = client.all('tls.message').find((event) => event.message === 'ClientHello')!.bytes;
    const helloRequest = new Uint8Array(12);
    for (const [end, message] of [
      [client, helloRequest],
      [server, hello],
    ] as const) {
      end.receive(protectedAs(network, end, message));
      assert.deepEqual(end.alerts('sent'), ['warning no_renegotiation']);
      assert.equal(end.tls.state, 'established');
    }
  });
});
