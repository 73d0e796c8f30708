import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeFrame } from '../../emulator/net/ethernet.ts';
import { decodeIcmp, IcmpType, Unreachable } from '../../emulator/net/icmp.ts';
import { decodeIpv4, IpProtocol } from '../../emulator/net/ipv4.ts';
import { Link } from '../../emulator/net/link.ts';
import { Router } from '../../emulator/net/router.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { eventsOf, NETMASK, newWorld, run } from './lab.ts';
import { collect, payload, sendAll } from './tcp-helpers.ts';

/** device – home – router – internet – server */
function newInternet() {
  const world = newWorld();
  const options = { latency: 5 * MILLISECOND, bandwidth: 10_000_000 };
  const home = new Link(world, { name: 'home', ...options });
  const internet = new Link(world, { name: 'internet', ...options });
  const router = new Router(world, { name: 'router' });
  router.attach(home.attach('router', '02:00:00:00:01:01'), { address: '192.168.4.1', netmask: NETMASK });
  router.attach(internet.attach('router', '02:00:00:00:01:02'), { address: '203.0.113.1', netmask: NETMASK });
  const newHost = (link: Link, name: string, mac: string, address: string, gateway: string) => {
    const stack = new Ipv4Stack(world, { name, tcp: 'host' });
    stack.attach(link.attach(name, mac), { address, netmask: NETMASK, gateway });
    return stack;
  };
  const device = newHost(home, 'device', '02:00:00:00:00:01', '192.168.4.2', '192.168.4.1');
  const server = newHost(internet, 'server', '02:00:00:00:00:02', '203.0.113.10', '203.0.113.1');
  const icmpTo = (address: string) =>
    eventsOf(world, 'frame.sent')
      .map((event) => decodeIpv4(decodeFrame(event.bytes)!.payload))
      .filter((packet) => packet?.protocol === IpProtocol.ICMP && packet.destination === address)
      .map((packet) => {
        const { type, code } = decodeIcmp(packet!.payload)!;
        return { from: packet!.source, type, code };
      });
  return { world, home, internet, router, device, server, icmpTo };
}

describe('a router', () => {
  it('forwards between its links, one hop less to live, with its own MAC address', () => {
    const { world, device, server } = newInternet();
    const data = payload(30_000);
    const listener = server.listenTcp(80, 5);
    let received: ReturnType<typeof collect> | undefined;
    listener.onConnection = () => {
      received = collect(listener.accept()!);
    };
    const socket = device.connectTcp({ address: '203.0.113.10', port: 80 });
    socket.onConnect = () => sendAll(socket, data);
    run(world, 10 * SECOND);
    assert.deepEqual(received!.bytes(), data);
    const hops = eventsOf(world, 'frame.sent')
      .map((event) => ({ link: event.link, ...decodeFrame(event.bytes)! }))
      .filter((frame) => decodeIpv4(frame.payload)?.destination === '203.0.113.10');
    const [first, second] = hops;
    assert.deepEqual(
      [first!.link, first!.source, decodeIpv4(first!.payload)!.ttl],
      ['home', '02:00:00:00:00:01', 64],
    );
    assert.deepEqual(
      [second!.link, second!.source, decodeIpv4(second!.payload)!.ttl],
      ['internet', '02:00:00:00:01:02', 63],
    );
  });

  it('reports a packet whose time is up', () => {
    const { world, device, icmpTo } = newInternet();
    device.send({
      source: '192.168.4.2',
      destination: '203.0.113.10',
      protocol: IpProtocol.UDP,
      payload: payload(16),
      ttl: 1,
    });
    run(world, SECOND);
    assert.deepEqual(icmpTo('192.168.4.2'), [{ from: '192.168.4.1', type: IcmpType.TIME_EXCEEDED, code: 0 }]);
  });

  it('reports a network that it does not know', () => {
    const { world, device, icmpTo } = newInternet();
    device.bindUdp(0).sendTo(payload(4), { address: '198.51.100.1', port: 9 });
    run(world, SECOND);
    assert.deepEqual(icmpTo('192.168.4.2'), [
      { from: '192.168.4.1', type: IcmpType.DESTINATION_UNREACHABLE, code: Unreachable.NET },
    ]);
  });

  it('keeps broadcasts on their link', () => {
    const { world, device } = newInternet();
    run(world, SECOND);
    const before = eventsOf(world, 'frame.sent').length;
    device.bindUdp(0).sendTo(payload(4), { address: '192.168.4.255', port: 9 });
    run(world, 2 * SECOND);
    assert.deepEqual(
      eventsOf(world, 'frame.sent')
        .slice(before)
        .map((event) => event.link),
      ['home'],
    );
  });
});
