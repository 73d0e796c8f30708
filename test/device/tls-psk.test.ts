/** Pre-shared keys (RFC 4279) as MicroPython's contexts have them: two devices, and a device beside a recorded hello. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import type { TcpSocket } from '../../emulator/net/api.ts';
import { NodeWorkerPool, run } from './bench.ts';
import { createLab, ecKey, identity, keyPem, pem } from './lab.ts';

const HELLOS = resolve('../shared/fidelity/expected-clienthello.jsonl');
const pool = new NodeWorkerPool();
after(() => pool.close());

const leaf = identity('micropython.local', ecKey('leaf'), { names: ['micropython.local'] });
const FILES = { 'leaf.pem': pem(leaf.der), 'leaf.key': keyPem(leaf.key) };

const COMMON = `
import socket, time, tls, machine
machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))
def attempt(f, *args, **kwargs):
    try: return f(*args, **kwargs)
    except Exception as e: print(role, repr(e))
`;
const SERVER = `${COMMON}
role = "server:"
ctx = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
def serve():
    l = socket.socket()
    l.bind(("", 443))
    l.listen(1)
    c, _ = l.accept()
    s = attempt(ctx.wrap_socket, c, server_side=True)
    if s:
        print(role, s.read(16), s.cipher()[0], s.getpeercert(True))
        s.write(b"server to client")
        s.close()
`;
const CLIENT = `${COMMON}
role = "client:"
time.sleep_ms(50)
ctx = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
def connect():
    s = socket.socket()
    s.connect(("192.168.4.100", 443))
    s = attempt(ctx.wrap_socket, s, server_hostname="micropython.local")
    if s:
        s.write(b"client to server")
        print(role, s.read(16), s.getpeercert(True))
`;
const KEYS = 'ctx.server_psk_keys = {b"micropython": b"secret-shared-key"}\n';
const KEY = 'ctx.psk_identity = b"micropython"\nctx.psk_key = b"secret-shared-key"\n';

function meet(server: string, client: string) {
  const { world, stacks } = createLab({ devices: 2 });
  const scripts = [`${SERVER}${server}\nserve()`, `${CLIENT}${client}\nconnect()`];
  const { output, of } = run(scripts, { pool, world, stacks, files: FILES });
  const alerts = of('tls.alert')
    .filter(({ direction }) => direction === 'sent')
    .map(({ actor, description }) => `${actor} ${description}`);
  return { lines: output.trimEnd().split('\n').sort(), alerts, of };
}

const FATAL_ALERT = "OSError(-30592, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE')";

describe('a pre-shared key between two devices', () => {
  const CONNECTED = [
    "client: b'server to client' None",
    "server: b'client to server' TLS-ECDHE-PSK-WITH-AES-256-CBC-SHA384 None",
  ];

  it('is found by its identity in a dict, and is enough to trust each other', () => {
    const { lines, of } = meet(KEYS, KEY);
    assert.deepEqual(lines, CONNECTED);
    assert.ok(
      of('tls.established').every(({ role, peerAuthenticated }) => peerAuthenticated || role === 'server'),
    );
  });

  it('is asked of any object with get(), in bytes, and may be set in either order', () => {
    const store =
      'class Store:\n    def get(self, identity):\n        print("lookup", identity)\n        return b"k" * 32\n';
    const { lines } = meet(
      `${store}ctx.server_psk_keys = Store()`,
      'ctx.psk_key = b"k" * 32\nctx.psk_identity = b"\\xff\\xfe"',
    );
    assert.deepEqual(lines, [CONNECTED[0], "lookup b'\\xff\\xfe'", CONNECTED[1]]);
  });

  it('may be the server context’s own', () => {
    assert.deepEqual(meet(KEY, KEY).lines, CONNECTED);
  });

  it('is refused under an identity that is not known, or that get() stumbles on', () => {
    const bad = 'class Bad:\n    def get(self, identity):\n        return 12345\n';
    for (const keys of ['ctx.server_psk_keys = {}', `${bad}ctx.server_psk_keys = Bad()`]) {
      const { lines, alerts } = meet(keys, KEY);
      assert.deepEqual(lines, [
        `client: ${FATAL_ALERT}`,
        "server: OSError(-27776, 'MBEDTLS_ERR_SSL_UNKNOWN_IDENTITY')",
      ]);
      assert.deepEqual(alerts, ['device unknown_psk_identity']);
    }
  });

  it('that differs shows at Finished', () => {
    const { lines, alerts } = meet(KEYS, `${KEY.replace('secret', 'public')}`);
    assert.deepEqual(lines, [
      `client: ${FATAL_ALERT}`,
      "server: OSError(-29056, 'MBEDTLS_ERR_SSL_INVALID_MAC')",
    ]);
    assert.deepEqual(alerts, ['device bad_record_mac']);
  });

  it('leaves no way back to certificates, on either side', () => {
    const certificate = 'ctx.load_cert_chain(open("leaf.pem").read(), open("leaf.key").read())\n';
    const trust = 'ctx.load_verify_locations(open("leaf.pem").read())\n';
    for (const [server, client] of [
      [certificate, KEY],
      [certificate + KEYS, trust],
    ]) {
      const { lines, alerts } = meet(server!, client!);
      assert.deepEqual(lines, [
        `client: ${FATAL_ALERT}`,
        "server: OSError(-28160, 'MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE')",
      ]);
      assert.deepEqual(alerts, ['device handshake_failure']);
    }
  });
});

describe('the attributes of a pre-shared key', () => {
  it('read as they were set; a key that mbedTLS does not take is an OSError once both are there', () => {
    const { output } = run(
      `${COMMON}role = ""\nc = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)\n` +
        'print(c.psk_identity, c.psk_key, c.server_psk_keys)\n' +
        'c.psk_identity = b"a"\nc.psk_key = b"b"\nc.server_psk_keys = {b"c": b"d"}\n' +
        'print(c.psk_identity, c.psk_key, c.server_psk_keys)\n' +
        'def again(): c.psk_key = b"e"\nattempt(again)\n' +
        'd = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)\nd.psk_key = b"x" * 33\n' +
        'def late(): d.psk_identity = b"a"\nattempt(late)\n',
      { pool },
    );
    assert.deepEqual(output.trimEnd().split('\n'), [
      'None None None',
      "b'a' b'b' {b'c': b'd'}",
      " OSError(-28800, 'MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE')",
      " OSError(-28928, 'MBEDTLS_ERR_SSL_BAD_INPUT_DATA')",
    ]);
  });
});

describe('the ClientHello of each kind of context', () => {
  it('is the one recorded of real MicroPython, but for the random', (t) => {
    if (!existsSync(HELLOS)) {
      t.skip('../shared/fidelity is not there');
      return;
    }
    const recorded = new Map(
      readFileSync(HELLOS, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { variant: string; hex: string })
        .map(({ variant, hex }) => [variant, withoutRandom(hex)]),
    );
    const name = 'server_hostname="api.example.com"';
    const certificate = 'ctx.load_cert_chain(open("leaf.pem").read(), open("leaf.key").read())\n';
    const trust = 'ctx.load_verify_locations(open("leaf.pem").read())\n';
    const suite = (names: string) => `ctx.set_ciphers(["${names}"])\n`;
    const none = 'ctx.verify_mode = 0\n';
    const variants: [string, string, string][] = [
      ['ssl CERT_REQUIRED host=api.example.com', trust, name],
      ['ssl CERT_NONE no hostname', none, ''],
      ['server_hostname=127.0.0.1', none, 'server_hostname="127.0.0.1"'],
      ['set_ciphers 1 EC', suite('TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256'), name],
      ['set_ciphers 1 RSA kx', suite('TLS-RSA-WITH-AES-128-CBC-SHA'), name],
      ['with client cert loaded', certificate, name],
      ['psk', 'ctx.psk_identity = b"dev"\nctx.psk_key = b"0123456789abcdef"\n', name],
    ];
    for (const [variant, setup, names] of variants) {
      assert.equal(helloOf(setup, names), recorded.get(variant), variant);
    }
  });
});

/** What a listener on port 443 gets first. */
function helloOf(setup: string, names: string): string {
  const { world, stacks, server } = createLab();
  const received: Uint8Array[] = [];
  const listener = server.stack.listenTcp(443, 1);
  listener.onConnection = () => {
    const socket: TcpSocket = listener.accept()!;
    socket.onReadable = () => {
      received.push(socket.read(4096));
      socket.close();
    };
  };
  const script =
    `${COMMON}role = ""\nctx = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)\n${setup}s = socket.socket()\n` +
    `s.connect(("192.168.4.2", 443))\nattempt(ctx.wrap_socket, s, ${names})`;
  const { output } = run(script, { pool, world, stacks, files: FILES });
  assert.equal(output, " OSError(-29312, 'MBEDTLS_ERR_SSL_CONN_EOF')\n");
  return withoutRandom(Buffer.concat(received).toString('hex'));
}

/** Record header, message header and version: 11 octets; then the random, which is 32 long. */
function withoutRandom(hex: string): string {
  return `${hex.slice(0, 22)}${'·'.repeat(64)}${hex.slice(86)}`;
}
