/** asyncio's streams and servers: plain and TLS, against simulated hosts and between devices. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { HttpsServer } from '../../emulator/hosts/https-server.ts';
import type { TlsEndpointOptions } from '../../emulator/hosts/tls-endpoint.ts';
import { SECOND } from '../../emulator/world/time.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';
import { createLab, credentialsOf, ecKey, identity, keyPem, type Lab, pem, serveEcho } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const NAMES = ['api.example.com'];
const root = identity('Test Root', ecKey('root'), { ca: true });
const leaf = identity('api.example.com', ecKey('leaf'), { issuer: root, names: NAMES });
const FILES = { 'root.pem': pem(root.der), 'leaf.pem': pem(leaf.der), 'leaf.key': keyPem(leaf.key) };

const PRELUDE = `
import asyncio, machine, socket, ssl, time, sys
machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))
HOST = "api.example.com"
DEVICE = "192.168.4.100"
def client_context():
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ctx.verify_mode = ssl.CERT_REQUIRED
    ctx.load_verify_locations(cafile="root.pem")
    return ctx
def server_context():
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain("leaf.pem", "leaf.key")
    return ctx
async def attempt(coro):
    try: return await coro
    except Exception as e: print(repr(e))
`;

/** One device for each body, which is the main task of its program. */
function run(bodies: string | readonly string[], prepare?: (lab: Lab) => void) {
  const scripts = [bodies].flat().map((body) => {
    const indented = body.trim().replace(/^(?=.)/gm, '    ');
    return `${PRELUDE}async def main():\n${indented}\nasyncio.run(main())\n`;
  });
  const lab = createLab({ devices: scripts.length });
  prepare?.(lab);
  const bench = runOn(scripts, { pool, world: lab.world, stacks: lab.stacks, files: FILES });
  return { ...bench, tracebacks: bench.of('device.exception').map(({ traceback }) => traceback) };
}

const echo = ({ server }: Lab) => serveEcho(server, 7);

/** A port that accepts connections and says nothing. */
const silent = ({ server }: Lab) => {
  const listener = server.stack.listenTcp(7, 4);
  listener.onConnection = () => listener.accept();
};

const https =
  (options: Partial<TlsEndpointOptions> = {}) =>
  ({ server }: Lab) => {
    new HttpsServer(server, {
      port: 443,
      credentials: [credentialsOf(leaf)],
      routes: new Map([['/', { status: 200, body: 'hello' }]]),
      ...options,
    });
  };

describe('a stream', () => {
  it('reads lines, exact amounts, what there is, and the end', () => {
    const { output } = run(
      `
r, w = await asyncio.open_connection(HOST, 7)
w.write(b"one\\ntwo\\n")
await w.drain()
print(await r.readline(), await r.readexactly(2), await r.read(100))
w.write(b"three")
buffer = bytearray(10)
print(await r.readinto(buffer), buffer[:5])
w.s.close()
r, w = await asyncio.open_connection(HOST, 8)
print(await r.readline(), await r.read(), await r.read(5))
try: await r.readexactly(1)
except EOFError as e: print(repr(e))
w.close()
await w.wait_closed()
`,
      (lab) => {
        echo(lab);
        const listener = lab.server.stack.listenTcp(8, 1);
        listener.onConnection = () => listener.accept()!.close();
      },
    );
    assert.equal(output, "b'one\\n' b'tw' b'o\\n'\n5 bytearray(b'three')\nb'' b'' b''\nEOFError()\n");
  });

  it('sends more than the window holds, while another task reads', () => {
    const { output } = run(
      `
r, w = await asyncio.open_connection(HOST, 7)
data = bytes(range(256)) * 200
async def send():
    w.write(data)
    print(len(w.out_buf) > 0)
    await w.drain()
    print(w.out_buf)
async def receive():
    return await r.readexactly(len(data)) == data
print(await asyncio.gather(send(), receive()))
`,
      echo,
    );
    assert.equal(output, "True\nb''\n[None, True]\n");
  });

  it('waits in virtual time', () => {
    const { output, world } = run(
      `
r, w = await asyncio.open_connection(HOST, 7)
start = time.ticks_ms()
try: await asyncio.wait_for(r.read(1), 1800)
except asyncio.TimeoutError: print("time-out")
print(time.ticks_diff(time.ticks_ms(), start) // 1000)
`,
      silent,
    );
    assert.equal(output, 'time-out\n1800\n');
    assert.ok(world.now < 1802 * SECOND);
  });

  it('lets other tasks run while it waits', () => {
    const { output } = run(
      `
async def tick():
    for i in range(3):
        print("tick", i)
        await asyncio.sleep_ms(100)
    w.write(b"x")
r, w = await asyncio.open_connection(HOST, 7)
asyncio.create_task(tick())
print(await r.read(1))
`,
      echo,
    );
    assert.equal(output, "tick 0\ntick 1\ntick 2\nb'x'\n");
  });

  it('meets a refusal at its first write or read', () => {
    const { output } = run(`
r, w = await asyncio.open_connection(HOST, 9)
await attempt(r.read(1))
async def write():
    w.write(b"x")
r, w = await asyncio.open_connection(HOST, 9)
await attempt(write())
await attempt(asyncio.open_connection("nobody.example.com", 9))
`);
    assert.equal(output, 'OSError(104,)\nOSError(104,)\nOSError(-2,)\n');
  });

  it('whose reader is cancelled has lost nothing', () => {
    const { output } = run(
      `
r, w = await asyncio.open_connection(HOST, 7)
reading = asyncio.create_task(r.readline())
await asyncio.sleep_ms(100)
reading.cancel()
try: await reading
except asyncio.CancelledError: print("cancelled")
w.write(b"line\\n")
print(await r.readline())
`,
      echo,
    );
    assert.equal(output, "cancelled\nb'line\\n'\n");
  });
});

const REVERSE_SERVER = `
async def reverse(r, w):
    line = await r.readline()
    print("server", line, w.get_extra_info("peername")[0])
    w.write(bytes(reversed(line)))
    await w.drain()
    w.close()
    await w.wait_closed()
`;

describe('a server', () => {
  it('serves several clients at a time, and ends with its context', () => {
    const server = `${REVERSE_SERVER}
server = await asyncio.start_server(reverse, "0.0.0.0", 8080)
async with server:
    await asyncio.sleep(2)
print("closed")
async with await asyncio.start_server(reverse, "0.0.0.0", 8080):
    print("open again")
`;
    const client = (first: number) => `
async def client(name, wait):
    r, w = await asyncio.open_connection(DEVICE, 8080)
    await asyncio.sleep_ms(wait)
    w.write(name + b"\\n")
    await w.drain()
    print("client", await r.read())
    await w.wait_closed()
await asyncio.sleep_ms(${100 * first})
await asyncio.gather(client(b"slow${first}", 900), client(b"fast${first}", 300))
`;
    const { output, tracebacks } = run([server, client(1), client(2)]);
    assert.deepEqual(tracebacks, []);
    assert.deepEqual(output.split('\n').slice(0, -1), [
      "server b'fast1\\n' 192.168.4.101",
      "client b'\\n1tsaf'",
      "server b'fast2\\n' 192.168.4.102",
      "client b'\\n2tsaf'",
      "server b'slow1\\n' 192.168.4.101",
      "client b'\\n1wols'",
      "server b'slow2\\n' 192.168.4.102",
      "client b'\\n2wols'",
      'closed',
      'open again',
    ]);
  });

  it('whose handler fails goes on', () => {
    const server = `
async def handler(r, w):
    if await r.read(1) == b"x": raise ValueError("bad")
    print("good")
asyncio.get_event_loop().set_exception_handler(lambda loop, context: print(repr(context["exception"])))
server = await asyncio.start_server(handler, "0.0.0.0", 8080)
await asyncio.sleep(2)
server.close()
await server.wait_closed()
`;
    const client = `
await asyncio.sleep_ms(100)
for data in (b"x", b"y"):
    r, w = await asyncio.open_connection(DEVICE, 8080)
    w.write(data)
    await w.drain()
`;
    assert.equal(run([server, client]).output, "ValueError('bad',)\ngood\n");
  });

  it('that is cancelled, not closed, says so to who waits for it', () => {
    const { output } = run(`
server = await asyncio.start_server(print, "0.0.0.0", 8080)
server.task.cancel()
try: await server.wait_closed()
except asyncio.CancelledError: print("cancelled")
await attempt(asyncio.start_server(print, "0.0.0.0", 8080))
await attempt(asyncio.start_server(print, "0.0.0.0", 8080))
`);
    assert.equal(output, 'cancelled\nOSError(112,)\n');
  });
});

const GET = 'b"GET / HTTP/1.1\\r\\nHost: api.example.com\\r\\nConnection: close\\r\\n\\r\\n"';

describe('TLS streams', () => {
  it('get a page: the host is the name, the handshake comes with the first write', () => {
    const { output, of } = run(
      `
r, w = await asyncio.open_connection(HOST, 443, ssl=client_context())
print(w.s)
w.write(${GET})
await w.drain()
print(await r.readline(), (await r.read())[-5:])
await w.wait_closed()
`,
      https(),
    );
    assert.equal(output, "<SSLSocket>\nb'HTTP/1.1 200 OK\\r\\n' b'hello'\n");
    assert.ok(
      of('tls.established').some(({ role, peerAuthenticated }) => role === 'client' && peerAuthenticated),
    );
  });

  it('verify nothing when ssl is True', () => {
    const { output } = run(
      `
r, w = await asyncio.open_connection(HOST, 443, ssl=True)
w.write(${GET})
await w.drain()
print((await r.read())[-5:])
`,
      https(),
    );
    assert.equal(output, "b'hello'\n");
  });

  it('raise what the handshake meets at the first drain or read', () => {
    const { output } = run(
      `
for name in ("www.example.com", None):
    r, w = await asyncio.open_connection(HOST, 443, ssl=client_context(), server_hostname=name)
    w.write(${GET})
    await attempt(w.drain())
    await attempt(r.read(1))
    w.close()
    await w.wait_closed()
print("closed")
`,
      https({
        credentials: [
          credentialsOf(identity('x', ecKey('leaf'), { issuer: root, names: ['other.example.com'] })),
        ],
      }),
    );
    const name = "ValueError('\\nThe certificate Common Name (CN) does not match with the expected CN\\n',)";
    const again = "OSError(-9984, 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED')";
    assert.equal(output, `${name}\n${again}\n${name}\n${again}\nclosed\n`);
  });

  it('time out in a handshake with a peer that says nothing', () => {
    const { output, world } = run(
      `
r, w = await asyncio.open_connection(HOST, 7, ssl=client_context())
w.write(b"x")
await attempt(asyncio.wait_for(w.drain(), 600))
`,
      silent,
    );
    assert.equal(output, 'TimeoutError()\n');
    assert.ok(world.now > 600 * SECOND && world.now < 602 * SECOND);
  });

  it('are served by a device to several clients', () => {
    const server = `${REVERSE_SERVER}
async with await asyncio.start_server(reverse, "0.0.0.0", 443, ssl=server_context()):
    await asyncio.sleep(20)
`;
    const client = (name: string) => `
await asyncio.sleep_ms(100)
r, w = await asyncio.open_connection(DEVICE, 443, ssl=client_context(), server_hostname=HOST)
w.write(b"${name}\\n")
await w.drain()
print("client", await r.read())
`;
    const { output, tracebacks } = run([server, client('one'), client('two')]);
    assert.deepEqual(tracebacks, []);
    assert.deepEqual(output.split('\n').sort().slice(1), [
      "client b'\\neno'",
      "client b'\\nowt'",
      "server b'one\\n' 192.168.4.101",
      "server b'two\\n' 192.168.4.102",
    ]);
  });

  it('fail in the handler when the client speaks no TLS', () => {
    const server = `
async def handler(r, w):
    await attempt(r.readline())
    await w.wait_closed()
async with await asyncio.start_server(handler, "0.0.0.0", 443, ssl=server_context()):
    await asyncio.sleep(2)
`;
    const client = `
await asyncio.sleep_ms(100)
r, w = await asyncio.open_connection(DEVICE, 443)
w.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
await attempt(r.read())
`;
    assert.match(run([server, client]).output, /^OSError\(-29184, 'MBEDTLS_ERR_SSL_INVALID_RECORD'\)\n/);
  });

  it('stand still while a task makes a blocking handshake', () => {
    const { output } = run(
      `
async def tick():
    while True:
        await asyncio.sleep_ms(10)
        ticks.append(time.ticks_ms())
ticks = []
asyncio.create_task(tick())
await asyncio.sleep_ms(50)
before = len(ticks)
s = socket.socket()
s.connect(socket.getaddrinfo(HOST, 443)[0][-1])
s = client_context().wrap_socket(s, server_hostname=HOST)
print(before > 2, len(ticks) - before)
s.setblocking(False)
stream = asyncio.StreamWriter(s)
stream.write(${GET})
await stream.drain()
print((await stream.read())[-5:])
`,
      https(),
    );
    assert.equal(output, "True 0\nb'hello'\n");
  });
});

describe('a world with asyncio programs', () => {
  it('is the same in every run', () => {
    const body = `
r, w = await asyncio.open_connection(HOST, 443, ssl=client_context())
w.write(${GET})
await w.drain()
print(await r.read())
`;
    const traces = [1, 2].map(() => JSON.stringify(run([body, body], https()).world.trace.events));
    assert.equal(traces[0], traces[1]);
  });
});
