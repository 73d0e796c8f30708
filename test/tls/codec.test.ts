import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Reader } from '../../emulator/tls/codec/reader.ts';
import { Writer } from '../../emulator/tls/codec/writer.ts';
import { TlsError } from '../../emulator/tls/engine.ts';
import type { AnnotatedField } from '../../emulator/world/trace-events.ts';
import { CERTIFICATES } from './certificates.ts';
import { clientEnd, converse, hex, serverEnd } from './support.ts';

describe('Writer', () => {
  it('fills in the lengths of nested vectors and names what it wrote', () => {
    const w = new Writer();
    const outer = w.lengthU16('outer');
    w.u8('first', 7, 'seven');
    const inner = w.lengthU8('inner');
    w.bytes('data', Uint8Array.of(1, 2, 3));
    inner();
    outer('two things');
    const { bytes, fields } = w.finish();
    assert.equal(hex(bytes), '00050703010203');
    assert.deepEqual(fields, [
      {
        name: 'outer',
        offset: 0,
        length: 7,
        value: 'two things',
        children: [
          { name: 'first', offset: 2, length: 1, value: 'seven' },
          {
            name: 'inner',
            offset: 3,
            length: 4,
            children: [{ name: 'data', offset: 4, length: 3 }],
          },
        ],
      },
    ]);
  });

  it('refuses a vector that is longer than its length can say', () => {
    const w = new Writer();
    const end = w.lengthU8('short');
    w.bytes('data', new Uint8Array(256));
    assert.throws(end, RangeError);
  });
});

describe('Reader', () => {
  it('says where it was when the bytes end', () => {
    const r = new Reader(Uint8Array.of(0, 3, 2, 1));
    const read = (): void => {
      r.lengthU16('outer');
    };
    assert.throws(read, {
      name: 'TlsError',
      reason: 'decode-error',
      message: /outer: says 3 bytes, 2 are there/,
    });
  });

  it('does not read past the vector it is in', () => {
    const r = new Reader(Uint8Array.of(1, 9, 9, 9));
    r.lengthU8('inner');
    assert.equal(r.remaining, 1);
    assert.throws(() => r.u16('number'), { message: /inner \/ number: wants 2 bytes, 1 are there/ });
  });

  it('refuses bytes left over in a vector', () => {
    const r = new Reader(Uint8Array.of(2, 9, 9));
    const end = r.lengthU8('inner');
    r.u8('one');
    assert.throws(() => end(), TlsError);
  });

  it('keeps the fields that were read before an error', () => {
    const r = new Reader(Uint8Array.of(5, 2, 1));
    r.u8('first');
    assert.throws(() => r.lengthU8('vector'));
    assert.deepEqual(
      r.fields().map((field) => field.name),
      ['first', 'vector'],
    );
  });
});

/** Octets of the longest length prefix; the only bytes of a message that no field of their own explains. */
const MAX_PREFIX = 3;

/** Fields lie one after the other without a gap, and fill their parent but for its length prefix. */
function assertComplete(fields: readonly AnnotatedField[], start: number, end: number): void {
  let at = start;
  for (const { name, offset, length, children } of fields) {
    assert.equal(offset, at, `${name} follows the field before it`);
    at = offset + length;
    if (children === undefined) continue;
    const first = children[0]?.offset ?? at;
    assert.ok(first - offset <= MAX_PREFIX, `${name} begins with at most a length`);
    assertComplete(children, first, at);
  }
  assert.equal(at, end, 'the fields reach to the end');
}

describe('the annotation of every message of a mutual handshake', () => {
  const client = clientEnd({
    profile: 'mbedtls',
    serverName: 'api.example.com',
    credentials: CERTIFICATES.p256,
  });
  const server = serverEnd({
    profile: 'modern',
    credentials: [CERTIFICATES.p256],
    clientAuth: 'require',
    clientCaNames: [Uint8Array.of(0x30, 0x00)],
  });
  converse(client, server);

  for (const { message, bytes, fields } of client.all('tls.message')) {
    it(`${message}: each byte is in a named field`, () => assertComplete(fields, 0, bytes.length));
  }
});
