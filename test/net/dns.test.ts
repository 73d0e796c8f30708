import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeDns, encodeDns, isDnsName } from '../../emulator/net/dns-message.ts';
import { type DnsFailure, DnsServer, type DnsServerOptions } from '../../emulator/net/dns-server.ts';
import type { Ipv4Stack } from '../../emulator/net/stack.ts';
import { SECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import { eventsOf, newPair, run } from './lab.ts';

function newNetwork(options: Partial<DnsServerOptions> = {}) {
  const lab = newPair();
  const records = new Map([
    ['api.example.com', ['203.0.113.10']],
    ['pool.example.com', ['203.0.113.20', '203.0.113.21']],
    ['no-address.example.com', []],
  ]);
  new DnsServer(lab.server, { records, ...options });
  lab.device.dnsServers = ['10.0.0.2'];
  return { ...lab, records };
}

function resolve(world: World, stack: Ipv4Stack, name: string) {
  let result: unknown;
  stack.resolve(name, (answer) => {
    result = answer;
  });
  assert.equal(result, undefined, 'never answers before it returns');
  run(world, world.now + 60 * SECOND, () => result !== undefined);
  return result;
}

describe('a DNS message', () => {
  // An answer with two records at an alias, names compressed (RFC 1035 4.1.4).
  const answer = Uint8Array.from(
    Buffer.from(
      '1234818000010002000000000377777707657861' +
        '6d706c6503636f6d0000010001' +
        'c00c000500010000003c00060361706' +
        '9c010' +
        'c02d000100010000001e0004cb00710a',
      'hex',
    ),
  );

  it('is read through compression and aliases', () => {
    assert.deepEqual(decodeDns(answer), {
      id: 0x1234,
      response: true,
      rcode: 'NOERROR',
      question: { name: 'www.example.com', type: 1 },
      answers: [{ address: '203.0.113.10', ttl: 30 }],
    });
  });

  it('reads back as it was written', () => {
    const message = decodeDns(answer)!;
    assert.deepEqual(decodeDns(encodeDns(message)), message);
  });

  it('that is cut off anywhere is refused', () => {
    for (let length = 0; length < answer.length; length++) {
      assert.equal(decodeDns(answer.subarray(0, length)), undefined, `${length} bytes`);
    }
  });

  it('whose pointers go in a circle is refused', () => {
    const looped = answer.slice();
    looped.set([0xc0, 0x0c], 12);
    assert.equal(decodeDns(looped), undefined);
  });

  it('holds names of labels of 1 to 63 bytes', () => {
    for (const good of ['a', 'a.b', 'x'.repeat(63), 'x_y.example']) assert.equal(isDnsName(good), true, good);
    for (const bad of ['', '.', 'a..b', '.a', 'x'.repeat(64), 'é'.repeat(32), 'a.'.repeat(130)]) {
      assert.equal(isDnsName(bad), false, bad);
    }
    const longest = `${'a.'.repeat(126)}a`;
    assert.deepEqual([longest, `${longest}a`].map(isDnsName), [true, false]);
  });

  it('whose name holds neither a label nor a pointer is refused (RFC 1035 4.1.4)', () => {
    for (const kind of [0x40, 0x80]) {
      const reserved = answer.slice();
      reserved[12] = kind | 3;
      assert.equal(decodeDns(Uint8Array.of(...reserved, ...new Uint8Array(200))), undefined);
    }
  });

  it('may ask for a type beyond 255', () => {
    const question = { name: 'example.com', type: 257 }; // CAA (RFC 8659)
    const query = { id: 1, response: false, rcode: 'NOERROR', question, answers: [] } as const;
    assert.deepEqual(decodeDns(encodeDns(query)), query);
  });
});

describe('resolving', () => {
  it('gives all addresses of a name, whatever its case, and with a final dot', () => {
    const { world, device } = newNetwork();
    assert.deepEqual(resolve(world, device, 'api.example.com'), { addresses: ['203.0.113.10'] });
    assert.deepEqual(resolve(world, device, 'POOL.Example.com'), {
      addresses: ['203.0.113.20', '203.0.113.21'],
    });
    assert.deepEqual(resolve(world, device, 'api.example.com.'), { addresses: ['203.0.113.10'] });
    const [query] = eventsOf(world, 'dns.query');
    assert.deepEqual([query!.actor, query!.name, query!.server], ['device', 'api.example.com', '10.0.0.2']);
  });

  it('asks no server for addresses and localhost', () => {
    const { world, device } = newPair();
    assert.deepEqual(resolve(world, device, '198.51.100.7'), { addresses: ['198.51.100.7'] });
    assert.deepEqual(resolve(world, device, 'localhost'), { addresses: ['127.0.0.1'] });
    assert.deepEqual(eventsOf(world, 'dns.query'), []);
  });

  it('keeps an answer for as long as the server says', () => {
    const { world, device, records } = newNetwork({ ttl: 30 });
    resolve(world, device, 'api.example.com');
    records.set('api.example.com', ['203.0.113.99']);
    assert.deepEqual(resolve(world, device, 'api.example.com'), { addresses: ['203.0.113.10'] });
    assert.equal(eventsOf(world, 'dns.query').length, 1);
    run(world, 31 * SECOND);
    world.advanceTo(31 * SECOND);
    assert.deepEqual(resolve(world, device, 'api.example.com'), { addresses: ['203.0.113.99'] });
  });

  it('fails with -2 for a name that does not exist, or has no address', () => {
    const { world, device } = newNetwork();
    for (const name of ['missing.example.com', 'no-address.example.com', 'not..a.name']) {
      assert.deepEqual(resolve(world, device, name), { error: -2 }, name);
    }
    assert.deepEqual(
      eventsOf(world, 'dns.answer').map((event) => event.rcode),
      ['NXDOMAIN', 'NOERROR'],
    );
  });

  it('fails with -202 when no server answers: four queries in seven seconds', () => {
    const { world, device } = newNetwork({ silent: true });
    const start = world.now;
    assert.deepEqual(resolve(world, device, 'api.example.com'), { error: -202 });
    assert.deepEqual(
      eventsOf(world, 'dns.query').map((event) => (event.t - start) / SECOND),
      [0, 1, 2, 4],
    );
    assert.equal((world.now - start) / SECOND, 7);
    assert.equal(eventsOf(world, 'dns.answer')[0]!.rcode, 'no answer');
  });

  it('fails with -202 at once without a server, and without a network', () => {
    const { world, device } = newNetwork();
    device.dnsServers = [];
    assert.deepEqual(resolve(world, device, 'api.example.com'), { error: -202 });
    device.dnsServers = ['10.0.0.2'];
    device.interfaces[0]!.configure(undefined);
    const start = world.now;
    assert.deepEqual(resolve(world, device, 'api.example.com'), { error: -202 });
    assert.equal(world.now, start);
  });

  it('fails with -202 when the only server cannot say, and asks the next one when there is one', () => {
    for (const [rcode, error] of [
      ['SERVFAIL', -202],
      ['REFUSED', -202],
      ['NXDOMAIN', -2],
    ] as const) {
      const { world, device, newStack } = newNetwork({ failures: new Map([['API.example.com', rcode]]) });
      assert.deepEqual(resolve(world, device, 'api.example.com'), { error });
      assert.equal(eventsOf(world, 'dns.answer')[0]!.rcode, rcode);
      const other = newStack('other', '02:00:00:00:00:03', '10.0.0.3', 'host');
      new DnsServer(other, { records: new Map([['api.example.com', ['203.0.113.10']]]) });
      device.dnsServers = ['10.0.0.2', '10.0.0.3'];
      const start = world.now;
      assert.deepEqual(resolve(world, device, 'api.example.com'), { addresses: ['203.0.113.10'] });
      assert.ok(world.now - start < SECOND / 10);
    }
  });

  it('believes a server that lies about one name, and waits for one that is silent about another', () => {
    const { world, device } = newNetwork({
      failures: new Map<string, DnsFailure>([
        ['api.example.com', { lie: '198.51.100.66' }],
        ['pool.example.com', 'silent'],
      ]),
    });
    assert.deepEqual(resolve(world, device, 'api.example.com'), { addresses: ['198.51.100.66'] });
    assert.deepEqual(resolve(world, device, 'pool.example.com'), { error: -202 });
  });

  it('asks the second server when the first is silent', () => {
    const { world, device } = newNetwork();
    device.dnsServers = ['10.0.0.99', '10.0.0.2'];
    const start = world.now;
    assert.deepEqual(resolve(world, device, 'api.example.com'), { addresses: ['203.0.113.10'] });
    assert.ok(world.now - start > 7 * SECOND && world.now - start < 8 * SECOND);
  });

  it('survives the loss of a query', () => {
    const { world, device, link } = newNetwork();
    let frames = 0;
    link.dropWhen((frame) => frame.bytes[12] === 8 && frame.bytes[13] === 0 && frames++ === 0);
    assert.deepEqual(resolve(world, device, 'api.example.com'), { addresses: ['203.0.113.10'] });
    assert.equal(eventsOf(world, 'dns.query').length, 2);
  });

  it('does not believe an answer from somebody else, or to another question (RFC 5452)', () => {
    const { world, device, server } = newPair();
    device.dnsServers = ['10.0.0.2'];
    const real = server.bindUdp(53);
    const elsewhere = server.bindUdp(5353);
    real.onReadable = () => {
      const { bytes, from } = real.receive()!;
      const query = decodeDns(bytes)!;
      const lie = { ...query, response: true, answers: [{ address: '6.6.6.6', ttl: 60 }] };
      elsewhere.sendTo(encodeDns(lie), from);
      real.sendTo(encodeDns({ ...lie, id: query.id ^ 1 }), from);
      real.sendTo(encodeDns({ ...lie, question: { name: 'other.example.com', type: 1 } }), from);
      real.sendTo(encodeDns({ ...lie, answers: [{ address: '203.0.113.10', ttl: 60 }] }), from);
    };
    assert.deepEqual(resolve(world, device, 'api.example.com'), { addresses: ['203.0.113.10'] });
  });
});
