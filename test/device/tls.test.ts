import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { HostContext } from '../../emulator/hosts/host.ts';
import { HttpsServer } from '../../emulator/hosts/https-server.ts';
import { peerTlsHost, type TlsEndpointOptions } from '../../emulator/hosts/tls-endpoint.ts';
import { createTlsServer } from '../../emulator/tls/server.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';
import {
  createLab,
  credentialsOf,
  ecKey,
  identity,
  keyPem,
  type Lab,
  pem,
  rsaKey,
  serveEcho,
} from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const root = identity('Test Root', ecKey('root'), { ca: true });
const otherRoot = identity('Other Root', ecKey('other root'), { ca: true });
const intermediate = identity('Test Intermediate', ecKey('intermediate'), { ca: true, issuer: root });
const NAMES = ['api.example.com'];
const leaf = identity('api.example.com', ecKey('leaf'), { issuer: root, names: NAMES });
const deep = identity('api.example.com', ecKey('leaf'), { issuer: intermediate, names: NAMES });
const expired = identity('api.example.com', ecKey('leaf'), { issuer: root, names: NAMES, from: -60, to: -1 });
const future = identity('api.example.com', ecKey('leaf'), { issuer: root, names: NAMES, from: 5 });
const wrongName = identity('www.example.com', ecKey('leaf'), { issuer: root, names: ['www.example.com'] });
const rsaLeaf = identity('api.example.com', rsaKey(2048), { issuer: root, names: NAMES });
const device = identity('device-1', ecKey('device'), { issuer: root, usage: ['clientAuth'] });

const FILES = {
  'root.pem': pem(root.der),
  'other.pem': pem(otherRoot.der),
  'device.der': device.der,
  'device.pem': pem(device.der),
  'device.key': keyPem(device.key),
};

interface Options extends Partial<TlsEndpointOptions> {
  readonly seed?: number;
  readonly crypto?: 'node' | 'noble';
  readonly prepare?: (lab: Lab) => void;
}

/** Runs a device against an HTTPS server; `body` may use `s`, `ctx`, `sock`, `address`. */
function run(body: string, { seed = 1, crypto = 'node', prepare, ...endpoint }: Options = {}) {
  const lab = createLab({ seed });
  prepare?.(lab);
  new HttpsServer(lab.server, {
    port: 443,
    credentials: [credentialsOf(leaf)],
    routes: new Map([['/', { status: 200, body: 'hello' }]]),
    ...endpoint,
  });
  const files = { ...FILES };
  return runOn(PREAMBLE + body, { pool, world: lab.world, stacks: lab.stacks, files, seed, crypto });
}

/** Answers what it gets with three bytes and close_notify, and leaves the TCP connection open. */
function sayGoodbye(host: HostContext, port: number): void {
  const listener = host.stack.listenTcp(port, 1);
  listener.onConnection = () => {
    const tcp = listener.accept()!;
    const { connection } = tcp;
    const tls = createTlsServer(
      { connection, profile: 'modern', credentials: [credentialsOf(leaf)], clientAuth: 'none' },
      peerTlsHost(host, connection, []),
    );
    tls.start();
    tcp.onReadable = () => {
      tls.receive(tcp.read(tcp.readable));
      if (tls.read(1).length > 0) {
        tls.send(new TextEncoder().encode('bye'));
        tls.close();
      }
      tcp.send(tls.take());
    };
  };
}

/** The clock is set as ntptime would. */
const PREAMBLE = `
import ssl, socket, machine
machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))
sock = socket.socket()
address = socket.getaddrinfo("api.example.com", 443)[0][-1]
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
def strict(ca="root.pem"):
    ctx.verify_mode = ssl.CERT_REQUIRED
    ctx.load_verify_locations(cafile=ca)
def connect(**kwargs):
    sock.connect(address)
    return ctx.wrap_socket(sock, server_hostname="api.example.com", **kwargs)
def attempt(f, *args, **kwargs):
    try: print(f(*args, **kwargs))
    except Exception as e: print(repr(e))
GET = b"GET / HTTP/1.1\\r\\nHost: api.example.com\\r\\nConnection: close\\r\\n\\r\\n"
`;

describe('TLS from a script', () => {
  it('gets a page over a verified connection', () => {
    const { output, of } = run(
      'strict()\ns = connect()\nprint(s.cipher(), s)\ns.write(GET)\nprint(s.read()[-5:])\ns.close()',
    );
    assert.equal(output, "('TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384', 'TLSv1.2') <SSLSocket>\nb'hello'\n");
    const established = of('tls.established');
    assert.deepEqual(
      established.map(({ actor, role, peerAuthenticated }) => [actor, role, peerAuthenticated]),
      [
        ['api.example.com', 'server', false],
        ['device', 'client', true],
      ],
    );
    assert.equal(of('x509.verdict').find(({ actor }) => actor === 'device')!.outcome, 'accepted');
  });

  it('reads the end once where the server says close_notify, and then waits for that of the stream', () => {
    const { output } = run(
      'sock.settimeout(2)\nsock.connect((address[0], 444))\ns = ctx.wrap_socket(sock)\n' +
        's.write(b"x")\nprint(s.read())\nattempt(s.read)\n',
      { prepare: ({ server }) => sayGoodbye(server, 444) },
    );
    assert.equal(output, "b'bye'\nOSError(110,)\n");
  });

  it('verifies nothing by default', () => {
    const { output, of } = run('s = connect()\nprint(s.read(0), ctx.verify_mode)', {
      credentials: [credentialsOf(expired)],
    });
    assert.equal(output, "b'' 0\n");
    const verdict = of('x509.verdict').find(({ actor }) => actor === 'device')!;
    assert.equal(verdict.outcome, 'ignored');
    assert.ok(verdict.checks.every(({ outcome }) => outcome === 'unchecked'));
  });

  it('proves itself with its certificate, PEM or DER', () => {
    for (const certificate of ['"device.pem"', 'open("device.der", "rb").read()']) {
      const { output, of } = run(
        `strict()\nctx.load_cert_chain(${certificate}, open("device.key", "rb").read())\ns = connect()\n` +
          's.write(GET)\nprint(s.readline())',
        { clientAuth: 'require', clientAnchors: [root.der] },
      );
      assert.equal(output, "b'HTTP/1.1 200 OK\\r\\n'\n");
      assert.match(of('tls.established').find(({ role }) => role === 'server')!.peer!, /device-1/);
    }
  });

  it('sees the alert of a server that wanted a certificate', () => {
    const { output } = run(
      'strict()\ndef f():\n    s = connect()\n    s.write(GET)\n    return s.read()\nattempt(f)',
      {
        clientAuth: 'require',
        clientAnchors: [root.der],
      },
    );
    assert.equal(output, "OSError(-30592, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE')\n");
  });

  it('talks to itself: a device as server', () => {
    const lab = createLab({ devices: 2 });
    const server =
      'import ssl, socket\nctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\nctx.load_cert_chain("leaf.pem", "leaf.key")\n' +
      'l = socket.socket()\nl.bind(("", 443))\nl.listen(1)\nc, a = l.accept()\n' +
      's = ctx.wrap_socket(c, server_side=True)\nprint(s.readline())\ns.write(b"pong\\n")\ns.close()';
    const client =
      'import tls, socket, time, machine\nmachine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))\ntime.sleep_ms(50)\n' +
      'ctx = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)\nctx.load_verify_locations(open("root.pem", "rb").read())\n' +
      'sock = socket.socket()\nsock.connect(("192.168.4.100", 443))\n' +
      's = ctx.wrap_socket(sock, server_hostname="api.example.com")\ns.write(b"ping\\n")\nprint(s.readline(), s.read())';
    const files = { ...FILES, 'leaf.pem': pem(leaf.der), 'leaf.key': keyPem(leaf.key) };
    const { output } = runOn([server, client], { pool, world: lab.world, stacks: lab.stacks, files });
    assert.equal(output, "b'ping\\n'\nb'pong\\n' b''\n");
  });

  it('is polled: what was decrypted counts, and a lazy handshake without blocking', () => {
    const { output } = run(
      'import select\nsock.connect(address)\nsock.setblocking(False)\n' +
        's = ctx.wrap_socket(sock, server_hostname="x", do_handshake_on_connect=False)\n' +
        'p = select.poll()\np.register(s, select.POLLOUT)\nwaits = 0\nwhile not s.write(GET):\n    p.poll(5000)\n    waits += 1\n' +
        'p.modify(s, select.POLLIN)\nprint(waits > 0, s.read(1))\nprint([e for _, e in p.poll(5000)], s.read(1))\n' +
        'print([e for _, e in p.poll(5000)], len(s.read(20)))\ns.close()\nprint([e for _, e in p.poll(0)])',
    );
    assert.equal(output, "True None\n[1] b'H'\n[1] 20\n[32]\n");
  });

  it('writes in records of 4096 and reads them all', () => {
    const { output, of } = run(
      's = connect()\nprint(s.write(bytes(10000)), s.send(bytes(10000)), s.sendall(b"abc"))',
    );
    assert.equal(output, '10000 4096 3\n');
    const sizes = of('tls.data')
      .filter(({ actor, direction }) => actor === 'device' && direction === 'sent')
      .map(({ bytes }) => bytes.length);
    assert.deepEqual(sizes, [4096, 4096, 1808, 4096, 3]);
  });
});

describe('certificates that a script refuses', () => {
  const refused = (credentials: TlsEndpointOptions['credentials'], ca = 'root.pem', setup = '') => {
    const { output, of } = run(`${setup}\nstrict("${ca}")\nattempt(connect)`, { credentials });
    const alerts = of('tls.alert').filter(({ actor }) => actor === 'api.example.com');
    return [output.trimEnd(), ...alerts.map(({ description }) => description)];
  };
  const text = (words: string) => `ValueError('\\n${words}\\n',)`;

  it('expired', () => {
    const answer = [text('The certificate validity has expired'), 'certificate_expired'];
    assert.deepEqual(refused([credentialsOf(expired)]), answer);
  });

  it('not yet valid, as every certificate is before the clock is set', () => {
    const answer = [text('The certificate validity starts in the future'), 'certificate_unknown'];
    assert.deepEqual(refused([credentialsOf(future)]), answer);
    const unset = 'machine.RTC().datetime((2000, 1, 1, 0, 0, 0, 0, 0))';
    assert.deepEqual(refused([credentialsOf(leaf)], 'root.pem', unset), answer);
  });

  it('for another name', () => {
    assert.deepEqual(refused([credentialsOf(wrongName)]), [
      text('The certificate Common Name (CN) does not match with the expected CN'),
      'bad_certificate',
    ]);
  });

  it('of an unknown authority, or without its intermediate', () => {
    const answer = [text('The certificate is not correctly signed by the trusted CA'), 'unknown_ca'];
    assert.deepEqual(refused([credentialsOf(leaf)], 'other.pem'), answer);
    assert.deepEqual(refused([credentialsOf(deep)]), answer);
    assert.deepEqual(refused([credentialsOf(deep, intermediate)]), ['<SSLSocket>']);
  });
});

describe('the errors of TLS', () => {
  const outputOf = (body: string, options: Options = {}) => run(body, options).output.trimEnd().split('\n');

  it('of contexts', () => {
    assert.deepEqual(
      outputOf(
        'import tls\nt = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)\nprint(t.verify_mode)\n' +
          'attempt(ctx.load_verify_locations, cadata=b"x")\nattempt(ctx.load_cert_chain, b"x", b"y")\n' +
          'attempt(ctx.load_verify_locations, cafile="nothing")\nattempt(ctx.load_verify_locations)\n' +
          'attempt(t.wrap_socket, sock)\nattempt(t.set_ciphers, [])\nattempt(t.set_ciphers, "x")\n' +
          'attempt(t.load_cert_chain, certfile=b"")\nattempt(t.wrap_socket, sock, True)\n' +
          'attempt(t.wrap_socket, sock, foo=1)\nattempt(ctx.wrap_socket, sock, foo=1)\n' +
          'attempt(ctx.wrap_socket, object())\nattempt(ctx.wrap_socket, sock, server_hostname="a" * 256)\n' +
          'try: t.foo = 1\nexcept AttributeError as e: print(repr(e))\nctx.foo = 1\nprint(len(t.get_ciphers()))\n',
      ),
      [
        '2',
        "ValueError('invalid cert',)",
        "ValueError('invalid key',)",
        'OSError(2,)',
        `TypeError("can't convert 'NoneType' object to str implicitly",)`,
        "ValueError('CERT_REQUIRED requires server_hostname',)",
        "OSError(-24192, 'MBEDTLS_ERR_SSL_BAD_CONFIG')",
        `TypeError("object 'str' isn't a tuple or list",)`,
        `TypeError("function doesn't take keyword arguments",)`,
        "TypeError('extra positional arguments given',)",
        "TypeError('extra keyword arguments given',)",
        `TypeError("unexpected keyword argument 'foo'",)`,
        "OSError('stream operation not supported',)",
        "OSError(-28928, 'MBEDTLS_ERR_SSL_BAD_INPUT_DATA')",
        `AttributeError("'SSLContext' object has no attribute 'foo'",)`,
        '88',
      ],
    );
  });

  it('without a CA', () => {
    assert.deepEqual(outputOf('ctx.verify_mode = ssl.CERT_REQUIRED\nattempt(connect)'), [
      "OSError(-30336, 'MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED')",
    ]);
  });

  it('after a lazy handshake failed: first the reason, then its number', () => {
    const body =
      'strict()\ns = connect(do_handshake_on_connect=False)\nattempt(s.write, b"x")\nattempt(s.read, 1)\n';
    assert.deepEqual(outputOf(body, { credentials: [credentialsOf(expired)] }), [
      "ValueError('\\nThe certificate validity has expired\\n',)",
      "OSError(-9984, 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED')",
    ]);
  });

  it('after close', () => {
    const closed = "OSError(-28928, 'MBEDTLS_ERR_SSL_BAD_INPUT_DATA')";
    assert.deepEqual(
      outputOf('s = connect()\ns.close()\nattempt(s.read, 1)\nattempt(s.write, b"x")\nattempt(s.close)'),
      [closed, closed, 'None'],
    );
  });

  it('of a peer that does not speak TLS, or says nothing', () => {
    const prepare = (lab: Lab) => serveEcho(lab.server, 8443);
    const quiet = (lab: Lab) => lab.server.stack.listenTcp(8444, 1);
    const text = (lab: Lab) => {
      const listener = lab.server.stack.listenTcp(8445, 1);
      listener.onConnection = () =>
        listener.accept()!.send(new TextEncoder().encode('HTTP/1.1 400 Bad\r\n\r\n'));
    };
    const to = (port: number) => `address = (address[0], ${port})\nsock.settimeout(3)\nattempt(connect)`;
    assert.deepEqual(outputOf(to(8444), { prepare: quiet }), ['OSError(110,)']);
    assert.deepEqual(outputOf(to(8445), { prepare: text }), [
      "OSError(-29184, 'MBEDTLS_ERR_SSL_INVALID_RECORD')",
    ]);
    assert.match(outputOf(to(8443), { prepare })[0]!, /^OSError\(-\d+, 'MBEDTLS_ERR_SSL_/);
  });

  it('of a stream that is no socket', () => {
    const body =
      'import io\nattempt(ctx.wrap_socket, io.BytesIO(b"HTTP/1.1 400 Bad\\r\\n\\r\\n"), server_hostname="x")';
    assert.deepEqual(outputOf(body), ["OSError(-29312, 'MBEDTLS_ERR_SSL_CONN_EOF')"]);
  });

  it('of verify_callback', () => {
    const body = (result: string) =>
      `strict()\ndef cb(cert, depth):\n    print(type(cert), len(cert) > 300, depth)\n    ${result}\n` +
      'ctx._context.verify_callback = cb\nattempt(connect)';
    const asked = ["<class 'memoryview'> True 1", "<class 'memoryview'> True 0"];
    assert.deepEqual(outputOf(body('return 0')), [...asked, '<SSLSocket>']);
    assert.deepEqual(outputOf(body('return -1')), [asked[0], 'OSError(1,)']);
    assert.deepEqual(outputOf(body('raise ValueError("from callback")')), [
      asked[0],
      "ValueError('from callback',)",
    ]);
    assert.deepEqual(outputOf(body('return 1')), [asked[0], "OSError(1, 'MBEDTLS_ERR_ERROR_GENERIC_ERROR')"]);
    assert.deepEqual(outputOf(body('return False')), [...asked, '<SSLSocket>']);
    // The library's own verdict is not the callback's to give: x509_crt.c makes another error of it.
    assert.deepEqual(outputOf(body('return -9984')), [
      asked[0],
      "OSError(-12288, 'MBEDTLS_ERR_X509_FATAL_ERROR')",
    ]);
  });

  it('of a verify_callback that raised, when the program goes on with the socket', () => {
    const body =
      'strict()\nctx._context.verify_callback = lambda cert, depth: 1 // 0\nimport socket, time\ns = socket.socket()\n' +
      's.connect(socket.getaddrinfo("api.example.com", 443)[0][4])\n' +
      't = ctx.wrap_socket(s, server_hostname="api.example.com", do_handshake_on_connect=False)\n' +
      'attempt(t.write, b"x")\n';
    const raised = "ZeroDivisionError('divide by zero',)";
    const unexpected = "OSError(-30464, 'MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE')";
    const alerts = (rest: string, ...output: string[]) => {
      const { output: printed, of } = run(`${body}${rest}time.sleep(1)\nt.close()`);
      assert.deepEqual(printed.trimEnd().split('\n'), output);
      return of('tls.alert').flatMap(({ actor, direction, description }) =>
        actor === 'device' && direction === 'sent' ? [description] : [],
      );
    };
    // MicroPython 1.26.1 with mbedTLS 3.6, against openssl s_server -msg: the callback's exception jumps over mbedTLS,
    // which then takes the next message for another certificate, and says so.
    assert.deepEqual(alerts('', raised), []);
    assert.deepEqual(alerts('attempt(t.write, b"x")\n', raised, unexpected), ['unexpected_message']);
    assert.deepEqual(alerts('attempt(t.read, 1)\nattempt(t.read, 1)\n', raised, unexpected, unexpected), [
      'unexpected_message',
    ]);
  });

  it('of a verify_callback that returns a positive number, which a handshake in a read or write takes for success', () => {
    const { output, of } = run(
      'strict()\nctx._context.verify_callback = lambda cert, depth: 1\n' +
        'import asyncio\nasync def main():\n    reader, writer = await asyncio.open_connection("api.example.com", 443, ssl=ctx)\n' +
        '    writer.write(b"x")\n    await writer.drain()\nattempt(asyncio.run, main())',
    );
    assert.equal(output, "OSError(-30464, 'MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE')\n");
    const sent = of('tls.alert').filter(({ actor, direction }) => actor === 'device' && direction === 'sent');
    assert.deepEqual(
      sent.map(({ description }) => description),
      ['access_denied', 'unexpected_message'],
    );
  });
});

describe('what TLS costs', () => {
  const page = 'strict()\ns = connect()\ns.write(GET)\ns.read()\ns.close()';

  it('time, as an ESP32 takes', () => {
    const { of } = run(page);
    const ours = of('tls.message').filter(({ actor }) => actor === 'device');
    const handshake = ours.at(-1)!.t - ours[0]!.t;
    assert.ok(handshake > 800 * MILLISECOND && handshake < 1300 * MILLISECOND, `${handshake}`);
    assert.deepEqual(
      of('device.cpu').map(({ operation }) => operation),
      ['ecdsa-verify secp256r1', 'ecdsa-verify secp256r1', 'ec-keygen secp256r1', 'ecdh secp256r1'],
    );
  });

  it('memory near what was measured, all of it given back', () => {
    for (const [credentials, measured] of [
      [credentialsOf(leaf), { peak: 27_698, kept: 25_026 }],
      [credentialsOf(deep, intermediate), { peak: 29_922, kept: 27_250 }],
      [credentialsOf(rsaLeaf), { peak: 30_985, kept: 26_717 }],
    ] as const) {
      const heap = run(page, { credentials: [credentials] }).of('device.heap');
      const before = heap.findIndex(({ reason }) => reason === 'TLS buffers') - 1;
      const base = heap[before]!.used;
      const kept = heap.find(({ reason }) => reason === 'TLS handshake over')!.used - base;
      const peak = heap.at(-1)!.peak - base;
      assert.ok(Math.abs(kept - measured.kept) < 300, `kept ${kept}, measured ${measured.kept}`);
      assert.ok(Math.abs(peak - measured.peak) < 500, `peak ${peak}, measured ${measured.peak}`);
      // The socket below goes last.
      const closed = heap.find(({ reason }) => reason === 'TLS closed')!;
      assert.equal(closed.used, base);
    }
  });

  it('no memory after wrap_socket has failed', () => {
    const { of } = run('strict("other.pem")\nattempt(connect)\nattempt(connect)');
    const heap = of('device.heap');
    const before = heap[heap.findIndex(({ reason }) => reason === 'TLS buffers') - 1]!;
    assert.equal(heap.at(-1)!.used, before.used);
  });

  it('more memory than there is', () => {
    const { output } = run(
      'held = []\ndef f():\n    while True:\n        s = socket.socket()\n        s.connect(address)\n' +
        '        held.append(ctx.wrap_socket(s))\nattempt(f)\nprint(len(held))',
    );
    assert.match(output, /^OSError\(12,\)\n[345]\n$/);
  });
});

describe('the same run', () => {
  const body = 'strict()\ns = connect()\ns.write(GET)\nprint(s.read())\ns.close()';

  it('gives the same trace with the same seed, another with another', () => {
    const trace = (seed: number) => JSON.stringify(run(body, { seed }).world.trace.events);
    assert.equal(trace(1), trace(1));
    assert.notEqual(trace(1), trace(2));
  });

  it('gives the same trace with either crypto provider', () => {
    const trace = (crypto: 'node' | 'noble') => JSON.stringify(run(body, { crypto }).world.trace.events);
    assert.equal(trace('node'), trace('noble'));
  });
});
