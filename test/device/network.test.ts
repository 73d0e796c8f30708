import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NtpServer } from '../../emulator/hosts/ntp-server.ts';
import { SECOND } from '../../emulator/world/time.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';
import { createLab, type Lab, type LabOptions, serveEcho } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

function run(
  script: string | readonly string[],
  options: LabOptions & { prepare?: (lab: Lab) => void } = {},
) {
  const lab = createLab({ devices: [script].flat().length, ...options });
  options.prepare?.(lab);
  return runOn(script, {
    pool,
    world: lab.world,
    stacks: lab.stacks,
    wifi: lab.wifi,
    seed: options.seed ?? 1,
  });
}

const echo = (lab: Lab) => serveEcho(lab.server, 7);
const CONNECT =
  'import socket\ns = socket.socket()\ns.connect(socket.getaddrinfo("api.example.com", 7)[0][-1])\n';

describe('arguments of sockets', () => {
  it('are judged as modsocket.c and lwip_getaddrinfo() do', () => {
    const program = `
import socket
def attempt(f):
    try: print(f())
    except Exception as e: print(repr(e))
s = socket.socket()
for address in (("127.0.0.1",), ("127.0.0.1", 80, 1), ("127.0.0.1", "x"), ("127.0.0.1", 65536), ("127.0.0.1", -1), ("127.0.0.1", None)):
    attempt(lambda: s.connect(address))
attempt(lambda: socket.getaddrinfo("1.2.3.4", "80x")[0][4])
attempt(lambda: socket.getaddrinfo("1.2.3.4", 80, 99))
attempt(lambda: socket.socket(socket.AF_INET, 99))
attempt(lambda: s.settimeout("1"))
attempt(lambda: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, b"1"))
attempt(lambda: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True))
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).listen(1))
s.close()
attempt(s.accept)`;
    assert.deepEqual(run(program).output.trimEnd().split('\n'), [
      "ValueError('requested length 2 but object has length 1',)",
      "ValueError('requested length 2 but object has length 3',)",
      'OSError(-201,)',
      'OSError(-201,)',
      'OSError(-201,)',
      `TypeError("can't convert 'NoneType' object to str implicitly",)`,
      "('1.2.3.4', 80)",
      'OSError(-204,)',
      'OSError(22,)',
      `TypeError("can't convert str to float",)`,
      `TypeError("can't convert bytes to int",)`,
      'None',
      'OSError(95,)',
      'OSError(9,)',
    ]);
  });
});

describe('a TCP socket', () => {
  it('sends and receives', () => {
    const { output } = run(
      `${CONNECT}print(s.send(b"hello"), s.recv(100))\ns.write("text")\nprint(s.read(4))\ns.close()`,
      { prepare: echo },
    );
    assert.equal(output, "5 b'hello'\nb'text'\n");
  });

  it('carries more than buffers and windows hold', () => {
    const { output } = run(
      `${CONNECT}data = bytes(range(256)) * 150\nsent = 0\ngot = b""\n` +
        'while sent < len(data):\n    sent += s.send(data[sent:sent+4000])\n' +
        '    while len(got) < sent: got += s.recv(5000)\nprint(got == data)',
      { prepare: echo },
    );
    assert.equal(output, 'True\n');
  });

  it('reads lines and leaves what follows', () => {
    const { output } = run(
      `${CONNECT}s.sendall(b"one\\r\\ntwo\\nrest")\nprint(s.readline(), s.readline(), s.read(4))`,
      { prepare: echo },
    );
    assert.equal(output, "b'one\\r\\n' b'two\\n' b'rest'\n");
  });

  it('reports refusal, timeout and what would block by number', () => {
    const attempt = (body: string) =>
      `import socket\ns = socket.socket()\ntry:\n    ${body}\nexcept OSError as e: print(repr(e))\n`;
    assert.equal(run(attempt('s.connect(("192.168.4.2", 9))')).output, 'OSError(104,)\n');
    const silent = 's.settimeout(2); s.connect(("192.168.4.77", 9))';
    assert.equal(run(attempt(silent)).output, 'OSError(110,)\n');
    assert.equal(
      run(attempt('s.setblocking(False); s.connect(("192.168.4.2", 7))')).output,
      'OSError(119,)\n',
    );
    const quiet = 's.connect(("192.168.4.2", 7)); s.settimeout(1); s.recv(1)';
    assert.equal(run(attempt(quiet), { prepare: echo }).output, 'OSError(110,)\n');
    const wouldBlock = 's.connect(("192.168.4.2", 7)); s.setblocking(False); print(s.read(1)); s.recv(1)';
    assert.equal(run(attempt(wouldBlock), { prepare: echo }).output, 'None\nOSError(11,)\n');
  });

  it('ends with empty bytes when the peer has closed', () => {
    const { output } = run(`${CONNECT}print(s.recv(10), s.read(), s.readline())`, {
      prepare: ({ server }) => {
        const listener = server.stack.listenTcp(7, 1);
        listener.onConnection = () => listener.accept()?.close();
      },
    });
    assert.equal(output, "b'' b'' b''\n");
  });

  it('cannot be used after close', () => {
    const { output } = run(
      'import socket\ns = socket.socket()\ns.close()\ns.close()\ntry: s.recv(1)\nexcept OSError as e: print(repr(e))',
    );
    assert.equal(output, 'OSError(9,)\n');
  });

  it('refuses what is no address, no name, no size', () => {
    const { output } = run(
      'import socket\ns = socket.socket()\ndef attempt(f, *args):\n    try: f(*args)\n    except Exception as e: print(repr(e))\n' +
        'attempt(s.connect, "x")\nattempt(s.connect, (5, 80))\nattempt(socket.getaddrinfo, None, 80)\n' +
        'attempt(socket.getaddrinfo, "999.1.1.1", 80)\nattempt(s.recv, 10**9)',
    );
    assert.equal(
      output,
      "TypeError(\"object 'str' isn't a tuple or list\",)\n" +
        "TypeError(\"can't convert 'int' object to str implicitly\",)\n" +
        "TypeError(\"can't convert 'NoneType' object to str implicitly\",)\n" +
        "OSError(-2,)\nMemoryError('memory allocation failed, allocating 1000000000 bytes',)\n",
    );
  });

  it('is one of ten', () => {
    const { output } = run(
      'import socket\nopen = []\ntry:\n    while True: open.append(socket.socket())\n' +
        'except OSError as e: print(len(open), repr(e))\nopen.pop().close()\nprint(socket.socket())',
    );
    assert.equal(output, '10 OSError(23,)\n<socket>\n');
  });

  it('listens: two devices talk', () => {
    const server =
      'import socket\ns = socket.socket()\ns.bind(("0.0.0.0", 8080))\ns.listen(1)\nc, a = s.accept()\n' +
      'print(a[0], c.recv(10))\nc.send(b"pong")\nc.close()';
    const client =
      'import socket, time\ntime.sleep_ms(100)\ns = socket.socket()\ns.connect(("192.168.4.100", 8080))\n' +
      's.send(b"ping")\nprint(s.recv(10))';
    const { output } = run([server, client]);
    assert.equal(output, "192.168.4.101 b'ping'\nb'pong'\n");
  });
});

describe('a socket’s options and flags', () => {
  const attempt =
    'def attempt(f, *args):\n    try: print(f(*args))\n    except Exception as e: print(repr(e))\n';

  it('MSG_PEEK leaves the bytes, of a stream as of a datagram; MSG_DONTWAIT does not wait', () => {
    const { output } = run(
      `${CONNECT}${attempt}s.send(b"hello")\nprint(s.recv(3, socket.MSG_PEEK), s.recv(9))\n` +
        'attempt(s.recv, 9, socket.MSG_DONTWAIT)\n' +
        'u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nu.bind(("", 5000))\n' +
        'u.sendto(b"me", ("192.168.4.100", 5000))\nprint(u.recv(9, socket.MSG_PEEK), u.recvfrom(9)[0])',
      { prepare: echo },
    );
    assert.equal(output, "b'hel' b'hello'\nOSError(11,)\nb'me' b'me'\n");
  });

  it('a socket that was never connected cannot be read: ENOTCONN, and it has hung up', () => {
    const { output } = run(
      `import socket, select\n${attempt}s = socket.socket()\nattempt(s.recv, 1)\np = select.poll()\np.register(s)\n` +
        'print(p.poll(0)[0][1])\np.modify(s, select.POLLIN)\nprint(p.poll(0)[0][1])',
    );
    assert.equal(output, 'OSError(128,)\n20\n16\n');
  });

  it('a failed connection is readable and writable, and has hung up for who asks', () => {
    const { output } = run(
      `import socket, select, time\n${attempt}s = socket.socket()\ns.setblocking(False)\nattempt(s.connect, ("192.168.4.2", 9))\n` +
        'time.sleep(1)\np = select.poll()\np.register(s, select.POLLOUT)\nprint(p.poll(0)[0][1])\n' +
        'p.modify(s, select.POLLIN | select.POLLHUP)\nprint(p.poll(0)[0][1])\nattempt(s.send, b"x")',
    );
    assert.equal(output, 'OSError(119,)\n4\n17\nOSError(104,)\n');
  });

  it('SO_REUSEADDR decides whether a port may be bound again while an old connection is in TIME-WAIT', () => {
    const server = (option: string) =>
      `import socket\n${attempt}def serve():\n    s = socket.socket()\n    ${option}\n    s.bind(("", 8080))\n    s.listen(1)\n    return s\n` +
      's = serve()\nc, _ = s.accept()\nc.close()\ns.close()\nimport time\ntime.sleep(1)\nattempt(serve)\n';
    const client =
      'import socket, time\ntime.sleep_ms(100)\ns = socket.socket()\ns.connect(("192.168.4.100", 8080))\ns.recv(1)\ns.close()';
    assert.equal(run([server('pass'), client]).output, 'OSError(112,)\n');
    const reuse = 's.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)';
    assert.equal(run([server(reuse), client]).output, '<socket>\n');
  });

  it('a port belongs to the socket that is bound to it first', () => {
    const { output } = run(
      `import socket\n${attempt}a, b = socket.socket(), socket.socket()\na.bind(("", 80))\nattempt(b.bind, ("", 80))\n` +
        'a.close()\nattempt(b.bind, ("", 80))',
    );
    assert.equal(output, 'OSError(112,)\nNone\n');
  });

  it('TCP_NODELAY lets small segments go at once', () => {
    const script = (option: string) =>
      `${CONNECT}import time\n${option}\nt = time.ticks_ms()\nfor _ in range(3): s.send(b"x")\n` +
      'while len(s.recv(9, socket.MSG_PEEK)) < 3: pass\nprint(time.ticks_diff(time.ticks_ms(), t) < 15)';
    const on = 's.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)';
    assert.equal(run(script(on), { prepare: echo }).output, 'True\n');
    assert.equal(run(script('pass'), { prepare: echo }).output, 'False\n');
  });

  it('others are refused as the port refuses them', () => {
    const { output } = run(
      `import socket\n${attempt}s = socket.socket()\nattempt(s.setsockopt, socket.SOL_SOCKET, 8, 1)\n` +
        'attempt(s.setsockopt, socket.SOL_SOCKET, socket.SO_BINDTODEVICE, "st1")\n' +
        'attempt(s.setsockopt, socket.SOL_SOCKET, socket.SO_BINDTODEVICE, "eth0")\n' +
        'attempt(s.setsockopt, 0, socket.IP_ADD_MEMBERSHIP, b"1234")',
    );
    assert.equal(
      output,
      'Warning: lwip.setsockopt() option not implemented\nNone\nNone\nOSError(19,)\nValueError()\n',
    );
  });

  it('a timeout is waited for in steps of 100 ms; one below that is over as if nothing could wait', () => {
    const { output } = run(
      `${CONNECT}${attempt}import time\nfor seconds in (0.05, 0.1, 1):\n    s.settimeout(seconds)\n    t = time.ticks_ms()\n` +
        '    attempt(s.recv, 1)\n    print(time.ticks_diff(time.ticks_ms(), t) // 10 * 10)',
      { prepare: echo },
    );
    assert.equal(output, 'OSError(11,)\n100\nOSError(110,)\n200\nOSError(110,)\n1100\n');
  });

  it('IP_ADD_MEMBERSHIP hears a multicast group, which all devices of the link can', () => {
    const listen =
      'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(("", 5000))\n' +
      's.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, bytes([239, 1, 2, 3, 0, 0, 0, 0]))\n' +
      's.settimeout(5)\nprint(s.recvfrom(9))';
    const deaf = listen
      .replace('239, 1, 2, 3', '239, 9, 9, 9')
      .replace('print(s', 'try: print(s')
      .concat('\nexcept OSError: print("deaf")');
    const send =
      'import socket, time\ntime.sleep(1)\nu = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nu.bind(("", 6000))\n' +
      'u.sendto(b"all", ("239.1.2.3", 5000))';
    assert.equal(run([listen, deaf, send]).output, "(b'all', ('192.168.4.102', 6000))\ndeaf\n");
  });

  it('a broadcast reaches every device that is bound to the port', () => {
    const listen =
      'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(("", 5000))\ns.settimeout(5)\nprint(s.recv(9))';
    const send =
      'import socket, time\ntime.sleep(1)\nu = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n' +
      'u.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\nu.sendto(b"all", ("255.255.255.255", 5000))';
    assert.equal(run([listen, listen, send]).output, "b'all'\nb'all'\n");
  });
});

describe('a UDP socket', () => {
  it('exchanges datagrams', () => {
    const { output } = run(
      'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(3)\n' +
        's.sendto(b"abc", ("192.168.4.2", 5000))\nprint(s.recvfrom(10))\n' +
        'try: s.recvfrom(10)\nexcept OSError as e: print(repr(e))',
      {
        prepare: ({ server }) => {
          const socket = server.stack.bindUdp(5000);
          socket.onReadable = () => {
            const { bytes, from } = socket.receive()!;
            socket.sendTo(bytes.reverse(), from);
          };
        },
      },
    );
    assert.equal(output, "(b'cba', ('192.168.4.2', 5000))\nOSError(110,)\n");
  });
});

describe('names', () => {
  it('resolve, or fail with the numbers of lwIP', () => {
    const resolve = (name: string) =>
      `import socket\ntry: print(socket.getaddrinfo("${name}", 443))\nexcept OSError as e: print(repr(e))`;
    assert.equal(
      run(resolve('api.example.com')).output,
      "[(2, 1, 0, 'api.example.com', ('192.168.4.2', 443))]\n",
    );
    assert.equal(run(resolve('nobody.example.com')).output, 'OSError(-2,)\n');
    assert.equal(run(resolve('api.example.com'), { joined: false }).output, 'OSError(-202,)\n');
    assert.match(run(resolve('10.1.2.3'), { joined: false }).output, /10\.1\.2\.3/);
  });
});

describe('select', () => {
  it('waits for what happens first, in virtual time', () => {
    const { output, world } = run(
      `import select\n${CONNECT}p = select.poll()\np.register(s, select.POLLIN)\nprint(p.poll(500))\n` +
        's.send(b"x")\nprint([(a is s, b) for a, b in p.poll(5000)])\np.modify(s, select.POLLOUT)\n' +
        'print([b for a, b in p.ipoll()])\nprint(len(select.select([s], [], [], 1)[0]))',
      { prepare: echo },
    );
    assert.equal(output, '[]\n[(True, 1)]\n[4]\n1\n');
    assert.ok(world.now < 3 * SECOND);
  });

  it('asks any stream through its ioctl, again and again', () => {
    const { output, world } = run(`
import io, select
class Stream(io.IOBase):
    answers = [0, 0, 1, -5]
    def ioctl(self, request, argument):
        answer = self.answers.pop(0)
        print("ioctl", request, argument, answer)
        return answer
s = Stream()
p = select.poll()
p.register(s, select.POLLIN)
print([(a is s, b) for a, b in p.poll()])
try: p.poll(0)
except OSError as e: print(repr(e))
`);
    assert.equal(output, 'ioctl 3 1 0\nioctl 3 1 0\nioctl 3 1 1\n[(True, 1)]\nioctl 3 1 -5\nOSError(5,)\n');
    assert.ok(world.now < SECOND);
  });

  it('knows what is registered, and what was closed since', () => {
    const { output } = run(`
import select, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 5000))
p = select.poll()
p.unregister(s)
try: p.modify(s, select.POLLIN)
except OSError as e: print(repr(e))
p.register(s)
p.register(s, select.POLLOUT)
print([e for _, e in p.ipoll(0, 1)], p.poll(0))
p.register(s)
s.close()
other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
other.bind(("0.0.0.0", 5000))
print([e for _, e in p.poll(0)])
try: p.register(1)
except OSError as e: print(e)
`);
    assert.equal(output, 'OSError(2,)\n[4] []\n[32]\nstream operation not supported\n');
  });

  it('with nothing to wait for waits for ever', () => {
    const { outcome } = run('import select\nselect.poll().poll()');
    assert.equal(outcome.outcome, 'time-limit');
  });
});

describe('Wi-Fi', () => {
  const join =
    'import network, time\nw = network.WLAN(network.STA_IF)\nw.active(True)\n' +
    'print([(n[0], n[2], n[4]) for n in w.scan()])\nw.connect("home", "PASSWORD")\n' +
    'while not w.isconnected() and w.status() == network.STAT_CONNECTING and time.ticks_ms() < 20000:\n    time.sleep_ms(100)\n' +
    'print(w.isconnected(), w.status(), w.ifconfig())\n';

  it('scans, associates and gets an address', () => {
    const { output, world } = run(join.replace('PASSWORD', 'secret123'), { joined: false });
    assert.equal(
      output,
      "[(b'home', 6, 3)]\nTrue 1010 ('192.168.4.100', '255.255.255.0', '192.168.4.1', '192.168.4.1')\n",
    );
    assert.ok(world.now > 4 * SECOND);
  });

  it('does not get in with a wrong password', () => {
    const { output } = run(join.replace('PASSWORD', 'wrong'), { joined: false });
    assert.match(output, /False 202 \('0\.0\.0\.0'/);
  });

  it('must be switched on first', () => {
    const { of } = run('import network\nnetwork.WLAN(0).connect("home", "x")', { joined: false });
    assert.match(of('device.exception')[0]!.traceback, /OSError: Wifi Not Started\n$/);
  });

  it('takes memory of the IDF heap', () => {
    const { of } = run(join.replace('PASSWORD', 'secret123'), { joined: false });
    const [heap] = of('device.heap');
    assert.equal(heap!.reason, 'Wi-Fi driver');
    assert.ok(heap!.used >= 28_000 && heap!.used < 28_200, `${heap!.used}`);
  });
});

describe('ntptime', () => {
  it('sets the clock', () => {
    const { output } = run(
      'import ntptime, time\nntptime.host = "api.example.com"\nprint(time.gmtime()[0])\nntptime.settime()\nprint(time.gmtime()[:6])',
      { prepare: ({ server }) => new NtpServer(server) },
    );
    assert.equal(output, '2000\n(2026, 6, 1, 0, 0, 0)\n');
  });

  it('raises ETIMEDOUT when nobody answers', () => {
    const { of } = run('import ntptime\nntptime.host = "api.example.com"\nntptime.settime()');
    assert.match(of('device.exception')[0]!.traceback, /OSError: \[Errno 110\] ETIMEDOUT\n$/);
  });
});

describe('a world with a network', () => {
  it('is the same in every run', () => {
    const script = `${CONNECT}for i in range(5):\n    s.send(b"hello")\n    print(s.recv(9))\n`;
    const traces = [1, 2].map(() =>
      JSON.stringify(run([script, script], { prepare: echo }).world.trace.events),
    );
    assert.equal(traces[0], traces[1]);
  });
});
