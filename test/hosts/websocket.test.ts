import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { ByteStream } from '../../emulator/hosts/byte-stream.ts';
import { speakHttp } from '../../emulator/hosts/http-connection.ts';
import { upgradeToEcho } from '../../emulator/hosts/websocket.ts';
import { concatAll, toHex } from '../../emulator/world/bytes.ts';

const utf8 = new TextEncoder();

/** The handshake of RFC 6455 section 1.3. */
const UPGRADE =
  'GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

class Wire implements ByteStream {
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onError: ((message: string) => void) | undefined;
  ended = false;
  private sent: Uint8Array[] = [];
  start(): void {}
  write(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }
  end(): void {
    this.ended = true;
  }
  takeSent(): Uint8Array {
    return concatAll(this.sent.splice(0));
  }
}

function connect(request = UPGRADE) {
  const wire = new Wire();
  speakHttp(wire, { now: () => new Date(0), answer: (each) => upgradeToEcho(each, nodeProvider) });
  wire.onData!(utf8.encode(request));
  return { wire, head: new TextDecoder().decode(wire.takeSent()) };
}

/** What the server sends for these octets, hex. */
function answer(hex: string, { wire } = connect()): string {
  wire.onData!(Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')));
  return toHex(wire.takeSent());
}

const HELLO = '81 85 37fa213d 7f9f4d5158'; // section 5.7: a single-frame masked text message
const ECHO = '810548656c6c6f';

describe('WebSocket on a server (RFC 6455)', () => {
  it('shows that it understood the key (section 1.3), and tells no length', () => {
    const { head } = connect();
    assert.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
    assert.match(head, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
    assert.doesNotMatch(head, /Content-Length/);
  });

  it('answers a request for something else with what it speaks', () => {
    const { head } = connect('GET /chat HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.match(head, /^HTTP\/1\.1 426 Upgrade Required\r\n/);
    assert.match(head, /\r\nSec-WebSocket-Version: 13\r\n/);
  });

  it('gives a message back, unmasked, in whatever pieces it came', () => {
    assert.equal(answer(HELLO), ECHO);
    const connection = connect();
    const octets = HELLO.replaceAll(' ', '').match(/../g)!;
    assert.equal(octets.map((octet) => answer(octet, connection)).join(''), ECHO);
  });

  it('reads frames that came right behind the request', () => {
    const early = String.fromCharCode(0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69);
    const wire = new Wire();
    speakHttp(wire, { now: () => new Date(0), answer: (each) => upgradeToEcho(each, nodeProvider) });
    wire.onData!(Uint8Array.from(UPGRADE + early, (character) => character.charCodeAt(0)));
    assert.match(toHex(wire.takeSent()), /81026869$/);
  });

  it('puts fragments together, with a ping between them (section 5.4)', () => {
    const connection = connect();
    assert.equal(answer('01 82 00000000 4865', connection), '');
    assert.equal(answer('89 81 00000000 21', connection), '8a0121');
    assert.equal(answer('80 83 00000000 6c6c6f', connection), ECHO);
  });

  it('writes lengths in the shortest form (section 5.2)', () => {
    const long = `82fe0100 00000000 ${'61'.repeat(256)}`;
    assert.equal(answer(long), `827e0100${'61'.repeat(256)}`);
  });

  it('answers a close with its status and ends (section 5.5.1)', () => {
    const connection = connect();
    assert.equal(answer('88 82 00000000 03e8', connection), '880203e8');
    assert.equal(connection.wire.ended, true);
  });

  for (const [what, hex, close] of [
    ['a frame without a mask (section 5.1)', '8102 6869', '880203ea'],
    ['a reserved bit', 'c1 80 00000000', '880203ea'],
    ['a continuation of nothing', '80 80 00000000', '880203ea'],
    ['a fragmented ping', '09 80 00000000', '880203ea'],
    ['a message that is too long', '82 ff 0000000000100000 00000000', '880203f1'],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.equal(answer(hex), close);
    });
  }
});
