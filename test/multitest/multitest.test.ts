/** `tls-sandbox multitest`: test files of our own in MicroPython's format, on simulated devices. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { file, folder, make, tool } from '../cli/tool.ts';

/** Writes a test, and what is right if that is known; returns its name. */
function testFile(name: string, source: string, expected?: string): string {
  if (expected !== undefined) file(`${name}.py.exp`, expected);
  return file(`${name}.py`, source);
}

const multitest = (...args: readonly string[]) => tool(['multitest', ...args]);

const TCP = `
import socket

def instance0():
    multitest.globals(ADDRESS=multitest.get_network_ip(), PORT=7000)
    server = socket.socket()
    server.bind(socket.getaddrinfo("0.0.0.0", 7000)[0][-1])
    server.listen(1)
    multitest.next()
    client, address = server.accept()
    print("from", address[0])
    print(client.recv(100))
    client.send(b"pong")
    client.close()
    server.close()

def instance1():
    multitest.next()
    client = socket.socket()
    client.connect(socket.getaddrinfo(ADDRESS, PORT)[0][-1])
    client.send(b"ping")
    print(client.recv(100))
    client.close()
`;

const TCP_OUTPUT = "--- instance0 ---\nfrom 192.168.4.3\nb'ping'\n--- instance1 ---\nb'pong'\n";

const GREETING = `
def instance0():
    multitest.next()
    multitest.wait("hello")
    print("heard")
    multitest.broadcast("bye")

def instance1():
    multitest.next()
    multitest.broadcast("hello")
    multitest.wait("bye")
    print("heard")

def instance2():
    multitest.next()
    multitest.wait("bye")
    print("heard, too")
`;

describe('tls-sandbox multitest', () => {
  it('lets devices of one Wi-Fi talk over TCP, and compares what they print', () => {
    const { status, stdout } = multitest(testFile('tcp', TCP, TCP_OUTPUT));
    assert.equal(stdout, 'tcp.py on esp32|esp32: pass\n1 tests performed\n1 tests passed\n');
    assert.equal(status, 0);
  });

  it('lets a device look at what TCP brought, and take it afterwards (MSG_PEEK)', () => {
    const source = TCP.replace(
      'print(client.recv(100))',
      'print(client.recv(2, socket.MSG_PEEK), client.recv(100))',
    );
    const { stdout } = multitest(testFile('peek', source, TCP_OUTPUT.replace("b'ping'", "b'pi' b'ping'")));
    assert.match(stdout, /^peek\.py on esp32\|esp32: pass$/m);
  });

  it('hands each broadcast to all other devices', () => {
    const expected = '--- instance0 ---\nheard\n--- instance1 ---\nheard\n--- instance2 ---\nheard, too\n';
    const { stdout } = multitest(testFile('greeting', GREETING, expected));
    assert.match(stdout, /^greeting\.py on esp32\|esp32\|esp32: pass$/m);
  });

  it('shows what differs, and fails', () => {
    const source = 'def instance0():\n    print(1)\n    print(2)\n';
    const { status, stdout } = multitest(testFile('wrong', source, '--- instance0 ---\n1\n3\n'));
    assert.equal(
      stdout,
      'wrong.py on esp32: FAIL\n### TEST ###\n--- instance0 ---\n1\n2\n### TRUTH ###\n--- instance0 ---\n1\n3\n' +
        '### DIFF ###\n --- instance0 ---\n 1\n-3\n+2\n \n' +
        '1 tests performed\n0 tests passed\n1 tests failed: wrong.py\n',
    );
    assert.equal(status, 1);
  });

  it('lets a test skip itself', () => {
    const { status, stdout } = multitest(testFile('skips', 'def instance0():\n    multitest.skip()\n'));
    assert.equal(
      stdout,
      'skips.py on esp32: skip\n0 tests performed\n0 tests passed\n1 tests skipped: skips.py\n',
    );
    assert.equal(status, 0);
  });

  it('takes a traceback for output and ends the test with it', () => {
    const source =
      'def instance0():\n    multitest.next()\n    1 / 0\n\ndef instance1():\n    multitest.next()\n    multitest.wait("never")\n';
    const expected =
      '--- instance0 ---\nTraceback (most recent call last):\n  File "<stdin>", line LAST, in <module>\n' +
      '  File "<stdin>", line 3, in instance0\nZeroDivisionError: divide by zero\n--- instance1 ---\n\n';
    const { stdout } = multitest('--json', testFile('raises', source));
    assert.equal(JSON.parse(stdout).output.replace(/line \d\d+/, 'line LAST'), expected);
  });

  it('ends the test when a device is silent for ten seconds of virtual time', () => {
    const source = 'import time\ndef instance0():\n    multitest.next()\n    time.sleep(11)\n';
    const { stdout } = multitest('--json', testFile('silent', source));
    assert.equal(JSON.parse(stdout).output, '--- instance0 ---\nTIMEOUT\n');
  });

  it('goes on after a reset with the function that the test names, and shows its metrics', () => {
    const source = `import machine
def instance0():
    multitest.next()
    multitest.expect_reboot("instance0_again")
    machine.reset()
def instance0_again():
    print("again", machine.reset_cause() == machine.HARD_RESET)
    multitest.output_metric("1 reset")
`;
    const expected = '--- instance0 ---\nWAIT_FOR_REBOOT instance0_again 0\nagain True\n';
    const { stdout } = multitest(testFile('reboots', source, expected));
    assert.match(stdout, /^reboots\.py on esp32: pass\nreboots\.py: 1 reset$/m);
  });

  it('shows each line as it comes with -t', () => {
    const { stdout } = multitest(
      '-t',
      testFile('traced', 'def instance0():\n    print("here")\n', '--- instance0 ---\nhere\n'),
    );
    assert.match(stdout, /^traced\.py on esp32: \n +\d+ i0 : here\npass$/m);
  });

  it('gives the devices the files beside the test: TLS from one to the other', () => {
    make('credentials', '--host', 'device.local', '--time', '2026-03-01');
    for (const name of ['ca.der', 'server.der', 'server.key.der'])
      file(name, readFileSync(join(folder, 'credentials', name)));
    const source = `import socket, ssl
def instance0():
    server = socket.socket()
    server.bind(("0.0.0.0", 8443))
    server.listen(1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("server.der", "server.key.der")
    multitest.globals(ADDRESS=multitest.get_network_ip())
    multitest.next()
    tls = context.wrap_socket(server.accept()[0], server_side=True)
    print(tls.read(5))
    tls.write(b"answer")
    multitest.wait("done")
def instance1():
    multitest.next()
    plain = socket.socket()
    plain.connect((ADDRESS, 8443))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile="ca.der")
    tls = context.wrap_socket(plain, server_hostname="device.local")
    tls.write(b"hello")
    print(tls.read(6))
    multitest.broadcast("done")
`;
    const { stdout } = multitest(
      testFile('tls', source, "--- instance0 ---\nb'hello'\n--- instance1 ---\nb'answer'\n"),
    );
    assert.match(stdout, /^tls\.py on esp32\|esp32: pass$/m);
  });

  it('does the same again to the byte', () => {
    const name = testFile('again', GREETING);
    const [first, second] = ['first.pcap', 'second.pcap'].map((pcap) => {
      const { stdout } = multitest('--json', '--pcap', pcap, name);
      return { stdout, capture: readFileSync(join(folder, pcap)) };
    });
    assert.deepEqual(first, second);
  });

  it('refuses what is no such test', () => {
    for (const words of [['absent.py'], [file('plain.py', 'print(1)\n')], []]) {
      const { status, stderr } = multitest(...words);
      assert.equal(status, 2, stderr);
      assert.doesNotMatch(stderr, /defect/);
    }
  });

  it('has no flag for the TLS of hosts, of which its worlds have none', () => {
    const { status, stderr } = multitest('--peer-engine', 'openssl', file('plain.py', 'print(1)\n'));
    assert.equal(status, 2);
    assert.match(stderr, /unknown option '--peer-engine'/);
  });
});
