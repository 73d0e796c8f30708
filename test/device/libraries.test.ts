/** The packages that are frozen into the port's firmware, against the simulated servers. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { TcpStream } from '../../emulator/hosts/byte-stream.ts';
import { HttpServer, serveAccepted } from '../../emulator/hosts/http-server.ts';
import type { HttpResponse } from '../../emulator/hosts/http1.ts';
import { MqttServer, type MqttServerOptions } from '../../emulator/hosts/mqtt-server.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';
import { createLab, credentialsOf, ecKey, identity, type Lab } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

function run(script: string, serve: (lab: Lab) => void) {
  const lab = createLab();
  serve(lab);
  const bench = runOn(script, { pool, world: lab.world, stacks: lab.stacks, wifi: lab.wifi });
  return { ...bench, lines: bench.output.trimEnd().split('\n') };
}

const http = (routes: Record<string, HttpResponse>) => (lab: Lab) => {
  new HttpServer(lab.server, { port: 80, routes: new Map(Object.entries(routes)) });
};

/** Answers every connection with these bytes, and keeps what it was asked. */
function scripted(answer: string) {
  const asked: string[] = [];
  const serve = (lab: Lab) =>
    serveAccepted(lab.server.stack.listenTcp(80, 4), (socket) => {
      const stream = new TcpStream(socket);
      let text = '';
      stream.onData = (bytes) => {
        text += new TextDecoder().decode(bytes);
        if (!text.includes('\r\n\r\n')) return;
        // A dictionary of MicroPython keeps no order.
        const [head, body] = text.split('\r\n\r\n');
        const [line, ...fields] = head!.split('\r\n');
        asked.push([line, ...fields.sort(), '', body].join('\n'));
        stream.write(new TextEncoder().encode(answer));
        stream.end();
      };
      stream.start();
    });
  return { asked, serve };
}

const raises = (call: string) =>
  `import requests\ntry:\n    ${call}\nexcept Exception as e:\n    print(repr(e))\n`;

describe('requests', () => {
  it('gets text, JSON and headers, and follows redirects', () => {
    const { lines } = run(
      `import requests
r = requests.get("http://api.example.com/a")
print(r.status_code, r.reason, r.headers["Content-Type"], r.text, r.content)
print(requests.get("http://api.example.com/moved").json())`,
      http({
        '/a': { status: 200, body: 'hi' },
        '/moved': { status: 302, headers: { Location: 'http://api.example.com/b' } },
        '/b': { status: 200, body: '{"n": 1}' },
      }),
    );
    assert.deepEqual(lines, ["200 b'OK' text/plain hi b'hi'", "{'n': 1}"]);
  });

  it('writes the request as upstream does', () => {
    const { asked, serve } = scripted('HTTP/1.0 204 None\r\n\r\n');
    run(
      `import requests
requests.post("http://api.example.com:80/x?y=1", json={"a": 1}, headers={"X-A": "b"}, auth=("u", "p")).close()
requests.request("PUT", "http://api.example.com", data=b"abc").close()`,
      serve,
    );
    assert.deepEqual(asked, [
      'POST /x?y=1 HTTP/1.0\nAuthorization: Basic dTpw\nConnection: close\nContent-Length: 8\n' +
        'Content-Type: application/json\nHost: api.example.com\nX-A: b\n\n{"a": 1}',
      'PUT / HTTP/1.0\nConnection: close\nContent-Length: 3\nHost: api.example.com\n\nabc',
    ]);
  });

  it('refuses what upstream refuses', () => {
    const answers = (answer: string) =>
      run(raises('requests.get("http://api.example.com/")'), scripted(answer).serve).lines;
    assert.deepEqual(answers('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), [
      "ValueError('Unsupported Transfer-Encoding: chunked\\r\\n',)",
    ]);
    assert.deepEqual(answers('HTTP/1.1 300 Many\r\nLocation: http://a/\r\n\r\n'), [
      "NotImplementedError('Redirect 300 not yet supported',)",
    ]);
    assert.deepEqual(answers('rubbish\r\n'), [`ValueError("HTTP error: BadStatusLine:\\n[b'rubbish']",)`]);
    assert.deepEqual(run(raises('requests.get("ftp://x/")'), () => {}).lines, [
      "ValueError('Unsupported protocol: ftp:',)",
    ]);
    assert.deepEqual(run(raises('requests.get("http://api.example.com/", timeout=1)'), () => {}).lines, [
      'OSError(104,)',
    ]);
  });

  it('appears in tracebacks as a frozen package', () => {
    const { of } = run('import requests\nrequests.get("ftp://x/")', () => {});
    assert.equal(
      of('device.exception')[0]!.traceback,
      'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\n' +
        '  File "requests/__init__.py", line 1, in get\n  File "requests/__init__.py", line 1, in request\n' +
        'ValueError: Unsupported protocol: ftp:\n',
    );
  });
});

describe('mip', () => {
  it("installs a package's files and those it depends on", () => {
    const { lines } = run(
      `import mip
mip.install("http://api.example.com/p/")
import pkg.a
print(pkg.a.X)
mip.install("other", index="http://api.example.com/pi")`,
      http({
        '/p/package.json': { status: 200, body: '{"urls": [["pkg/a.py", "src/a.py"]], "version": "1"}' },
        '/p/src/a.py': { status: 200, body: 'X = 5\n' },
        '/pi/package/6/other/latest.json': {
          status: 200,
          body: '{"hashes": [["o.mpy", "abcdef12"]], "version": "1"}',
        },
        '/pi/file/ab/abcdef12': { status: 200, body: 'x' },
      }),
    );
    assert.deepEqual(lines, [
      'Installing http://api.example.com/p/package.json to /lib',
      'Copying: /lib/pkg/a.py',
      'Done',
      '5',
      'Installing other (latest) from http://api.example.com/pi to /lib',
      'Copying: /lib/o.mpy',
      'Done',
    ]);
  });

  it('raises when a package is not there, and tells the reader of the run when there is no way out', () => {
    const { lines } = run(
      'import mip\ntry:\n    mip.install("x", index="http://api.example.com")\nexcept mip.InstallError as e:\n    print(e)',
      http({}),
    );
    assert.equal(lines.at(-1), 'Package may be partially installed');
    const { of } = run('import mip\nmip.install("x")', () => {});
    assert.equal(of('device.exception')[0]!.name, 'OSError');
    assert.match(of('note')[0]!.text, /no way to https:\/\/micropython\.org.*HTTP/);
  });
});

describe('umqtt', () => {
  const broker =
    (options: Partial<MqttServerOptions> = {}) =>
    (lab: Lab) => {
      new MqttServer(lab.server, { port: 1883, ...options });
    };

  it('connects, subscribes, publishes with QoS 0 and 1, receives, and takes leave', () => {
    const { lines, of } = run(
      `from umqtt.simple import MQTTClient
def on(topic, message):
    print(topic, message)
c = MQTTClient(b"one", "api.example.com", user="ann", password="secret", keepalive=30)
c.set_callback(on)
print(c.connect())
c.subscribe(b"t/#", qos=1)
print(c.wait_msg())
c.publish("t/1", "zero")
c.publish(b"t/2", b"one", qos=1)
c.ping()
print(c.wait_msg())
print(c.check_msg())
c.disconnect()`,
      broker({ users: new Map([['ann', 'secret']]), retained: new Map([['t/0', 'kept']]) }),
    );
    assert.deepEqual(lines, ['0', "b't/0' b'kept'", '49', "b't/1' b'zero'", "b't/2' b'one'", 'None', 'None']);
    assert.equal(of('mqtt.disconnect')[0]!.reason, 'disconnected');
  });

  it('raises MQTTException with the code of a refusal', () => {
    const { lines } = run(
      `from umqtt.simple import MQTTClient, MQTTException
try:
    MQTTClient("one", "api.example.com").connect()
except MQTTException as e:
    print(repr(e))`,
      broker({ users: new Map() }),
    );
    assert.deepEqual(lines, ['MQTTException(4,)']);
  });

  it('leaves a will that the broker publishes', () => {
    const { of } = run(
      `from umqtt.simple import MQTTClient
a = MQTTClient("a", "api.example.com")
a.set_callback(lambda topic, message: print(topic, message))
a.connect()
a.subscribe("w")
b = MQTTClient("b", "api.example.com")
b.set_last_will("w", "gone")
b.connect()
b.sock.close()
a.wait_msg()`,
      broker(),
    );
    assert.equal(of('device.output')[0]!.text, "b'w' b'gone'\n");
  });

  it('sends the name it connects to only with a context; with ssl=True what ssl_params says', () => {
    const key = ecKey('broker');
    const { of } = run(
      `import ssl
from umqtt.simple import MQTTClient
for how in (
    {"ssl": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)},
    {"ssl": True},
    {"ssl": True, "ssl_params": {"server_hostname": "other.example.com"}},
):
    c = MQTTClient("n", "api.example.com", **how)
    c.connect()
    c.disconnect()`,
      broker({ port: 8883, tls: { credentials: [credentialsOf(identity('api.example.com', key))] } }),
    );
    const hellos = of('tls.start').filter(({ role }) => role === 'client');
    assert.deepEqual(
      hellos.map(({ serverName }) => serverName),
      ['api.example.com', undefined, 'other.example.com'],
    );
  });

  it('robust connects again, with its session, and repeats the call', () => {
    const { lines } = run(
      `from umqtt.robust import MQTTClient
import time
c = MQTTClient("r", "api.example.com", keepalive=10)
c.DEBUG = True
c.connect(False)
time.sleep(20)
print(c.check_msg())
c.publish("t", "x", qos=1)
print("done")`,
      broker(),
    );
    assert.deepEqual(lines, ['mqtt: OSError(-1,)', 'None', 'done']);
  });
});

describe('websocket', () => {
  it('reads masked and plain frames, answers a close, and writes frames unmasked', () => {
    const { lines } = run(
      `import io, websocket
class Wire(io.IOBase):
    def __init__(self, data):
        self.data = data
        self.sent = b""
    def readinto(self, buf):
        n = min(len(buf), len(self.data))
        buf[:n] = self.data[:n]
        self.data = self.data[n:]
        return n
    def write(self, data):
        self.sent += bytes(data)
        return len(data)
    def ioctl(self, req, arg):
        return 0
wire = Wire(b"\\x81\\x85\\x01\\x02\\x03\\x04" + bytes((b ^ m for b, m in zip(b"hello", b"\\1\\2\\3\\4\\1")))
    + b"\\x89\\x02hi" + b"\\x82\\x7e\\x00\\x80" + b"z" * 128 + b"\\x88\\x00")
ws = websocket.websocket(wire, False)
print(ws.read(5), ws.ioctl(8), len(ws.read(128)), ws.ioctl(8), ws.read(5))
print(wire.sent)
wire.sent = b""
print(ws.ioctl(9, 2), ws.write(b"x"), wire.sent, ws.write(bytes(200)), wire.sent[3:8])
try:
    ws.ioctl(3, 1)
except OSError as e:
    print(repr(e))
stored = io.BytesIO(b"\\x81\\x02in")
print(websocket.websocket(stored).read(2))
try:
    websocket.websocket(5)
except OSError as e:
    print(repr(e))`,
      () => {},
    );
    assert.deepEqual(lines, [
      "b'hello' 1 128 2 b''",
      "b'\\x88\\x00'",
      "1 1 b'\\x82\\x01x' 200 b'\\x82~\\x00\\xc8\\x00'",
      'OSError(22,)',
      "b'in'",
      "OSError('stream operation not supported',)",
    ]);
  });
});
