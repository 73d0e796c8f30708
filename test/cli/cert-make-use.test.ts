/** What `cert make` made, in use: served by OpenSSL, and on the emulated device with the program that is printed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { skip } from '../x509/openssl.ts';
import { folder, make, openssl, tool } from './tool.ts';

describe('what cert make made, in use', { skip }, () => {
  let server: ChildProcess | undefined;
  after(() => server?.kill());

  it('is served by openssl s_server as the report says, and checked by s_client both ways', async () => {
    const text = make('served', '--host', 'localhost', '--client', 'sensor-1', '--intermediate');
    const port = await freePort();
    const command = /openssl (s_server (?:.*\\\n)*.*)/.exec(text)![1]!.replaceAll('\\\n', ' ');
    const args = command.replace('-accept 8443', `-accept ${port}`).trim().split(/\s+/);
    server = spawn('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    await listening(server, port);
    const client = [
      '-cert',
      'served/client-sensor-1-chain.pem',
      '-cert_chain',
      'served/client-sensor-1-chain.pem',
    ];
    const shown = openssl(
      ...['s_client', '-connect', `localhost:${port}`, '-CAfile', 'served/ca.pem', '-tls1_2'],
      ...[
        '-verify_return_error',
        '-verify_hostname',
        'localhost',
        ...client,
        '-key',
        'served/client-sensor-1.key',
      ],
    );
    assert.match(shown, /Verify return code: 0 \(ok\)/);
    assert.match(shown, /Verified peername: localhost/);
  });

  const worlds = [
    { title: 'EC with an issuing CA, both sides checked', args: ['--client', 'sensor-1', '--intermediate'] },
    { title: 'RSA, the server checked', args: ['--key', 'rsa-2048', '--ca-key', 'rsa-2048'] },
    { title: 'a server that signs itself', args: ['--self-signed'] },
  ];
  for (const [i, { title, args }] of worlds.entries()) {
    it(`works on the emulated device, with the program that is printed: ${title}`, () => {
      const world = `world-${i}`;
      mkdirSync(join(folder, world));
      const made = JSON.parse(
        make(`${world}/certs`, '--host', 'api.example.com', '--time', '2026-03-01', '--json', ...args),
      );
      const copied = made.copy.split(' ').slice(2, -1) as string[];
      writeFileSync(join(folder, world, 'main.py'), JOIN_WIFI + made.program);
      writeFileSync(join(folder, world, 'scenario.yaml'), scenario(world, copied));
      const { status, stdout, stderr } = tool(['run', world]);
      assert.equal(status, 0, stdout + stderr);
      assert.match(stdout, /TLSv1\.2 established, .* has proved to be/);
    });
  }
});

const JOIN_WIFI = `
import network, time
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
`;

/** A world whose server has the certificates made, and whose device what was to be copied to it. */
function scenario(world: string, copied: readonly string[]): string {
  const names = readdirSync(join(folder, world, 'certs'));
  const chain = names.includes('intermediate.pem') ? 'chain: [issuing]' : '';
  const clientCa = copied.some((path) => path.includes('client-')) ? 'clientCa: [root]' : '';
  return `
title: made
why: made
pki:
  imported:
    api: {certificate: certs/server.pem, key: certs/server.key}
    ${chain && 'issuing: {certificate: certs/intermediate.pem}'}
    ${clientCa && 'root: {certificate: certs/ca.der}'}
hosts:
  ns.example.net: {address: 198.51.100.53, services: [{type: dns}]}
  pool.ntp.org: {address: 198.51.100.123, services: [{type: ntp}]}
  api.example.com:
    address: 203.0.113.10
    services:
      - type: https
        certificate: api
        ${chain}
        ${clientCa}
        routes: {/: {body: hello}}
devices:
  sensor:
    main: main.py
    files:
${copied.map((path) => `      /${path.split('/').at(-1)}: {file: ${path.replace(`${world}/`, '')}}`).join('\n')}
expect:
  devices:
    sensor: {exit: 0, output: {contains: ['TLSv1.2']}}
`;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

async function listening(server: ChildProcess, port: number): Promise<void> {
  for (;;) {
    assert.equal(server.exitCode, null, 'the server has ended');
    const socket = connect(port, 'localhost');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
