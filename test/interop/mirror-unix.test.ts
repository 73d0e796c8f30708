/**
 * The mirror of another MicroPython: the unix port with mbedTLS, at the other end of a pseudo-terminal. It has no Wi-Fi, no
 * clock that can be set and no raw REPL, and nothing of it is ours.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { type Mirrored, mirror } from '../../src/mirror/mirror.ts';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { projectRoot } from '../support/project.ts';

const works = (program: string, ...args: string[]) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const missing =
  (!works('micropython', '-c', 'import tls') && 'no micropython with a tls module on the path') ||
  (!works('socat', '-V') && 'socat is not installed');

const BY_ADDRESS = `
import asyncio, network, socket, ssl
HOST = '203.0.113.10'
query = bytearray(48)
query[0] = 0x1b
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.sendto(query, socket.getaddrinfo('198.51.100.123', 123)[0][-1])
print(len(datagrams.recvfrom(48)[0]))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')
request = b'GET /v1/config HTTP/1.0\\r\\nHost: 203.0.113.10\\r\\n\\r\\n'
sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
tls = context.wrap_socket(sock, server_hostname=HOST)
tls.write(request)
print(tls.read().split(b'\\r\\n\\r\\n', 1)[1].decode())
async def main():
    reader, writer = await asyncio.open_connection(HOST, 443, ssl=context, server_hostname=HOST)
    writer.write(request)
    await writer.drain()
    print((await reader.read()).split(b'\\r\\n\\r\\n', 1)[1].decode())
asyncio.run(main())
`;

describe('the mirror of the unix port', { skip: missing }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-unix-'));
  const path = join(folder, 'tty');
  let process: ChildProcess;
  let session: BoardSession;

  before(async () => {
    process = spawn('socat', [`PTY,link=${path},raw,echo=0`, 'EXEC:micropython,pty,raw,echo=0'], {
      cwd: folder,
    });
    while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 50));
    session = await BoardSession.open(await openTransport(path));
  });

  after(async () => {
    await session?.close();
    process?.kill();
    await closeDeviceWorkers();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (name: string): Promise<Mirrored> =>
    mirror(session, loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml')), {
      device: path,
      tolerance: 0.25,
      timeLimit: 60e9,
    });
  const line = ({ report }: Mirrored, what: string) => report.lines.find((each) => each.what === what);

  it('shows its own hello: TLS 1.3 and other curves', async () => {
    const result = await run('mode2-server-auth');
    assert.match(line(result, 'ClientHello supported_versions')!.board, /TLS 1\.3/);
    assert.equal(line(result, 'ClientHello supported_groups')!.verdict, 'different');
    assert.equal(line(result, 'ClientHello server_name')!.verdict, 'equal');
    assert.equal(line(result, 'exception')!.verdict, 'equal');
    // In another message, and the same.
    assert.equal(line(result, "the server's certificates")!.verdict, 'equal');
    assert.equal(line(result, "ESP-IDF's heap, least free")!.verdict, 'not comparable');
    assert.match(result.report.remarks.join(), /clock cannot be set.*no module network, no module ssl/s);
  });

  it('does what the scenario expects, in another version of TLS', async () => {
    const { report } = await run('mode3-mutual-tls');
    const unmet = report.expectations.filter(({ verdict }) => verdict === 'not met');
    assert.deepEqual(
      unmet.map(({ what, observed }) => [what.split(': ').at(-1), observed]),
      [
        ['version', 'TLSv1.3'],
        ['suite', 'TLS_AES_128_GCM_SHA256'],
      ],
    );
  });

  it('takes a tuple for no address, and so says the report', async () => {
    const result = await run('cert-ip-address');
    assert.match(line(result, 'exception')!.board, /^TypeError: object with buffer protocol required/);
  });

  it('has sockets of its own beneath those that lead by address, for TLS, datagrams and asyncio', async () => {
    const place = join(folder, 'by-address');
    cpSync(join(projectRoot, 'scenarios/cert-ip-address'), place, { recursive: true });
    writeFileSync(join(place, 'main.py'), BY_ADDRESS);
    const result = await mirror(session, loadScenario(join(place, 'scenario.yaml')), {
      device: path,
      tolerance: 0.25,
      timeLimit: 60e9,
    });
    rmSync(place, { recursive: true });
    assert.equal(line(result, 'exception')!.board, 'none');
    assert.equal(result.observed.board.output, '48\n{"interval": 60}\n{"interval": 60}\n');
  });

  it('shows its own exceptions', async () => {
    const result = await run('refuse-wrong-host');
    assert.equal(line(result, 'exception')!.board, 'ValueError');
    assert.match(line(result, 'exception text')!.board, /CN/);
    assert.equal(line(result, "the device's alerts")!.verdict, 'equal');
  });

  it('is left as it was found', () => {
    assert.deepEqual(readdirSync(folder), ['tty']);
  });
});
