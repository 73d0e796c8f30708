import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { EcPrivateKey, PrivateKey } from '../../emulator/crypto/provider.ts';
import { boardOf } from '../../emulator/device/boards/board.ts';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { HttpsServer } from '../../emulator/hosts/https-server.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { type BenchOptions, NodeWorkerPool, run as runOn } from './bench.ts';
import { createLab, credentialsOf, ecKey, identity, keyPem, pem } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const names = ['api.example.com'];
const root = identity('Test Root', ecKey('root'), { ca: true });
const leaf = identity(names[0]!, ecKey('leaf'), { issuer: root, names });
/** What must not be found. */
function scalarOf(key: PrivateKey): Uint8Array {
  assert.equal(key.kind, 'ec');
  return (key as EcPrivateKey).d;
}

const device = identity('device-1', ecKey('device'), { issuer: root, usage: ['clientAuth'] });
/** A key in form only, as upstream uses one: it names a slot. */
const placeholder = ecKey('placeholder');

const board = boardOf({ ...boardByName('esp32').profile, secureElement: true });
const secureElementKey = encodePrivateKey(device.key, 'pkcs8');

/** Against a server that wants the device's certificate. */
function run(body: string, options: Partial<BenchOptions> = {}) {
  const lab = createLab();
  new HttpsServer(lab.server, {
    port: 443,
    credentials: [credentialsOf(leaf)],
    routes: new Map([['/', { status: 200, body: 'hello' }]]),
    clientAuth: 'require',
    clientAnchors: [root.der],
  });
  const files = { 'device.pem': pem(device.der), 'slot.key': keyPem(placeholder) };
  return runOn(PREAMBLE + body, {
    pool,
    world: lab.world,
    stacks: lab.stacks,
    files,
    board,
    secureElementKey,
    ...options,
  });
}

const PREAMBLE = `
import tls, socket, machine
machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))
ctx = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
ctx.verify_mode = tls.CERT_NONE
def connect(key="slot.key"):
    ctx.load_cert_chain(open("device.pem").read(), open(key).read())
    sock = socket.socket()
    sock.connect(("192.168.4.2", 443))
    try:
        s = ctx.wrap_socket(sock, server_hostname="api.example.com")
        s.write(b"GET / HTTP/1.0\\r\\nHost: api.example.com\\r\\n\\r\\n")
        print(s.read()[-5:])
    except OSError as error:
        print(repr(error))
`;

const ALERTED = "OSError(-30592, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE')\n";

describe('a device with a secure element', () => {
  const CALLBACK = `
import secure_element
def sign(key, digest):
    print(type(key), len(key), type(digest), len(digest))
    return secure_element.sign(digest)
ctx.ecdsa_sign_callback = sign
`;

  it('proves itself with a key that it does not have', () => {
    const { output, of } = run(`print(ctx.ecdsa_sign_callback)\n${CALLBACK}connect()`);
    assert.equal(output, "None\n<class 'bytes'> 32 <class 'bytes'> 48\nb'hello'\n");
    assert.match(of('tls.established').find(({ role }) => role === 'server')!.peer!, /device-1/);
  });

  it('hands what was loaded as the key to the callback', () => {
    const body =
      'def sign(key, digest):\n    global seen\n    seen = key\n    return None\nctx.ecdsa_sign_callback = sign\nconnect()\nprint(seen)';
    const hex = [...scalarOf(placeholder)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const { output } = run(body.replace('print(seen)', 'print(seen.hex())'));
    assert.equal(output, `${ALERTED}${hex}\n`);
  });

  it('signs with the loaded key when the callback gives none or raises', () => {
    const files = { 'device.pem': pem(device.der), 'own.key': keyPem(device.key) };
    for (const result of ['return None', 'raise RuntimeError("not mine")']) {
      const body = `def sign(key, digest):\n    ${result}\nctx.ecdsa_sign_callback = sign\nconnect("own.key")`;
      assert.equal(run(body, { files }).output, "b'hello'\n");
    }
    assert.equal(run('connect()').output, ALERTED);
  });

  it('waits for the element, not for its own arithmetic', () => {
    const { of } = run(`${CALLBACK}connect()`);
    const signatures = of('device.cpu').filter(({ operation }) => operation.includes('sign'));
    assert.deepEqual(
      signatures.map(({ operation, duration }) => [operation, duration]),
      [['secure element sign secp256r1', 70 * MILLISECOND]],
    );
  });

  it('shows the public key', () => {
    const { output } = run(
      'import secure_element\nprint(secure_element.public_key() == open("point", "rb").read())',
      {
        files: { point: device.key.kind === 'ec' ? device.key.publicKey.point : '' },
      },
    );
    assert.equal(output, 'True\n');
  });

  it('has the private key neither in flash nor in the memory of the interpreter', () => {
    const hidden = `${CALLBACK}connect()\n${SCAN}`;
    assert.match(run(hidden, { files: filesFor(scalarOf(device.key)) }).output, /\nfound 0\n$/);
    // The search finds a key that is there.
    const open = run(`${CALLBACK}connect()\n${SCAN}`, { files: filesFor(scalarOf(placeholder)) });
    assert.match(open.output, /\nfound [1-9]\d*\n$/);
  });

  /** The key to look for is there, masked: plain, it would be found in the memory of the search. */
  function filesFor(d: Uint8Array) {
    return {
      'device.pem': pem(device.der),
      'slot.key': keyPem(placeholder),
      masked: d.map((byte) => byte ^ MASK),
    };
  }
});

const MASK = 0x5a;

const SCAN = `
import os, uctypes
masked = open("masked", "rb").read()
def found_in(data):
    # Looks for the first four bytes, which are too few to be the key; then compares with the mask.
    start = bytes([b ^ ${MASK} for b in masked[:4]])
    count, at = 0, data.find(start)
    while at >= 0:
        if at + 32 <= len(data) and all(data[at + i] ^ ${MASK} == masked[i] for i in range(4, 32)):
            count += 1
        at = data.find(start, at + 1)
    return count
from binascii import a2b_base64
def decoded(data):
    return data + a2b_base64(b"".join(data.split(b"\\n")[1:-2])) if data[:5] == b"-----" else data
count = sum(found_in(decoded(open(name, "rb").read())) for name in os.listdir("/") if "." in name)
STEP = 262144
for at in range(8, ${16 * 1024 * 1024} - STEP, STEP - 64):
    count += found_in(uctypes.bytes_at(at, STEP))
print("found", count)
`;

describe('a device without one', () => {
  it('has no callback, and no driver, as stock firmware', () => {
    const body =
      'try: ctx.ecdsa_sign_callback = None\nexcept AttributeError as error: print(error)\n' +
      'print(hasattr(ctx, "ecdsa_sign_callback"))\ntry: import secure_element\nexcept ImportError as error: print(error)';
    assert.equal(
      run(body, { board: boardByName('esp32') }).output,
      "'SSLContext' object has no attribute 'ecdsa_sign_callback'\nFalse\nno module named 'secure_element'\n",
    );
  });

  it('that has the driver, but no key in the slot, cannot sign', () => {
    const { output } = runOn(
      'import secure_element\nprint(secure_element.public_key())\ntry: secure_element.sign(bytes(32))\nexcept OSError as e: print(repr(e))',
      { pool, board },
    );
    assert.equal(output, 'None\nOSError(19,)\n');
  });
});

describe('a signature of a digest', () => {
  it('is the same as of the data', () => {
    const data = Uint8Array.of(1, 2, 3);
    const key = ecKey('device') as EcPrivateKey;
    assert.deepEqual(
      nodeProvider.ecdsaSignDigest(key, 'sha256', nodeProvider.hash('sha256', data)),
      nodeProvider.ecdsaSign(key, 'sha256', data),
    );
  });
});
