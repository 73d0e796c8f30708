/** DTLS 1.2 over the device's UDP sockets: cookies, loss, and time-outs in virtual time. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { LinkFrame } from '../../emulator/net/link.ts';
import { renderLadder } from '../../src/report/ladder.ts';
import { NodeWorkerPool, run } from './bench.ts';
import { DtlsServer, type DtlsServerOptions } from './dtls-server.ts';
import { createLab, credentialsOf, ecKey, identity, keyPem, type Lab, pem } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const root = identity('Test Root', ecKey('root'), { ca: true });
const leaf = identity('api.example.com', ecKey('leaf'), { issuer: root, names: ['api.example.com'] });
const FILES = { 'root.pem': pem(root.der), 'leaf.pem': pem(leaf.der), 'leaf.key': keyPem(leaf.key) };

const COMMON = `
import machine, socket, time, tls
machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))
def attempt(f, *args, **kwargs):
    try: return f(*args, **kwargs)
    except Exception as e: print(repr(e))
`;
const CLIENT = `${COMMON}
ctx = tls.SSLContext(tls.PROTOCOL_DTLS_CLIENT)
ctx.load_verify_locations(open("root.pem").read())
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def connect(address="192.168.4.2", **kwargs):
    s.connect((address, 5684))
    return attempt(ctx.wrap_socket, s, server_hostname="api.example.com", **kwargs)
`;
/** As the documentation of MicroPython does it. */
const SERVER = `${COMMON}
ctx = tls.SSLContext(tls.PROTOCOL_DTLS_SERVER)
ctx.load_cert_chain(open("leaf.pem").read(), open("leaf.key").read())
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 5684))
s.setblocking(BLOCKING)
while True:
    try: _, client = s.recvfrom(1, socket.MSG_PEEK)
    except OSError:
        time.sleep_ms(1)
        continue
    s.connect(client)
    d = attempt(ctx.wrap_socket, s, server_side=True, client_id=repr(client).encode())
    if d: break
`;

interface Options {
  readonly prepare?: (lab: Lab) => void;
  readonly server?: Partial<DtlsServerOptions>;
}

/** A device and a server that answers in capitals. */
function talk(body: string, { prepare, server }: Options = {}) {
  const lab = createLab();
  new DtlsServer(lab.server, {
    port: 5684,
    credentials: [credentialsOf(leaf)],
    answer: (data) => new TextEncoder().encode(new TextDecoder().decode(data).toUpperCase()),
    ...server,
  });
  prepare?.(lab);
  return run(CLIENT + body, { pool, world: lab.world, stacks: lab.stacks, files: FILES });
}

/** Loses the first so many datagrams of an actor. */
function losing(actor: string, count: number) {
  return (lab: Lab) => {
    let left = count;
    lab.link.dropWhen((frame: LinkFrame) => frame.actor === actor && isUdp(frame.bytes) && left-- > 0);
  };
}

function isUdp(frame: Uint8Array): boolean {
  return frame[12] === 0x08 && frame[13] === 0x00 && frame[14 + 9] === 17;
}

const HELLO = 'd = connect()\nd.send(b"hello")\nprint(d.recv(99), d.cipher())\n';
const HEARD = "b'HELLO' ('TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384', 'DTLSv1.2')\n";

describe('a DTLS client', () => {
  it('repeats its hello with the cookie, verifies the server and exchanges records', () => {
    const { output, of } = talk(HELLO);
    assert.equal(output, HEARD);
    const hellos = of('tls.message').filter(
      ({ actor, message }) => actor === 'device' && /Hello(VerifyRequest)?$/.test(message),
    );
    assert.deepEqual(
      hellos.map(({ direction, message }) => `${direction} ${message}`),
      ['sent ClientHello', 'received HelloVerifyRequest', 'sent ClientHello', 'received ServerHello'],
    );
    assert.ok(of('tls.established').find(({ actor }) => actor === 'device')!.peerAuthenticated);
    // Both ends call the connection the same.
    assert.equal(new Set(of('tls.established').map(({ connection }) => connection)).size, 1);
  });

  it('keeps what did not fit the buffer for the next read, and datagrams apart', () => {
    const { output } = talk(
      'd = connect()\nd.send(b"abcdef")\nd.send(b"ghi")\ntime.sleep_ms(100)\nprint(d.recv(4), d.recv(4), d.recv(4))\n' +
        'd.send(b"xy")\nprint(d.read(2))',
    );
    assert.equal(output, "b'ABCD' b'EF' b'GHI'\nb'XY'\n");
  });

  it('refuses to send more than a record, and remembers that', () => {
    const { output } = talk('d = connect()\nattempt(d.write, bytes(5000))\nattempt(d.write, b"x")');
    const error = "OSError(-28928, 'MBEDTLS_ERR_SSL_BAD_INPUT_DATA')";
    assert.equal(output, `${error}\n${error}\n`);
  });

  it('agrees on a pre-shared key', () => {
    const { output } = talk(`ctx.psk_identity = b"me"\nctx.psk_key = b"0123456789abcdef"\n${HELLO}`, {
      server: {
        dtls: { suites: [0x00a8], preSharedKey: () => new TextEncoder().encode('0123456789abcdef') },
        credentials: [],
      },
    });
    assert.match(output, /^b'HELLO' \('TLS-PSK-WITH-AES-128-GCM-SHA256'/);
  });

  it('that does not block sends a lost flight again after a second, then after two', () => {
    const { output, of, world } = talk(
      `s.setblocking(False)\n${HELLO.replace('print', 'time.sleep(1)\nprint')}`,
      {
        prepare: losing('device', 2),
      },
    );
    assert.equal(output, HEARD);
    const repeated = of('tls.retransmit').filter(({ actor }) => actor === 'device');
    assert.deepEqual(
      repeated.map(({ t, cause }) => [Math.round(t / 1e9), cause]),
      [
        [1, 'timeout'],
        [3, 'timeout'],
      ],
    );
    assert.ok(world.now < 8e9);
    const ladder = renderLadder(world.trace.events, { color: false, width: 120 });
    assert.equal(ladder.match(/! sends ClientHello again: no answer came/g)?.length, 2, ladder);
    assert.match(ladder, /─ HelloVerifyRequest /);
    assert.match(ladder, /DTLSv1\.2 established, keys agreed on secp256r1/);
  });

  it('that does not block gives up when a minute was in vain', () => {
    const { output, world } = talk('s.setblocking(False)\nconnect("192.168.4.77")');
    assert.equal(output, "OSError(-26624, 'MBEDTLS_ERR_SSL_TIMEOUT')\n");
    // 1 + 2 + 4 + 8 + 16 + 32 + 60 seconds.
    assert.equal(Math.floor(world.now / 1e9), 123);
  });

  it('that blocks repeats nothing: its socket’s time-out ends it', () => {
    const { output, of } = talk('s.settimeout(5)\nconnect()', { prepare: losing('device', 1) });
    assert.equal(output, 'OSError(110,)\n');
    assert.equal(of('tls.retransmit').length, 0);
  });

  it('refuses a server that it does not trust', () => {
    const stranger = identity('api.example.com', ecKey('leaf'), { names: ['api.example.com'] });
    const { output, of } = talk('connect()', { server: { credentials: [credentialsOf(stranger)] } });
    assert.match(
      output,
      /^ValueError\('\\nThe certificate is not correctly signed by the trusted CA\\n',\)\n$/,
    );
    const alerts = of('tls.alert').filter(({ actor }) => actor === 'api.example.com');
    assert.deepEqual(
      alerts.map(({ description }) => description),
      ['unknown_ca'],
    );
  });

  it('gives all its memory back', () => {
    const { of } = talk(`${HELLO}d.close()`);
    const heap = of('device.heap');
    const before = heap[heap.findIndex(({ reason }) => reason === 'TLS buffers') - 1]!;
    assert.equal(heap.find(({ reason }) => reason === 'TLS closed')!.used, before.used);
  });
});

describe('a DTLS server on the device', () => {
  const both = (options: { blocking: boolean; prepare?: (lab: Lab) => void }) => {
    const lab = createLab({ devices: 2 });
    options.prepare?.(lab);
    const server = SERVER.replace('BLOCKING', options.blocking ? 'True' : 'False');
    const exchange = 'while True:\n    data = d.recv(32)\n    if data: break\n    time.sleep_ms(1)\n';
    const scripts = [
      `${server}${exchange}print(data)\nd.send(b"server to client")\n`,
      `${CLIENT}time.sleep_ms(50)\ns.setblocking(${options.blocking ? 'True' : 'False'})\n` +
        `d = connect("192.168.4.100")\nd.send(b"client to server")\n${exchange}print(data, d.cipher()[1])\n`,
    ];
    return run(scripts, { pool, world: lab.world, stacks: lab.stacks, files: FILES });
  };
  const VERIFY = "OSError(-27264, 'MBEDTLS_ERR_SSL_HELLO_VERIFY_REQUIRED')\n";
  const TALKED = "b'client to server'\nb'server to client' DTLSv1.2\n";

  it('raises for the first hello, and accepts the one with the cookie', () => {
    assert.equal(both({ blocking: true }).output, VERIFY + TALKED);
  });

  it('gets through a network that loses datagrams of either side', () => {
    for (const actor of ['device', 'device2']) {
      const prepare = (lab: Lab) => {
        let count = 0;
        lab.link.dropWhen(
          ({ actor: sender, bytes }) => sender === actor && isUdp(bytes) && [2, 4].includes(++count),
        );
      };
      const { output, of } = both({ blocking: false, prepare });
      assert.ok(output.endsWith(TALKED), output);
      assert.ok(of('tls.retransmit').length > 0);
    }
  });

  it('wants to be told who the client is', () => {
    const script = `${COMMON}s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nctx = tls.SSLContext(tls.PROTOCOL_DTLS_SERVER)\n`;
    const ways = ['', ', client_id=5'].map((id) => `attempt(ctx.wrap_socket, s, server_side=True${id})\n`);
    const lab = createLab();
    const { output } = run(script + ways.join(''), { pool, world: lab.world, stacks: lab.stacks });
    const error = "OSError(-28928, 'MBEDTLS_ERR_SSL_BAD_INPUT_DATA')";
    assert.equal(output, `${error}\n${error}\n`);
  });
});

describe('a connected UDP socket', () => {
  it('hears one sender only, and sends without an address', () => {
    const lab = createLab();
    const socket = lab.server.stack.bindUdp(5000);
    const other = lab.server.stack.bindUdp(5001);
    socket.onReadable = () => {
      const { bytes, from } = socket.receive()!;
      other.sendTo(Uint8Array.of(63), from);
      socket.sendTo(bytes.reverse(), from);
    };
    const { output } = run(
      'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(1)\n' +
        'try: s.send(b"x")\nexcept OSError as e: print(repr(e))\n' +
        's.connect(("192.168.4.2", 5000))\nprint(s.send(b"abc"), s.recv(9, socket.MSG_PEEK), s.read(3))\n' +
        'print(s.write(b"de"), s.recvfrom(9))\ntry: s.recv(1, socket.MSG_DONTWAIT)\nexcept OSError as e: print(repr(e))',
      { pool, world: lab.world, stacks: lab.stacks },
    );
    assert.equal(output, "OSError(121,)\n3 b'cba' b'cba'\n2 (b'ed', ('192.168.4.2', 5000))\nOSError(11,)\n");
  });
});
