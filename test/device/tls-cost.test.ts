import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';
import { computeFigures } from '../../src/report/figures.ts';
import { type Bench, NodeWorkerPool, run } from './bench.ts';
import { createLab, credentialsOf, ecKey, type Identity, identity, keyPem, pem, rsaKey } from './lab.ts';
import { type Attempt, attempt } from './tls-memory-lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const names = ['api.example.com'];
const root = identity('Test Root', ecKey('root'), { ca: true });
const upper = identity('Upper', ecKey('upper'), { ca: true, issuer: root });
const lower = identity('Lower', ecKey('lower'), { ca: true, issuer: upper });
const leafOf = (issuer: Identity, key = ecKey('leaf')) => identity(names[0]!, key, { issuer, names });
const rsaRoot = identity('Test Root', rsaKey(2048), { ca: true });
const device = identity('device', ecKey('device'), { issuer: root, usage: ['clientAuth'] });

const within = (percent: number, found: number, wanted: number) =>
  assert.ok(
    Math.abs(found - wanted) <= (percent / 100) * wanted,
    `${found}, wanted ${wanted} ± ${percent} %`,
  );

/** Bytes of the IDF heap that the first connection needed, and kept. */
function heapOf({ world }: Bench) {
  const figures = computeFigures(world.trace.events).devices.find(({ heap }) => heap?.connections.length)!;
  const { peak, kept } = figures.heap!.connections[0]!;
  return { peak, kept: kept! };
}

describe('the peak of a client connection is within 5 % of what was measured', () => {
  // The table of ESP-IDF's configuration, 32 bit, mbedTLS 3.6.6.
  const rows: readonly (readonly [string, Omit<Attempt, 'pool'>, number, number])[] = [
    ['EC P-256', { server: credentialsOf(leafOf(root)) }, 27_698, 25_026],
    ['EC P-256 with intermediate', { server: credentialsOf(leafOf(upper), upper) }, 29_922, 27_250],
    ['RSA-2048', { server: credentialsOf(leafOf(root, rsaKey(2048))) }, 30_985, 26_717],
    ['RSA-4096 leaf', { server: credentialsOf(leafOf(root, rsaKey(4096))) }, 36_361, 27_485],
  ];
  for (const [name, options, peak, kept] of rows) {
    it(`${name} server`, () => {
      const found = heapOf(attempt({ ...options, ca: root, pool }));
      within(5, found.peak, peak);
      within(5, found.kept, kept);
    });
  }
});

describe('the peak is within 5 % of what is derived from another configuration', () => {
  // There, EC P-256 took 26,166 where ESP-IDF's takes 27,698.
  const MORE = 27_698 - 26_166;

  it('of a client with a certificate: 26,834 there', () => {
    const options = { clientAuth: 'require', clientAnchors: [root.der] } as const;
    const bench = attempt({
      pool,
      server: credentialsOf(leafOf(root)),
      ca: root,
      client: device,
      ...options,
    });
    assert.equal(bench.output, 'ok\n');
    within(5, heapOf(bench).peak, 26_834 + MORE);
  });

  it('of a chain of three: as much for the third certificate as was measured for the second', () => {
    const server = credentialsOf(leafOf(lower), lower, upper);
    within(5, heapOf(attempt({ pool, server, ca: root })).peak, 29_922 + (29_922 - 27_698));
  });

  it('of servers, which keep no chain of a peer: as they were there', () => {
    for (const [key, peak] of [
      [ecKey('leaf'), 25_334],
      [rsaKey(2048), 29_162],
      [rsaKey(4096), 35_562],
    ] as const) {
      within(5, heapOf(served(leafOf(root, key))).peak, peak);
    }
  });

  it('of a server that wants a certificate: 27,386 there', () => {
    within(5, heapOf(served(leafOf(root), device)).peak, 27_386 + MORE);
  });

  /** One device as the server of another. */
  function served(leaf: Identity, client?: Identity): Bench {
    const lab = createLab({ devices: 2 });
    const setClock =
      'import tls, socket, time, machine\nmachine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))\n';
    const server =
      `${setClock}c = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)\n` +
      'c.load_cert_chain(open("leaf.pem").read(), open("leaf.key").read())\n' +
      (client
        ? 'c.verify_mode = tls.CERT_REQUIRED\nc.load_verify_locations(open("root.pem").read())\n'
        : '') +
      'l = socket.socket()\nl.bind(("", 443))\nl.listen(1)\ns = c.wrap_socket(l.accept()[0], server_side=True)';
    const other =
      `${setClock}time.sleep_ms(100)\nc = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)\nc.verify_mode = tls.CERT_NONE\n` +
      (client ? 'c.load_cert_chain(open("device.pem").read(), open("device.key").read())\n' : '') +
      's = socket.socket()\ns.connect(("192.168.4.100", 443))\nc.wrap_socket(s, server_hostname="x")';
    return run([server, other], {
      pool,
      world: lab.world,
      stacks: lab.stacks,
      files: {
        'leaf.pem': pem(leaf.der),
        'leaf.key': keyPem(leaf.key),
        'root.pem': pem(root.der),
        'device.pem': pem(device.der),
        'device.key': keyPem(device.key),
      },
    });
  }
});

describe('the time of a handshake', () => {
  const milliseconds = (board: string, options: Omit<Attempt, 'pool'>) => {
    const { world } = attempt({ ...options, pool, board: boardByName(board) });
    return computeFigures(world.trace.events).connections[0]!.handshake! / MILLISECOND;
  };
  const chain = { server: credentialsOf(leafOf(upper), upper), ca: root };

  it('is what was published for a server with an intermediate: 930 to 1280 ms', () => {
    for (const board of ['esp32', 'esp32-s3']) {
      const found = milliseconds(board, chain);
      assert.ok(found >= 930 && found <= 1_280, `${board}: ${found}`);
    }
  });

  it('is a sum over what the messages need: three verifications and two multiplications', () => {
    // On a C6 verify 27, multiplication 8.4 ms; the rest is the network and the symmetric part.
    const found = milliseconds('esp32-c6', chain);
    const arithmetic = 3 * 27 + 2 * 8.4;
    assert.ok(found > arithmetic && found < arithmetic + 80, `${found}`);
  });

  it('is shorter with RSA, whose verification has a unit, and longer for a client that signs with it', () => {
    const rsa = { server: credentialsOf(leafOf(rsaRoot, rsaKey(2048))), ca: rsaRoot };
    assert.ok(milliseconds('esp32', rsa) < 400);
    const own = identity('device', rsaKey(4096), { issuer: rsaRoot, usage: ['clientAuth'] });
    const mutual = { ...rsa, client: own, clientAuth: 'require', clientAnchors: [rsaRoot.der] } as const;
    const difference = milliseconds('esp32', mutual) - milliseconds('esp32', rsa);
    assert.ok(difference > 1_900 && difference < 2_000, `${difference}`);
  });
});
