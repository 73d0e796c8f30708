import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Errno } from '../../emulator/net/api.ts';
import { DhcpClient } from '../../emulator/net/dhcp-client.ts';
import { DhcpType, decodeDhcp, encodeDhcp } from '../../emulator/net/dhcp-message.ts';
import { DhcpServer, type DhcpServerOptions } from '../../emulator/net/dhcp-server.ts';
import { decodeFrame } from '../../emulator/net/ethernet.ts';
import { decodeIpv4 } from '../../emulator/net/ipv4.ts';
import { Link } from '../../emulator/net/link.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { decodeUdp } from '../../emulator/net/udp.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { eventsOf, NETMASK, newWorld, run } from './lab.ts';

function newNetwork(options: Partial<DhcpServerOptions> = {}) {
  const world = newWorld();
  const link = new Link(world, { name: 'lan', latency: 2 * MILLISECOND, bandwidth: 10_000_000 });
  const router = new Ipv4Stack(world, { name: 'router', tcp: 'host' });
  const inside = router.attach(link.attach('router', '02:00:00:00:00:fe'), {
    address: '192.168.4.1',
    netmask: NETMASK,
  });
  const server = new DhcpServer(router, inside, {
    first: '192.168.4.2',
    last: '192.168.4.4',
    dnsServers: ['192.168.4.1', '192.0.2.53'],
    ...options,
  });
  const newClient = (number: number) => {
    const name = `device${number}`;
    const stack = new Ipv4Stack(world, { name, tcp: 'lwip' });
    const on = stack.attach(link.attach(name, `02:00:00:00:00:0${number}`));
    return { stack, on, client: new DhcpClient(stack, on, { hostName: name }) };
  };
  const messages = () =>
    eventsOf(world, 'frame.sent').flatMap(({ actor, bytes, t }) => {
      const packet = decodeIpv4(decodeFrame(bytes)!.payload);
      const datagram = packet?.protocol === 17 ? decodeUdp(packet) : undefined;
      const message = datagram && decodeDhcp(datagram.payload);
      return message ? [{ t, actor, message, packet: packet! }] : [];
    });
  const types = () => messages().map(({ message }) => message.type);
  return { world, link, router, inside, server, newClient, messages, types };
}

describe('a DHCP message', () => {
  it('reads back as it was written, in a packet of BOOTP’s size', () => {
    const message = {
      type: DhcpType.ACK,
      transaction: 0x12345678,
      fromServer: true,
      seconds: 3,
      broadcast: true,
      clientAddress: '10.0.0.9',
      yourAddress: '10.0.0.9',
      clientMac: '02:00:00:00:00:01',
      serverId: '10.0.0.1',
      subnetMask: NETMASK,
      router: '10.0.0.1',
      dnsServers: ['10.0.0.1', '10.0.0.2'],
      leaseSeconds: 3600,
      hostName: 'esp32',
    };
    const bytes = encodeDhcp(message);
    assert.equal(bytes.length, 300);
    assert.deepEqual(decodeDhcp(bytes), message);
    for (let length = 0; length < 243; length++)
      assert.equal(decodeDhcp(bytes.subarray(0, length)), undefined);
  });
});

describe('DHCP', () => {
  it('configures address, mask, router and DNS servers in four messages and an ARP check', () => {
    const { world, newClient, types, messages } = newNetwork();
    const { stack, on } = newClient(1);
    assert.equal(stack.address, undefined);
    run(world, 10 * SECOND);
    assert.deepEqual(types(), [DhcpType.DISCOVER, DhcpType.OFFER, DhcpType.REQUEST, DhcpType.ACK]);
    assert.deepEqual(on.config, { address: '192.168.4.2', netmask: NETMASK, gateway: '192.168.4.1' });
    assert.deepEqual(stack.dnsServers, ['192.168.4.1', '192.0.2.53']);
    const [lease] = eventsOf(world, 'dhcp.lease');
    const { t, ...rest } = lease!;
    assert.ok(t > SECOND && t < 1.1 * SECOND, `${t} ns`);
    assert.deepEqual(rest, {
      actor: 'device1',
      type: 'dhcp.lease',
      address: '192.168.4.2',
      netmask: NETMASK,
      gateway: '192.168.4.1',
      dns: '192.168.4.1',
      seconds: 86_400,
    });
    assert.deepEqual(
      messages().map(({ packet }) => `${packet.source}>${packet.destination}`),
      [
        '0.0.0.0>255.255.255.255',
        '192.168.4.1>192.168.4.2',
        '0.0.0.0>255.255.255.255',
        '192.168.4.1>192.168.4.2',
      ],
    );
  });

  it('gives each client an address of its own, until there are none', () => {
    const { world, newClient } = newNetwork();
    const clients = [1, 2, 3, 4].map(newClient);
    run(world, 30 * SECOND);
    assert.deepEqual(
      clients.map(({ stack }) => stack.address),
      ['192.168.4.2', '192.168.4.3', '192.168.4.4', undefined],
    );
    assert.equal(clients[3]!.client.state, 'SELECTING');
  });

  it('gives a client the same address again, and a reserved one to whom it is for', () => {
    const reservations = new Map([['02:00:00:00:00:02', '192.168.4.77']]);
    const { world, newClient } = newNetwork({ reservations });
    const first = newClient(1);
    const second = newClient(2);
    run(world, 5 * SECOND);
    assert.equal(second.stack.address, '192.168.4.77');
    first.client.start();
    run(world, 10 * SECOND);
    assert.equal(first.stack.address, '192.168.4.2');
  });

  it('tries again after 2, 4, 8 … s when nobody answers', () => {
    const { world, link, newClient } = newNetwork();
    link.dropWhen((frame) => frame.actor === 'router');
    newClient(1);
    run(world, 35 * SECOND);
    assert.deepEqual(
      eventsOf(world, 'frame.sent', 'device1').map((event) => event.t / SECOND),
      [0, 2, 6, 14, 30],
    );
  });

  it('survives the loss of any one message', () => {
    for (let lost = 0; lost < 4; lost++) {
      const { world, link, newClient } = newNetwork();
      let udp = 0;
      link.dropWhen(({ bytes }) => bytes.length > 300 && udp++ === lost);
      const { stack } = newClient(1);
      run(world, 20 * SECOND);
      assert.equal(stack.address, '192.168.4.2', `message ${lost}`);
    }
  });

  it('declines an address that somebody uses, and gets another', () => {
    const { world, link, newClient, types } = newNetwork();
    const squatter = new Ipv4Stack(world, { name: 'squatter', tcp: 'host' });
    squatter.attach(link.attach('squatter', '02:00:00:00:00:66'), {
      address: '192.168.4.2',
      netmask: NETMASK,
    });
    const { stack } = newClient(1);
    run(world, 30 * SECOND);
    assert.ok(types().includes(DhcpType.DECLINE));
    assert.equal(stack.address, '192.168.4.3');
  });

  it('renews by unicast at half the lease, and rebinds by broadcast when the server does not answer', () => {
    const { world, link, newClient, messages } = newNetwork({ leaseSeconds: 1000 });
    const { client } = newClient(1);
    run(world, 600 * SECOND);
    const renewal = messages().slice(4);
    assert.deepEqual(
      renewal.map(({ message, packet }) => [message.type, packet.destination]),
      [
        [DhcpType.REQUEST, '192.168.4.1'],
        [DhcpType.ACK, '192.168.4.2'],
      ],
    );
    assert.equal(client.state, 'BOUND');
    link.dropWhen((frame) => frame.actor === 'router');
    run(world, 1450 * SECOND);
    assert.equal(client.state, 'REBINDING');
    const asked = messages().filter(({ actor }) => actor === 'device1');
    assert.equal(asked.at(-1)!.packet.destination, '255.255.255.255');
  });

  it('of a day are renewed every twelve hours, and connections go on', () => {
    const { world, router, newClient, messages } = newNetwork();
    const { stack, client } = newClient(1);
    run(world, 10 * SECOND);
    router.listenTcp(80, 1);
    const connection = stack.connectTcp({ address: '192.168.4.1', port: 80 });
    run(world, 50 * 3600 * SECOND);
    const hours = messages()
      .slice(4)
      .filter(({ actor }) => actor === 'device1')
      .map(({ t }) => Math.round(t / SECOND / 3600));
    assert.deepEqual(hours, [12, 24, 36, 48]);
    assert.equal(client.state, 'BOUND');
    assert.equal(connection.state, 'ESTABLISHED');
  });

  it('that the server will not renew end at once, with the connections: the client begins anew', () => {
    const { world, router, inside, server, newClient, types } = newNetwork({ leaseSeconds: 1000 });
    const { stack } = newClient(1);
    run(world, 10 * SECOND);
    router.listenTcp(80, 1);
    const connection = stack.connectTcp({ address: '192.168.4.1', port: 80 });
    server.close();
    new DhcpServer(router, inside, { first: '192.168.4.20', last: '192.168.4.30', dnsServers: [] });
    run(world, 520 * SECOND);
    const { REQUEST, NAK, DISCOVER, OFFER, ACK } = DhcpType;
    assert.deepEqual(types().slice(4), [REQUEST, NAK, DISCOVER, OFFER, REQUEST, ACK]);
    assert.equal(stack.address, '192.168.4.20');
    assert.equal(connection.failure, Errno.ECONNABORTED);
  });

  it('rebinds and ends on time however short the lease is', () => {
    const { world, link, newClient } = newNetwork({ leaseSeconds: 60 });
    const { client, stack } = newClient(1);
    run(world, 10 * SECOND);
    link.dropWhen((frame) => frame.actor === 'router');
    run(world, 53 * SECOND);
    assert.equal(client.state, 'REBINDING');
    run(world, 59.9 * SECOND);
    assert.equal(stack.address, '192.168.4.2');
    run(world, 60.1 * SECOND);
    assert.equal(stack.address, undefined);
  });

  it('takes what a renewal says of mask and router, and heeds none that names no address', () => {
    const { world, router, inside, server, newClient } = newNetwork({ leaseSeconds: 100 });
    const { on } = newClient(1);
    run(world, 10 * SECOND);
    server.close();
    const service = router.bindUdp(67);
    service.onReadable = () => {
      const { transaction, clientMac, clientAddress } = decodeDhcp(service.receive()!.bytes)!;
      const named = world.now < 55 * SECOND ? {} : { yourAddress: clientAddress! };
      const ack = { type: DhcpType.ACK, transaction, fromServer: true, clientMac, serverId: '192.168.4.1' };
      const bytes = encodeDhcp({ ...ack, ...named, subnetMask: '255.255.0.0', router: '192.168.4.9' });
      const from = { address: '192.168.4.1', port: 67 };
      router.sendFrom(inside, from, { address: clientAddress!, port: 68 }, bytes);
    };
    run(world, 55 * SECOND);
    assert.equal(on.config?.gateway, '192.168.4.1');
    run(world, 80 * SECOND);
    assert.deepEqual(on.config, { address: '192.168.4.2', netmask: '255.255.0.0', gateway: '192.168.4.9' });
  });

  it('loses the address when the lease ends', () => {
    const { world, link, newClient } = newNetwork({ leaseSeconds: 100 });
    const { client, stack } = newClient(1);
    run(world, 10 * SECOND);
    link.impair({ down: true });
    run(world, 200 * SECOND);
    assert.equal(stack.address, undefined);
    assert.equal(client.state, 'SELECTING');
  });
});
