/** A device as server, another as client: who must show what, what each raises, and what the other is told. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run } from './bench.ts';
import { createLab, ecKey, identity, keyPem, pem } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const root = identity('Test Root', ecKey('root'), { ca: true });
const otherRoot = identity('Other Root', ecKey('other root'), { ca: true });
const leaf = identity('api.example.com', ecKey('leaf'), { issuer: root, names: ['api.example.com'] });
const device = identity('device-1', ecKey('device'), { issuer: root, usage: ['clientAuth'] });
const expired = identity('device-2', ecKey('device'), { issuer: root, from: -60, to: -1 });
const stranger = identity('device-3', ecKey('device'), { issuer: otherRoot });

const FILES = {
  'root.pem': pem(root.der),
  'leaf.pem': pem(leaf.der),
  'leaf.key': keyPem(leaf.key),
  'device.pem': pem(device.der),
  'expired.pem': pem(expired.der),
  'stranger.pem': pem(stranger.der),
  'device.key': keyPem(device.key),
};

const COMMON = `
import machine, socket, ssl, time
machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))
def attempt(f, *args, **kwargs):
    try: return f(*args, **kwargs)
    except Exception as e: print(role, repr(e))
`;
const SERVER = `${COMMON}
role = "server:"
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
ctx.load_cert_chain("leaf.pem", "leaf.key")
def strict():
    ctx.verify_mode = ssl.CERT_REQUIRED
    ctx.load_verify_locations("root.pem")
def serve(**kwargs):
    l = socket.socket()
    l.bind(("", 443))
    l.listen(1)
    c, _ = l.accept()
    s = attempt(ctx.wrap_socket, c, server_side=True, **kwargs)
    if s:
        line = attempt(s.readline)
        if line:
            print(role, line, len(s.getpeercert(True) or b""))
            s.write(b"pong\\n")
        attempt(s.readline)
        s.close()
    time.sleep(1)  # unread data makes a reset of the end, which would overtake an alert
    c.close()
`;
const CLIENT = `${COMMON}
role = "client:"
time.sleep_ms(50)
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
def connect(**kwargs):
    c = socket.socket()
    c.connect(("192.168.4.100", 443))
    s = attempt(ctx.wrap_socket, c, server_hostname="api.example.com", **kwargs)
    if s:
        attempt(s.write, b"ping\\n")
        print(role, attempt(s.readline))
    return s
`;

const TRUST = 'ctx.verify_mode = ssl.CERT_REQUIRED\nctx.load_verify_locations("root.pem")\n';

function meet(server: string, client: string) {
  const { world, stacks } = createLab({ devices: 2 });
  const bench = run([SERVER + server, CLIENT + client], { pool, world, stacks, files: FILES });
  const alerts = bench
    .of('tls.alert')
    .filter(({ direction }) => direction === 'sent')
    .map(({ actor, description }) => `${actor} ${description}`);
  return { ...bench, lines: bench.output.trimEnd().split('\n'), alerts };
}

const own = (name: string) => `ctx.load_cert_chain("${name}.pem", "device.key")\nconnect()`;
const MODES = [
  ['in wrap_socket', 'serve()'],
  ['in the first read', 'serve(do_handshake_on_connect=False)'],
] as const;

for (const [when, serve] of MODES) {
  describe(`a server that handshakes ${when}`, () => {
    it('knows a client by its certificate', () => {
      const { lines, of } = meet(`strict()\n${serve}`, own('device'));
      assert.ok(lines.includes(`server: b'ping\\n' ${device.der.length}`), lines.join('\n'));
      assert.ok(lines.includes("client: b'pong\\n'"));
      assert.match(of('tls.established').find(({ role }) => role === 'server')!.peer!, /device-1/);
    });

    it('refuses one that is expired or of another authority', () => {
      const cases = [
        ['expired', 'The certificate validity has expired', 'certificate_expired'],
        ['stranger', 'The certificate is not correctly signed by the trusted CA', 'unknown_ca'],
      ] as const;
      for (const [name, text, alert] of cases) {
        const { lines, alerts } = meet(`strict()\n${serve}`, own(name));
        assert.equal(
          lines.find((line) => line.startsWith('server')),
          `server: ValueError('\\n${text}\\n',)`,
        );
        assert.equal(
          lines.find((line) => line.startsWith('client')),
          "client: OSError(-30592, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE')",
        );
        assert.deepEqual(alerts, [`device ${alert}`]);
      }
    });

    it('has no authorities to ask', () => {
      const { lines, alerts } = meet(`ctx.verify_mode = ssl.CERT_REQUIRED\n${serve}`, own('device'));
      assert.equal(lines[0], "server: OSError(-30336, 'MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED')");
      assert.deepEqual(alerts, ['device unknown_ca']);
    });
  });
}

describe('a client that shows no certificate where one is required', () => {
  const REASON = "server: OSError(-29824, 'MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE')";

  it('is told nothing by wrap_socket', () => {
    const { lines, alerts } = meet('strict()\nserve()', 'connect()');
    assert.equal(lines[0], REASON);
    assert.deepEqual(alerts, []);
    assert.doesNotMatch(lines[1]!, /FATAL_ALERT/);
  });

  it('is told handshake_failure by a first read', () => {
    const { lines, alerts } = meet('strict()\nserve(do_handshake_on_connect=False)', 'connect()');
    // A later read raises what was kept.
    assert.deepEqual(
      lines.filter((line) => line.startsWith('server')),
      [REASON, REASON],
    );
    assert.deepEqual(alerts, ['device handshake_failure']);
  });
});

describe('verify_callback', () => {
  const asks = (result: string) =>
    `${TRUST}def cb(cert, depth):\n    ${result}\nctx._context.verify_callback = cb\n`;

  it('that raises is not told to the server, and its exception comes out unchanged', () => {
    const client = `${asks('raise KeyError("mine", depth)')}connect()`;
    const { lines, alerts } = meet('serve()', client);
    assert.ok(lines.includes("client: KeyError('mine', 1)"), lines.join('\n'));
    assert.deepEqual(alerts, []);
  });

  it('must return a number', () => {
    const { lines } = meet('serve()', `${asks('pass')}connect()`);
    assert.ok(lines.includes(`client: TypeError("can't convert NoneType to int",)`), lines.join('\n'));
  });

  it('that returns 1 is an error of its own in wrap_socket, and another in the first write', () => {
    const client = (kwargs: string) => `${asks('return 1')}connect(${kwargs})`;
    const { lines, alerts } = meet('serve()', client(''));
    assert.ok(lines.includes("client: OSError(1, 'MBEDTLS_ERR_ERROR_GENERIC_ERROR')"), lines.join('\n'));
    assert.deepEqual(alerts, ['device2 access_denied']);
    const lazy = meet('serve()', client('do_handshake_on_connect=False')).lines;
    assert.ok(
      lazy.includes("client: OSError(-30464, 'MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE')"),
      lazy.join('\n'),
    );
  });
});

describe('an SSLSocket', () => {
  it('shows the peer’s certificate from the handshake until it is closed', () => {
    const { lines } = meet(
      'serve()',
      'c = socket.socket()\nc.connect(("192.168.4.100", 443))\n' +
        's = ctx.wrap_socket(c, do_handshake_on_connect=False)\nprint(role, s.getpeercert(True))\n' +
        'attempt(s.getpeercert, False)\nattempt(s.getpeercert)\nattempt(s.cipher)\ns.write(b"ping\\n")\n' +
        'print(role, len(s.getpeercert(True)), s.cipher()[1])\ns.close()\nprint(role, s.getpeercert(True))\nattempt(s.cipher)',
    );
    const closed = "client: OSError(-28928, 'MBEDTLS_ERR_SSL_BAD_INPUT_DATA')";
    assert.deepEqual(
      lines.filter((line) => line.startsWith('client')),
      [
        'client: None',
        'client: NotImplementedError()',
        "client: TypeError('function takes 2 positional arguments but 1 were given',)",
        closed,
        `client: ${leaf.der.length} TLSv1.2`,
        'client: None',
        closed,
      ],
    );
  });

  it('that times out once is of no use after that', () => {
    const { lines } = meet(
      'l = socket.socket()\nl.bind(("", 443))\nl.listen(1)\nc, _ = l.accept()\ns = ctx.wrap_socket(c, server_side=True)\n' +
        'time.sleep(3)\ns.write(b"late\\n")\ntime.sleep(1)',
      'c = socket.socket()\nc.settimeout(1)\nc.connect(("192.168.4.100", 443))\ns = ctx.wrap_socket(c)\n' +
        'attempt(s.readline)\ntime.sleep(3)\nattempt(s.readline)',
    );
    assert.deepEqual(lines, ['client: OSError(110,)', 'client: OSError(110,)']);
  });

  it('that failed in a first read has let go of its stream: close() leaves that open', () => {
    const { lines } = meet(
      'serve()',
      `${TRUST}c = socket.socket()\nc.connect(("192.168.4.100", 443))\n` +
        's = ctx.wrap_socket(c, server_hostname="x", do_handshake_on_connect=False)\n' +
        'attempt(s.write, b"x")\ns.close()\nprint(role, c.fileno() >= 0)\nc.close()',
    );
    assert.deepEqual(
      lines.filter((line) => line.startsWith('client')),
      [
        "client: ValueError('\\nThe certificate Common Name (CN) does not match with the expected CN\\n',)",
        'client: True',
      ],
    );
  });
});
