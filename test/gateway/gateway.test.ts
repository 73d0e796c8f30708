/** The network of `tls-sandbox micropython`: the computer's own, through the gateway. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
after(() => rmSync(folder, { recursive: true }));

interface Running {
  readonly process: ChildProcess;
  /** Resolves when the output contains the text. */
  says(text: string): Promise<void>;
  /** Everything printed, once it has ended. */
  readonly output: Promise<string>;
}

function start(program: string, ...options: string[]): Running {
  const child = spawn(process.execPath, [CLI, 'micropython', ...options, '-c', program], { cwd: folder });
  let text = '';
  child.stdout.on('data', (bytes) => {
    text += bytes;
  });
  child.stderr.on('data', (bytes) => {
    text += bytes;
  });
  const output = once(child, 'close').then(() => text);
  const says = async (wanted: string) => {
    while (!text.includes(wanted)) {
      if (child.exitCode !== null) assert.fail(`ended without "${wanted}": ${text}`);
      await once(child.stdout, 'data');
    }
  };
  return { process: child, output, says };
}

/** A server on loopback that does one thing with each connection. */
async function serve(action: (socket: Socket) => void): Promise<{ port: number; close: () => void }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    action(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

const client = (port: number, then: string) =>
  `import socket\ns = socket.socket()\ns.settimeout(5)\ns.connect(socket.getaddrinfo("localhost", ${port})[0][-1])\n${then}`;

const listen = (port: number, then: string) =>
  `import socket\ns = socket.socket()\ns.bind(("127.0.0.1", ${port}))\ns.listen(2)\nprint("listening")\nc, a = s.accept()\nc.settimeout(5)\n${then}`;

async function freePort(): Promise<number> {
  const { port, close } = await serve(() => {});
  close();
  return port;
}

describe('a connection from the device', () => {
  it('reaches a real server, with more bytes than windows and buffers hold', async () => {
    const { port, close } = await serve((socket) => socket.pipe(socket));
    const { output } = start(
      client(
        port,
        'data = bytes(range(256)) * 400\ngot = b""\nsent = 0\nwhile sent < len(data):\n' +
          '    sent += s.send(data[sent:sent+4000])\n    while len(got) < sent: got += s.recv(5000)\nprint(got == data)',
      ),
    );
    assert.equal(await output, 'True\n');
    close();
  });

  it('passes FIN on as FIN in both directions: the other direction stays open', async () => {
    const { port, close } = await serve((socket) => {
      socket.end('bye');
      socket.on('data', (bytes) => assert.equal(String(bytes), 'still'));
      socket.on('end', close);
    });
    const { output } = start(client(port, 'print(s.read())\ns.send(b"still")\ns.close()'));
    assert.equal(await output, "b'bye'\n");
  });

  it('passes RST on as RST in both directions', async () => {
    const fromServer = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const reset = client(
      fromServer.port,
      's.send(b"x")\ntry: s.recv(1)\nexcept OSError as e: print(e.errno)',
    );
    assert.equal(await start(reset).output, '104\n');
    fromServer.close();

    const { promise, resolve } = withResolvers<string | undefined>();
    const fromDevice = await serve((socket) => {
      socket.write('unread');
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    // A socket closed with data unread resets its connection.
    await start(client(fromDevice.port, 'import time\ntime.sleep(0.2)\ns.close()\ntime.sleep(0.1)')).output;
    assert.equal(await promise, 'ECONNRESET');
    fromDevice.close();
  });

  it('says at once what a program says without a pause', async () => {
    const pieces: string[] = [];
    const { port, close } = await serve((socket) =>
      socket.on('data', (bytes) => {
        pieces.push(String(bytes));
        if (pieces.join('').length === 3) socket.end('all');
      }),
    );
    const program =
      's.setsockopt(6, 1, 1)\ns.send(b"a")\nfor i in range(500): pass\ns.send(b"bc")\nprint(s.read())';
    assert.equal(await start(client(port, program)).output, "b'all'\n");
    assert.deepEqual(pieces, ['abc']);
    close();
  });

  it('is refused where nobody listens, and where it is not allowed', async () => {
    const refused = (address: string, port: number) =>
      `import socket\ns = socket.socket()\ntry: s.connect(("${address}", ${port}))\nexcept OSError as e: print(e.errno)`;
    assert.equal(await start(refused('127.0.0.1', await freePort())).output, '104\n');
    assert.equal(
      await start(refused('192.0.2.1', 80)).output,
      '104\ntls-sandbox: 192.0.2.1:80 is not allowed (--allow 192.0.2.1:80); the connection is refused\n',
    );
  });

  it('stands in the capture, frame by frame', async () => {
    const { port, close } = await serve((socket) => socket.end('captured text'));
    assert.equal(
      await start(client(port, 'print(s.read())'), '--pcap', 'out.pcapng').output,
      "b'captured text'\n",
    );
    assert.ok(readFileSync(join(folder, 'out.pcapng')).includes('captured text'));
    close();
  });
});

describe('a port of the device', () => {
  it('is a real port on loopback, and the client has its real address', async () => {
    const port = await freePort();
    const device = start(listen(port, 'print(a)\nprint(c.read())\nc.send(b"answer")\nc.close()'));
    await device.says('listening');
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    const { localPort } = socket;
    socket.end('question');
    const [answer] = await once(socket, 'data');
    assert.equal(String(answer), 'answer');
    assert.equal(await device.output, `listening\n('127.0.0.1', ${localPort})\nb'question'\n`);
  });

  it('resets the client whose data it drops', async () => {
    const port = await freePort();
    const device = start(listen(port, 'import time\ntime.sleep(0.2)\nc.close()\ntime.sleep(0.1)'));
    await device.says('listening');
    const socket = connect(port, '127.0.0.1');
    socket.write('unread');
    const [error] = await once(socket, 'error');
    assert.equal(error.code, 'ECONNRESET');
    await device.output;
  });

  it('is refused when the computer has it in use', async () => {
    const { port, close } = await serve(() => {});
    const program = `import socket\ns = socket.socket()\ns.bind(("127.0.0.1", ${port}))\ntry: s.listen(1)\nexcept OSError as e: print(e.errno)`;
    assert.equal(await start(program).output, '112\n');
    close();
  });
});

describe('a UDP socket of the device', () => {
  it('exchanges datagrams with real ones, its port being a real port', async () => {
    const [port, peerPort] = [await freePort(), await freePort()];
    const peer = createSocket('udp4');
    peer.bind(peerPort, '127.0.0.1');
    peer.on('message', (bytes, from) => peer.send(`${bytes} from ${from.port}`, from.port, from.address));
    const { output } = start(
      'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(5)\n' +
        `s.bind(("127.0.0.1", ${port}))\ns.sendto(b"ping", ("127.0.0.1", ${peerPort}))\nprint(s.recvfrom(100))`,
    );
    assert.equal(await output, `(b'ping from ${port}', ('127.0.0.1', ${peerPort}))\n`);
    peer.close();
  });
});

describe('TLS through the gateway', { skip: hasOpenssl ? false : 'openssl is not here' }, () => {
  it('speaks with openssl s_server, certificate checked', async () => {
    const port = await freePort();
    const made = spawnSync(
      'openssl',
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=lab -addext subjectAltName=DNS:lab.example.com'.split(
        ' ',
      ),
      { cwd: folder },
    );
    assert.equal(made.status, 0, String(made.stderr));
    const server = spawn(
      'openssl',
      ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', 'cert.pem', '-key', 'key.pem', '-www', '-tls1_2'],
      { cwd: folder },
    );
    await once(server.stdout, 'data');
    const { output } = start(
      client(
        port,
        'import ssl\nctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nctx.verify_mode = ssl.CERT_REQUIRED\n' +
          'ctx.load_verify_locations(cadata=open("cert.pem", "rb").read())\n' +
          't = ctx.wrap_socket(s, server_hostname="lab.example.com")\nt.write(b"GET / HTTP/1.0\\r\\n\\r\\n")\nprint(t.read(15))',
      ),
    );
    assert.equal(await output, "b'HTTP/1.0 200 ok'\n");
    server.kill();
  });
});

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
