import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Board, boardOf } from '../../emulator/device/boards/board.ts';
import { given } from '../../emulator/device/boards/figure.ts';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { type Bench, NodeWorkerPool, run } from './bench.ts';
import { createLab, credentialsOf, ecKey, type Identity, identity, rsaKey } from './lab.ts';
import { attempt } from './tls-memory-lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const names = ['api.example.com'];
const ecRoot = identity('Test Root', ecKey('root'), { ca: true });
const rsaRoot = identity('Test Root', rsaKey(4096), { ca: true });
const ecLeaf = identity(names[0]!, ecKey('leaf'), { issuer: ecRoot, names });
const rsaLeaf = identity(names[0]!, rsaKey(4096), { issuer: ecRoot, names });
const rsaChain = identity(names[0]!, rsaKey(4096), { issuer: rsaRoot, names });

/** An ESP32 whose IDF heap is one region. */
function boardWith(free: number): Board {
  const { profile } = boardByName('esp32');
  const memory = { ...profile.memory, idfRegions: given([free], 'this test') };
  return boardOf({ ...profile, memory });
}

/** From more than enough to nothing: finely where each step is a small allocation, then coarsely. */
const SIZES = [
  ...Array.from({ length: 27 }, (_, i) => 48_000 - 800 * i),
  ...[20_000, 12_000, 6_000, 5_000, 500],
];

const NAMES: Readonly<Record<string, string>> = {
  ok: 'ok',
  "OSError(-17040, 'MBEDTLS_ERR_RSA_PUBLIC_FAILED+MBEDTLS_ERR_MPI_ALLOC_FAILED')": 'RSA',
  "ValueError('\\nThe certificate is not correctly signed by the trusted CA\\n',)": 'not trusted',
  'OSError(16,)': 'EC',
  "OSError(-16256, 'MBEDTLS_ERR_PK_ALLOC_FAILED')": 'PK',
  "OSError(-10368, 'MBEDTLS_ERR_X509_ALLOC_FAILED')": 'X.509',
  'OSError(12,)': 'buffers',
  "ValueError('invalid cert',)": 'CA',
  'OSError(105,)': 'socket',
};

/** What comes out as less and less memory is there, without repetitions. Fails when something stays allocated. */
function sweep(server: Identity, ca?: Identity): string[] {
  const outcomes = SIZES.map((free) => {
    const bench = attempt({ pool, server: credentialsOf(server), board: boardWith(free), ...(ca && { ca }) });
    assert.equal(bench.outcome.outcome, 'finished');
    assertGivenBack(bench);
    return NAMES[bench.output.trim()] ?? bench.output;
  });
  return outcomes.filter((outcome, i) => outcome !== outcomes[i - 1]);
}

/** All but what the context holds until it is collected: its CA. */
function assertGivenBack({ of }: Bench): void {
  const states = of('device.heap');
  const context = states.find(({ reason }) => reason === 'certificates of a TLS context');
  const beside = states.findLast(({ reason }) => reason === 'socket');
  const held = context === undefined || beside === undefined ? 0 : context.used - beside.used;
  assert.equal(states.at(-1)!.used, held);
}

describe('as the IDF heap gets shorter, the step that fails comes earlier', () => {
  it('with a P-256 server that is verified', () => {
    assert.deepEqual(sweep(ecLeaf, ecRoot), ['ok', 'not trusted', 'PK', 'X.509', 'buffers', 'CA', 'socket']);
  });

  it('with a P-256 server that is not', () => {
    assert.deepEqual(sweep(ecLeaf), ['ok', 'EC', 'PK', 'X.509', 'buffers', 'socket']);
  });

  it('with an RSA-4096 server whose chain is on P-256', () => {
    assert.deepEqual(sweep(rsaLeaf, ecRoot), [
      'ok',
      'RSA',
      'not trusted',
      'PK',
      'X.509',
      'buffers',
      'CA',
      'socket',
    ]);
  });

  it('with RSA-4096 all through', () => {
    assert.deepEqual(sweep(rsaChain, rsaRoot), [
      'ok',
      'not trusted',
      'PK',
      'X.509',
      'buffers',
      'CA',
      'socket',
    ]);
  });
});

describe('a loaded ESP32', () => {
  const LOADED = { idf: 91_000, python: 0 };

  it('fails with RSA-4096 where P-256 still works', () => {
    const output = (server: Identity) =>
      attempt({ pool, server: credentialsOf(server), ca: ecRoot, heapPressure: LOADED }).output.trim();
    assert.equal(NAMES[output(rsaLeaf)], 'RSA');
    assert.equal(output(ecLeaf), 'ok');
  });

  it('fails though plenty is free, when no block is long enough for the buffer of 16,717', () => {
    const { output, of } = attempt({
      pool,
      server: credentialsOf(ecLeaf),
      heapPressure: { idf: 0, python: 0, largestBlock: 16_000 },
    });
    assert.equal(output, 'OSError(12,)\n');
    assert.ok(of('device.heap').every(({ free }) => free > 100_000));
  });

  it("loses IDF heap to MicroPython's own when that grows", () => {
    const use = (python: number) =>
      attempt({ pool, server: credentialsOf(ecLeaf), heapPressure: { idf: 0, python } });
    assert.equal(use(45_000).of('device.heap')[0]!.used, 0);
    assert.ok(use(60_000).of('device.heap').at(-1)!.used > 57_344);
    assert.equal(use(140_000).output, 'OSError(12,)\n');
  });

  it('has no memory for objects of the firmware when both heaps are full', () => {
    const body =
      'import tls\ntry: tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)\nexcept MemoryError as error: print(error)';
    const { output } = run(body, { pool, heapPressure: { idf: 136_000, python: 50_000 } });
    assert.equal(output, 'memory allocation failed, allocating 1856 bytes\n');
  });

  it('cannot switch Wi-Fi on', () => {
    const { wifi, world } = createLab({ joined: false });
    const body =
      'import network\nw = network.WLAN()\nfor i in range(2):\n' +
      '    try: w.active(True)\n    except OSError as error: print(repr(error), w.active())';
    const { output, of } = run(body, { pool, world, wifi, heapPressure: { idf: 112_000, python: 0 } });
    assert.equal(output, "OSError('WiFi Out of Memory',) False\n".repeat(2));
    assert.equal(of('device.heap').at(-1)!.used, of('device.heap')[0]!.used);
  });
});

describe('gc.mem_free() and gc.mem_alloc()', () => {
  it('say what the board would: near 144,880 after boot, less with each object of the firmware', () => {
    const body =
      'import gc, tls\nfree = gc.mem_free()\nused = gc.mem_alloc()\nc = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)\n' +
      'print(free, gc.mem_alloc() - used, free - gc.mem_free(), gc.collect() is None, "collect" in dir(gc))';
    const [free, ...rest] = run(body, { pool }).output.trim().split(' ');
    assert.ok(Math.abs(Number(free) - 144_880) < 200, free);
    assert.deepEqual(rest, ['1856', '1856', 'True', 'True']);
  });
});
