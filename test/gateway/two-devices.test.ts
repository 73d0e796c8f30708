/** Two `tls-sandbox micropython` at once: they find each other by the address that each says it has. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));
const PORT = 20_000 + (process.pid % 20_000);

const ADDRESS = `
import network, socket
address = (network.WLAN(network.STA_IF).ifconfig()[0], ${PORT})
`;

function start(program: string): ChildProcess {
  return spawn(process.execPath, [CLI, 'micropython', '-c', ADDRESS + program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout!.on('data', (bytes) => {
    text += bytes;
  });
  await once(child, 'close');
  return text;
}

/** The client starts when the server has printed its first line. */
async function talk(server: string, client: string): Promise<string[]> {
  const serving = start(server);
  const said = outputOf(serving);
  await once(serving.stdout!, 'data');
  return Promise.all([said, outputOf(start(client))]);
}

describe('a device that connects to itself through the computer', () => {
  it('is told of the connection it made before that of the connection it got', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        CLI,
        'micropython',
        '-c',
        `${ADDRESS}
import asyncio
async def serve(reader, writer):
    print("served")
    writer.close()
    await writer.wait_closed()
async def main():
    async with await asyncio.start_server(serve, "0.0.0.0", ${PORT}):
        reader, writer = await asyncio.open_connection("127.0.0.1", ${PORT})
        print("connected")
        await reader.read()
asyncio.run(main())`,
      ],
      { encoding: 'utf8' },
    );
    assert.equal(stdout, 'connected\nserved\n');
    assert.equal(status, 0);
  });
});

describe('two devices behind gateways', () => {
  it('talk over TCP', async () => {
    const server = `
s = socket.socket()
s.bind(("0.0.0.0", ${PORT}))
s.listen(1)
print("ready")
c, _ = s.accept()
print(c.recv(10))
c.send(b"pong")
c.close()`;
    const client = `
c = socket.socket()
c.connect(address)
c.send(b"ping")
print(c.recv(10))`;
    assert.deepEqual(await talk(server, client), ["ready\nb'ping'\n", "b'pong'\n"]);
  });

  it('talk in datagrams, connected or not, up to the moment of close()', async () => {
    const server = `
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", ${PORT}))
s.settimeout(10)
print("ready")
for _ in range(2):
    data, peer = s.recvfrom(10)
    s.sendto(data + b"!", peer)
s.close()
import time
time.sleep(0.2)`;
    const client = `
a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for s in (a, b): s.settimeout(10)
a.sendto(b"one", address)
print(a.recv(10))
b.connect(address)
b.send(b"two")
print(b.recv(10))`;
    assert.deepEqual(await talk(server, client), ['ready\n', "b'one!'\nb'two!'\n"]);
  });
});
