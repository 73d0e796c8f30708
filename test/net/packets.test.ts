import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isIpv4Address, subnetBroadcast } from '../../emulator/net/addresses.ts';
import { Errno, NetError } from '../../emulator/net/api.ts';
import { decodeArp } from '../../emulator/net/arp.ts';
import { internetChecksum } from '../../emulator/net/checksum.ts';
import { decodeFrame } from '../../emulator/net/ethernet.ts';
import { decodeIcmp, encodeIcmp, IcmpType, Unreachable } from '../../emulator/net/icmp.ts';
import { decodeIpv4, encodeIpv4, IpProtocol } from '../../emulator/net/ipv4.ts';
import { decodeUdp } from '../../emulator/net/udp.ts';
import { SECOND } from '../../emulator/world/time.ts';
import { eventsOf, newPair, run } from './lab.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (string: string) => new TextEncoder().encode(string);

describe('addresses', () => {
  it('are dotted quads without leading zeros', () => {
    for (const good of ['0.0.0.0', '10.0.0.1', '255.255.255.255'])
      assert.equal(isIpv4Address(good), true, good);
    for (const bad of ['', '10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1 ', 'example.com', '1.2.3.4.5']) {
      assert.equal(isIpv4Address(bad), false, bad);
    }
  });

  it('have the broadcast address that the mask says', () => {
    assert.equal(subnetBroadcast('192.168.4.7', '255.255.255.0'), '192.168.4.255');
    assert.equal(subnetBroadcast('172.16.5.1', '255.255.240.0'), '172.16.15.255');
    assert.equal(subnetBroadcast('10.1.2.3', '0.0.0.0'), '255.255.255.255');
  });
});

describe('the Internet checksum', () => {
  it('is that of RFC 1071 section 3', () => {
    // "00 01 f2 03 f4 f5 f6 f7" sums to ddf2; the checksum is its complement.
    assert.equal(internetChecksum(hex('0001 f203 f4f5 f6f7')), 0xffff - 0xddf2);
  });

  it('pads an odd byte with zero', () => {
    assert.equal(internetChecksum(hex('0001 f2')), internetChecksum(hex('0001 f200')));
  });
});

describe('an IPv4 packet', () => {
  // A capture's header, well known from textbooks: checksum b861.
  const header = hex('4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7');
  const packet = Uint8Array.from([...header, ...new Uint8Array(0x73 - 20)]);

  it('is read with its addresses', () => {
    const read = decodeIpv4(packet)!;
    assert.deepEqual(
      [read.source, read.destination, read.protocol, read.ttl, read.payload.length],
      ['192.168.0.1', '192.168.0.199', 17, 64, 95],
    );
  });

  it('is written so that it reads back', () => {
    const read = decodeIpv4(packet)!;
    assert.deepEqual(decodeIpv4(encodeIpv4(read)), read);
  });

  it('is discarded when any bit of its header is wrong', () => {
    for (let bit = 0; bit < 160; bit++) {
      const wrong = packet.slice();
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(decodeIpv4(wrong), undefined, `bit ${bit}`);
    }
  });

  it('is discarded when it is cut off, or a fragment', () => {
    assert.equal(decodeIpv4(packet.subarray(0, 100)), undefined);
    assert.equal(decodeIpv4(packet.subarray(0, 10)), undefined);
    const fragment = hex('4500 0014 0000 2000 4011 0000 c0a8 0001 c0a8 00c7');
    new DataView(fragment.buffer).setUint16(10, internetChecksum(fragment));
    assert.equal(decodeIpv4(fragment), undefined);
  });
});

describe('UDP', () => {
  it('carries datagrams both ways with their ends', () => {
    const { world, device, server } = newPair();
    const service = server.bindUdp(7);
    const client = device.bindUdp(0);
    assert.equal(client.sendTo(bytes('hello'), { address: '10.0.0.2', port: 7 }), 5);
    run(world, SECOND);
    const got = service.receive()!;
    assert.equal(text(got.bytes), 'hello');
    assert.deepEqual(got.from, { address: '10.0.0.1', port: client.local.port });
    service.sendTo(bytes('back'), got.from);
    run(world, 2 * SECOND);
    assert.equal(text(client.receive()!.bytes), 'back');
    assert.equal(client.receive(), undefined);
  });

  it('keeps six datagrams on the device and loses the rest', () => {
    const { world, device, server } = newPair();
    const socket = device.bindUdp(9);
    const sender = server.bindUdp(0);
    for (let i = 0; i < 10; i++) sender.sendTo(Uint8Array.of(i), { address: '10.0.0.1', port: 9 });
    run(world, SECOND);
    // Of what waits for ARP only the last three are kept; with the address known, all arrive.
    assert.equal(socket.pending, 3);
    for (let i = 0; i < 10; i++) sender.sendTo(Uint8Array.of(i), { address: '10.0.0.1', port: 9 });
    run(world, 2 * SECOND);
    assert.equal(socket.pending, 6);
  });

  it('refuses a port in use, until it is closed', () => {
    const { device } = newPair();
    const first = device.bindUdp(123);
    const inUse = (error: unknown) => error instanceof NetError && error.errno === Errno.EADDRINUSE;
    assert.throws(() => device.bindUdp(123), inUse);
    first.close();
    device.bindUdp(123);
  });

  it('has no route without a network', () => {
    const { device } = newPair();
    const socket = device.bindUdp(0);
    const noRoute = (error: unknown) => error instanceof NetError && error.errno === Errno.EHOSTUNREACH;
    assert.throws(() => socket.sendTo(bytes('x'), { address: '203.0.113.9', port: 1 }), noRoute);
  });

  it('reaches everybody by broadcast', () => {
    const { world, device, server } = newPair();
    const socket = server.bindUdp(5000);
    device.bindUdp(0).sendTo(bytes('all'), { address: '10.0.0.255', port: 5000 });
    run(world, SECOND);
    assert.equal(text(socket.receive()!.bytes), 'all');
  });

  it('brings a broadcast to every socket of the port when the newest has SO_REUSEADDR, else to that one', () => {
    for (const reuse of [true, false]) {
      const { world, device, server } = newPair();
      const elder = device.bindUdp(5000, undefined, true);
      const newest = device.bindUdp(5000, reuse ? undefined : '10.0.0.1', reuse);
      server.bindUdp(0).sendTo(bytes('all'), { address: '10.0.0.255', port: 5000 });
      run(world, SECOND);
      assert.deepEqual([elder.pending, newest.pending], [Number(reuse), 1]);
    }
  });

  it('brings a datagram to the socket that is connected to its sender, else to the newest', () => {
    const { world, device, server } = newPair();
    const sender = server.bindUdp(6000);
    const connected = device.bindUdp(5000, undefined, true);
    connected.remote = { address: '10.0.0.2', port: 6000 };
    const elder = device.bindUdp(5000, undefined, true);
    const newest = device.bindUdp(5000, undefined, true);
    sender.sendTo(bytes('mine'), { address: '10.0.0.1', port: 5000 });
    server.bindUdp(6001).sendTo(bytes('else'), { address: '10.0.0.1', port: 5000 });
    run(world, SECOND);
    assert.deepEqual(
      [connected, elder, newest].map(({ pending }) => pending),
      [1, 0, 1],
    );
  });

  it('brings what goes to a group to sockets bound to it or to no address, and sends from none', () => {
    const { world, device, server } = newPair();
    const group = { address: '239.1.2.3', port: 5000 };
    device.joinGroup(group.address);
    const ofGroup = device.bindUdp(5000, group.address);
    const ofAddress = device.bindUdp(5000, '10.0.0.1');
    const service = server.bindUdp(0);
    service.sendTo(bytes('all'), group);
    run(world, SECOND);
    assert.deepEqual([ofGroup.pending, ofAddress.pending], [1, 0]);
    ofGroup.sendTo(bytes('me'), ofGroup.receive()!.from);
    run(world, 2 * SECOND);
    assert.equal(service.receive()?.from.address, '10.0.0.1');
  });

  it('takes no more than an IPv4 packet holds', () => {
    const { world, device, server } = newPair({ profiles: ['host', 'host'] });
    const service = server.bindUdp(5000);
    const socket = device.bindUdp(0);
    const send = (length: number) =>
      socket.sendTo(new Uint8Array(length), { address: '10.0.0.2', port: 5000 });
    send(1);
    run(world, SECOND);
    send(65_507);
    run(world, 2 * SECOND);
    assert.deepEqual([service.receive()!.bytes.length, service.receive()!.bytes.length], [1, 65_507]);
    const tooLong = (error: unknown) => error instanceof NetError && error.errno === Errno.EMSGSIZE;
    assert.throws(() => send(65_508), tooLong);
  });

  it('to oneself goes round without a link', () => {
    const { world, device } = newPair();
    const socket = device.bindUdp(5000);
    const before = eventsOf(world, 'frame.sent').length;
    for (const address of ['127.0.0.1', '10.0.0.1']) {
      device.bindUdp(0).sendTo(bytes('me'), { address, port: 5000 });
      run(world, world.now + SECOND);
      assert.deepEqual(socket.receive()!.from.address, address);
    }
    assert.equal(eventsOf(world, 'frame.sent').slice(before).filter(isIpv4).length, 0);
  });
});

function isIpv4(event: { bytes: Uint8Array }): boolean {
  return decodeFrame(event.bytes)!.etherType === 0x0800;
}

/** ICMP messages that an actor has sent. */
function icmpOf(world: ReturnType<typeof newPair>['world'], actor: string) {
  return eventsOf(world, 'frame.sent', actor)
    .map((event) => decodeIpv4(decodeFrame(event.bytes)!.payload))
    .filter((packet) => packet?.protocol === IpProtocol.ICMP)
    .map((packet) => decodeIcmp(packet!.payload)!);
}

describe('ICMP', () => {
  it('answers an echo request with its data', () => {
    const { world, device } = newPair();
    const request = { type: IcmpType.ECHO_REQUEST, code: 0, rest: 0x0001_0002, data: bytes('ping data') };
    device.send({
      source: '10.0.0.1',
      destination: '10.0.0.2',
      protocol: IpProtocol.ICMP,
      payload: encodeIcmp(request),
    });
    run(world, SECOND);
    assert.deepEqual(icmpOf(world, 'server'), [{ ...request, type: IcmpType.ECHO_REPLY }]);
  });

  it('does not put together what is longer than any packet (RFC 791 3.2)', () => {
    const { world, device } = newPair();
    const data = new Uint8Array(66_000);
    const ping = encodeIcmp({ type: IcmpType.ECHO_REQUEST, code: 0, rest: 1, data });
    for (let offset = 0; offset < ping.length; offset += 1480) {
      const more = offset + 1480 < ping.length;
      const payload = ping.subarray(offset, offset + 1480);
      const packet = { source: '10.0.0.1', destination: '10.0.0.2', protocol: IpProtocol.ICMP, ttl: 64 };
      const piece = encodeIpv4({ ...packet, identification: 7, fragment: { offset, more }, payload });
      device.interfaces[0]!.sendPacket('10.0.0.2', piece);
      run(world, world.now + SECOND / 100);
    }
    run(world);
    assert.equal(eventsOf(world, 'frame.sent', 'server').filter(isIpv4).length, 0);
  });

  it('says nothing to a sender that is everybody or a group (RFC 1122 3.2.1.3)', () => {
    const { world, device } = newPair();
    const payload = encodeIcmp({ type: IcmpType.ECHO_REQUEST, code: 0, rest: 1, data: bytes('ping') });
    for (const source of ['255.255.255.255', '10.0.0.255', '224.0.0.1'])
      device.send({ source, destination: '10.0.0.2', protocol: IpProtocol.ICMP, payload });
    run(world, SECOND);
    assert.deepEqual(icmpOf(world, 'server'), []);
  });

  it('says "port unreachable" and quotes the datagram', () => {
    const { world, device } = newPair();
    const socket = device.bindUdp(4000);
    socket.sendTo(bytes('anyone?'), { address: '10.0.0.2', port: 9999 });
    run(world, SECOND);
    const [error] = icmpOf(world, 'server');
    assert.deepEqual([error!.type, error!.code], [IcmpType.DESTINATION_UNREACHABLE, Unreachable.PORT]);
    assert.equal(error!.data.length, 28);
    assert.deepEqual([...error!.data.subarray(20, 24)], [4000 >> 8, 4000 & 255, 9999 >> 8, 9999 & 255]);
  });

  it('never answers a broadcast', () => {
    const { world, device } = newPair();
    device.bindUdp(0).sendTo(bytes('anyone?'), { address: '255.255.255.255', port: 9999 });
    run(world, SECOND);
    assert.deepEqual(icmpOf(world, 'server'), []);
  });
});

describe('ARP', () => {
  const arpOf = (world: ReturnType<typeof newPair>['world'], actor: string) =>
    eventsOf(world, 'frame.sent', actor)
      .map((event) => decodeFrame(event.bytes)!)
      .filter((frame) => frame.etherType === 0x0806)
      .map((frame) => decodeArp(frame.payload)!);

  it('asks five times, a second apart, and drops what waited', () => {
    const { world, device } = newPair();
    run(world, SECOND);
    device.bindUdp(0).sendTo(bytes('x'), { address: '10.0.0.77', port: 1 });
    run(world, 20 * SECOND);
    const requests = arpOf(world, 'device').filter((packet) => packet.targetAddress === '10.0.0.77');
    assert.equal(requests.length, 5);
    assert.ok(requests.every((packet) => packet.operation === 1 && packet.senderAddress === '10.0.0.1'));
  });

  it('asks once for an address it keeps, and again after five minutes', () => {
    const { world, device } = newPair();
    const count = () => arpOf(world, 'device').filter((p) => p.targetAddress === '10.0.0.2').length;
    const socket = device.bindUdp(0);
    for (const [at, expected] of [
      [10, 1],
      [200, 1],
      [400, 2],
    ] as const) {
      run(world, at * SECOND);
      world.advanceTo(at * SECOND);
      socket.sendTo(bytes('x'), { address: '10.0.0.2', port: 1 });
      run(world, (at + 5) * SECOND);
      assert.equal(count(), expected, `at ${at} s`);
    }
  });
});

describe('an ARP entry in use', () => {
  /** A datagram each 10 s; the requests for the server's address after the first. */
  const refreshes = (isLost: (destination: string) => boolean) => {
    const { world, link, device, server } = newPair();
    const requests: string[] = [];
    link.dropWhen(({ actor, bytes: frame }) => {
      const { destination, etherType, payload } = decodeFrame(frame)!;
      const asks = actor === 'device' && etherType === 0x0806;
      if (!asks || decodeArp(payload)!.targetAddress !== '10.0.0.2') return false;
      requests.push(`${Math.round(world.now / SECOND)} s ${destination}`);
      return isLost(destination);
    });
    server.bindUdp(1);
    const socket = device.bindUdp(0);
    for (let at = 0; at <= 600; at += 10)
      world.after(at * SECOND, () => socket.sendTo(bytes('x'), { address: '10.0.0.2', port: 1 }));
    run(world);
    return requests.slice(1);
  };

  it('is asked for again before it ends, by unicast: no packet waits (lwIP)', () => {
    const server = '02:00:00:00:00:02';
    assert.deepEqual(
      refreshes(() => false),
      [`280 s ${server}`, `560 s ${server}`],
    );
  });

  it('is asked for by broadcast when its holder does not answer', () => {
    const all = 'ff:ff:ff:ff:ff:ff';
    const broadcasts = refreshes((destination) => destination !== all).filter((each) => each.endsWith(all));
    assert.deepEqual(broadcasts, [`290 s ${all}`, `580 s ${all}`]);
  });
});

describe('a datagram', () => {
  it('with a wrong checksum is discarded, with none is taken (RFC 768)', () => {
    const packet = {
      source: '10.0.0.1',
      destination: '10.0.0.2',
      protocol: IpProtocol.UDP,
      ttl: 64,
      identification: 1,
    };
    const datagram = hex('1388 0035 000a 1234 6869');
    assert.equal(decodeUdp({ ...packet, payload: datagram }), undefined);
    datagram.set([0, 0], 6);
    assert.deepEqual(decodeUdp({ ...packet, payload: datagram })!.payload, bytes('hi'));
  });
});
