/** The sockets that the shim gives a program which names addresses, on an emulated device in a network of the test's. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool } from '../../emulator/device/spawn.node.ts';
import type { HostContext } from '../../emulator/hosts/host.ts';
import { run } from '../device/bench.ts';
import { createLab, serveEcho } from '../device/lab.ts';
import { projectRoot } from '../support/project.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const file = (name: string) => readFileSync(join(projectRoot, `src/mirror/board/${name}.py`), 'utf8');

const CONTROL = 4700;
/** Where the "computer" has what the scenario has at 203.0.113.10, port 7. */
const ECHO = 4701;

/** Says of every name that it is 203.0.113.10, and of every port that it is ECHO. */
function serveControl({ stack }: HostContext): void {
  const listener = stack.listenTcp(CONTROL, 4);
  listener.onConnection = () => {
    for (let socket = listener.accept(); socket !== undefined; socket = listener.accept()) {
      const asked = socket;
      asked.onReadable = () => {
        if (asked.readable === 0) return;
        asked.read(asked.readable);
        asked.send(new TextEncoder().encode(`port ${ECHO} 203.0.113.10\n`));
        asked.close();
      };
    }
  };
}

function echoDatagrams({ stack }: HostContext): void {
  const socket = stack.bindUdp(ECHO);
  socket.onReadable = () => {
    for (let got = socket.receive(); got !== undefined; got = socket.receive())
      socket.sendTo(got.bytes, got.from);
  };
}

/** What a program prints whose `socket` is the shim's. */
function printed(...program: string[]): string[] {
  const script = [
    'import sys',
    'import tls_sandbox_shim as shim',
    `shim._configuration = {'host': '192.168.4.2', 'control': ${CONTROL}}`,
    'import socket as real',
    'sys.modules["socket"] = shim._addressed(real)',
    'import socket',
    ...program,
  ].join('\n');
  const { world, stacks, server } = createLab();
  serveControl(server);
  serveEcho(server, ECHO);
  echoDatagrams(server);
  const bench = run(script, {
    pool,
    world,
    stacks,
    files: { '/tls_sandbox_shim.py': file('shim'), '/tls_sandbox_sockets.py': file('sockets') },
  });
  assert.deepEqual(bench.of('device.exception'), []);
  return bench.output.trim().split('\n');
}

describe("the shim's sockets", () => {
  it('take (address, port) to the computer, and so a name, and what getaddrinfo() gave', () => {
    const lines = printed(
      "for where in (('203.0.113.10', 7), ['api.example.com', 7], socket.getaddrinfo('api.example.com', 7)[0][-1]):",
      '    with socket.socket() as sock:',
      '        sock.settimeout(3)',
      '        sock.connect(where)',
      "        sock.write(b'hello\\n')",
      '        print(sock.readline(), isinstance(sock, socket.socket))',
    );
    assert.deepEqual(lines, Array(3).fill("b'hello\\n' True"));
  });

  it('send datagrams there, and say that the answer is from the address that was meant', () => {
    const lines = printed(
      'sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
      "print(sock.sendto(b'ping', ('203.0.113.10', 7)))",
      'print(sock.recvfrom(16))',
    );
    assert.deepEqual(lines, ['4', "(b'ping', ('203.0.113.10', 7))"]);
  });

  it('can be waited for, and are streams of asyncio', () => {
    const lines = printed(
      'import select',
      'sock = socket.socket()',
      "sock.connect(('203.0.113.10', 7))",
      'poller = select.poll()',
      'poller.register(sock, select.POLLIN)',
      'print(poller.poll(10))',
      "sock.send(b'x')",
      'print([(who is sock, what) for who, what in poller.poll(1000)])',
      'import asyncio',
      'async def main():',
      "    reader, writer = await asyncio.open_connection('203.0.113.10', 7)",
      "    writer.write(b'hello\\n')",
      '    await writer.drain()',
      '    print(await reader.readline())',
      'asyncio.run(main())',
    );
    assert.deepEqual(lines, ['[]', '[(True, 1)]', "b'hello\\n'"]);
  });

  it('refuse what the port refuses, in its words', () => {
    const lines = printed(
      'for socket_class in (real.socket, socket.socket):',
      "    for where in ('203.0.113.10', ('203.0.113.10',), 5):",
      '        try:',
      '            socket_class().connect(where)',
      '        except Exception as error:',
      '            print(type(error).__name__, error)',
    );
    assert.equal(lines.length, 6);
    assert.deepEqual(lines.slice(3), lines.slice(0, 3));
  });

  it("are the port's own where ssl takes them", () => {
    const lines = printed(
      'import ssl, tls_sandbox_sockets',
      'undo = tls_sandbox_sockets.unwrapping(ssl)',
      'sock = socket.socket()',
      "sock.connect(('203.0.113.10', 7))",
      'context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)',
      'taken = []',
      'context._context = type("C", (), {"wrap_socket": lambda self, sock, **named: taken.append(sock)})()',
      'context.wrap_socket(sock)',
      'undo()',
      'context.wrap_socket(sock)',
      'print([type(each) is real.socket for each in taken])',
    );
    assert.deepEqual(lines, ['[True, False]']);
  });
});
