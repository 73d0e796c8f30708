import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeFrame } from '../../emulator/net/ethernet.ts';
import { decodeIcmp, IcmpType, Unreachable } from '../../emulator/net/icmp.ts';
import { decodeIpv4, IpProtocol } from '../../emulator/net/ipv4.ts';
import { Link } from '../../emulator/net/link.ts';
import { Router } from '../../emulator/net/router.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import type { TcpProfileName } from '../../emulator/net/tcp/profile.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { eventsOf, NETMASK, newWorld, run } from './lab.ts';
import { collect, payload, sendAll } from './tcp-helpers.ts';

/** device – home – router – internet – server */
function newInternet({ deviceTcp = 'host' }: { deviceTcp?: TcpProfileName } = {}) {
  const world = newWorld();
  const options = { latency: 5 * MILLISECOND, bandwidth: 10_000_000 };
  const home = new Link(world, { name: 'home', ...options });
  const internet = new Link(world, { name: 'internet', ...options });
  const router = new Router(world, { name: 'router' });
  router.attach(home.attach('router', '02:00:00:00:01:01'), { address: '192.168.4.1', netmask: NETMASK });
  router.attach(internet.attach('router', '02:00:00:00:01:02'), { address: '203.0.113.1', netmask: NETMASK });
  const newHost = (link: Link, name: string, mac: string, address: string, gateway: string) => {
    const stack = new Ipv4Stack(world, { name, tcp: name === 'device' ? deviceTcp : 'host' });
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

describe('a narrow place behind a router', () => {
  type Net = ReturnType<typeof newInternet>;

  /** The server sends, or the device; what arrives within a minute. */
  function transfer({ world, device, server }: Net, from: 'device' | 'server') {
    const data = payload(20_000);
    const listener = server.listenTcp(80, 5);
    const socket = device.connectTcp({ address: '203.0.113.10', port: 80 });
    let received: ReturnType<typeof collect> | undefined;
    listener.onConnection = () => {
      const accepted = listener.accept()!;
      if (from === 'server') sendAll(accepted, data);
      else received = collect(accepted);
    };
    if (from === 'server') received = collect(socket);
    else socket.onConnect = () => sendAll(socket, data);
    run(world, 60 * SECOND);
    return { data, received: received!.bytes() };
  }

  it('makes a host send shorter segments: the router says which MTU fits (RFC 1191)', () => {
    const net = newInternet();
    net.internet.impair({ mtu: 1000 });
    const { data, received } = transfer(net, 'server');
    assert.deepEqual(received, data);
    assert.deepEqual(net.icmpTo('203.0.113.10')[0], {
      from: '203.0.113.1',
      type: IcmpType.DESTINATION_UNREACHABLE,
      code: Unreachable.FRAGMENTATION_NEEDED,
    });
    const onHome = eventsOf(net.world, 'frame.sent', 'router').filter(({ link }) => link === 'home');
    assert.equal(Math.max(...onHome.map(({ bytes }) => bytes.length)), 1014);
    assert.equal(net.icmpTo('203.0.113.10').length < 15, true, 'once a flight, not once a segment');
  });

  it('is a black hole when nobody says so: small segments pass, large ones never (RFC 2923 2.1)', () => {
    const net = newInternet();
    net.internet.impair({ mtu: 1000, blackHole: true });
    assert.equal(transfer(net, 'server').received.length, 0);
    assert.equal(net.icmpTo('203.0.113.10').length, 0);
    assert.match(eventsOf(net.world, 'note', 'router')[0]!.text, /MTU of 1000 bytes/);
  });

  it('takes the device’s packets in fragments, which a host puts together: lwIP sets no DF', () => {
    const net = newInternet({ deviceTcp: 'lwip' });
    net.internet.impair({ mtu: 1000 });
    const { data, received } = transfer(net, 'device');
    assert.deepEqual(received, data);
    assert.equal(net.icmpTo('192.168.4.2').length, 0);
  });
});

describe('a datagram longer than a frame', () => {
  it('goes in fragments, is put together in any order, and never reaches lwIP', () => {
    const { world, internet, device, server } = newInternet({ deviceTcp: 'lwip' });
    internet.impair({ reorder: 0.5, duplicate: 0.3 });
    const data = payload(4000);
    const up = server.bindUdp(7);
    const down = device.bindUdp(7);
    device.bindUdp(0).sendTo(data, { address: '203.0.113.10', port: 7 });
    server.bindUdp(0).sendTo(data, { address: '192.168.4.2', port: 7 });
    run(world, 5 * SECOND);
    assert.deepEqual(up.receive()?.bytes, data);
    assert.equal(down.pending, 0);
  });

  it('is forgotten after 30 s when a piece is missing', () => {
    const { world, internet, device, server } = newInternet();
    let frames = 0;
    internet.dropWhen(({ bytes }) => bytes.length > 1000 && frames++ === 0);
    const service = server.bindUdp(7);
    device.bindUdp(0).sendTo(payload(4000), { address: '203.0.113.10', port: 7 });
    run(world, 60 * SECOND);
    assert.equal(service.pending, 0);
    assert.equal(world.nextEventTime(), undefined);
  });
});
