import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DhcpClient } from '../../emulator/net/dhcp-client.ts';
import { DhcpServer } from '../../emulator/net/dhcp-server.ts';
import { DnsServer } from '../../emulator/net/dns-server.ts';
import { Link } from '../../emulator/net/link.ts';
import { Router } from '../../emulator/net/router.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import { eventsOf, NETMASK, newWorld, run } from './lab.ts';
import { collect, payload, sendAll } from './tcp-helpers.ts';

const installed = spawnSync('tshark', ['--version']).status === 0;

/** A classic pcap of all frames sent (nanosecond magic, Ethernet). */
function pcapOf(world: World): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  const frames = eventsOf(world, 'frame.sent').map(({ t, bytes }) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(t / SECOND), 0);
    record.writeUInt32LE(t % SECOND, 4);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(bytes.length, 12);
    return Buffer.concat([record, bytes]);
  });
  return Buffer.concat([header, ...frames]);
}

/** A device gets an address, looks up a name, fetches data over a lossy line, asks a closed UDP port. */
function aDayOnTheNetwork(seed = 1): World {
  const world = newWorld(seed);
  const link = new Link(world, { name: 'lan', latency: 2 * MILLISECOND, bandwidth: 10_000_000, loss: 0.03 });
  const router = new Router(world, { name: 'router' });
  const inside = router.attach(link.attach('router', '02:00:00:00:00:fe'), {
    address: '192.168.4.1',
    netmask: NETMASK,
  });
  new DhcpServer(router, inside, { first: '192.168.4.2', last: '192.168.4.9', dnsServers: ['192.168.4.1'] });
  new DnsServer(router, { records: new Map([['api.example.com', ['192.168.4.1']]]) });
  const listener = router.listenTcp(80, 5);
  listener.onConnection = () => {
    const socket = listener.accept()!;
    collect(socket, () => sendAll(socket, payload(20_001), () => socket.close()));
  };
  const device = new Ipv4Stack(world, { name: 'device', tcp: 'lwip' });
  const dhcp = new DhcpClient(device, device.attach(link.attach('device', '02:00:00:00:00:01')), {
    hostName: 'esp32',
  });
  dhcp.onBound = () => {
    device.resolve('nowhere.example.com', () => {});
    device.resolve('api.example.com', (result) => {
      if ('error' in result) return;
      const socket = device.connectTcp({ address: result.addresses[0]!, port: 80 });
      socket.onConnect = () => sendAll(socket, payload(333), () => socket.shutdown());
      collect(socket, () => socket.close());
      device.bindUdp(0).sendTo(payload(5), { address: '192.168.4.1', port: 9 });
    });
  };
  run(world, 200 * SECOND);
  return world;
}

describe('one seed', () => {
  it('gives one trace, byte for byte; another seed another', () => {
    const once = aDayOnTheNetwork().trace.events;
    assert.deepEqual(aDayOnTheNetwork().trace.events, once);
    assert.notDeepEqual(aDayOnTheNetwork(2).trace.events, once);
  });
});

describe('Wireshark', { skip: installed ? false : 'tshark is not installed' }, () => {
  const folder = installed ? mkdtempSync(join(tmpdir(), 'net-')) : '';
  const file = join(folder, 'frames.pcap');
  before(() => writeFileSync(file, pcapOf(aDayOnTheNetwork())));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const CHECKS = ['ip', 'tcp', 'udp'].flatMap((layer) => ['-o', `${layer}.check_checksum:TRUE`]);

  function frames(filter: string): string[] {
    const { status, stdout, stderr } = spawnSync('tshark', ['-n', ...CHECKS, '-r', file, '-Y', filter], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return stdout.split('\n').filter((line) => line !== '');
  }

  it('finds no malformed packet and no wrong checksum', () => {
    assert.deepEqual(frames('_ws.malformed || _ws.expert.severity == error'), []);
    const statuses = ['ip', 'tcp', 'udp', 'icmp'].map((layer) => `${layer}.checksum.status == "Bad"`);
    assert.deepEqual(frames(statuses.join(' || ')), []);
    assert.ok(frames('tcp.checksum.status == "Good"').length > 20);
    assert.ok(frames('udp.checksum.status == "Good"').length > 6);
  });

  it('knows each protocol by name', () => {
    for (const [filter, text] of [
      ['arp', /Who has 192\.168\.4\.1\?/],
      ['dhcp', /DHCP Discover/],
      ['dhcp', /DHCP ACK/],
      ['dns', /Standard query response 0x[0-9a-f]+ A api\.example\.com A 192\.168\.4\.1/],
      ['dns', /No such name A nowhere\.example\.com/],
      ['icmp', /Port unreachable/],
      ['tcp.flags.syn == 1', /MSS=1440/],
    ] as const) {
      assert.match(frames(filter).join('\n'), text);
    }
  });
});
