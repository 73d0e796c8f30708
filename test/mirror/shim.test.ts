/** The shim between a scenario's program and its board, on an emulated device with a network of the test's. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool } from '../../emulator/device/spawn.node.ts';
import { run } from '../device/bench.ts';
import { createLab } from '../device/lab.ts';
import { projectRoot } from '../support/project.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const SHIM = readFileSync(join(projectRoot, 'src/mirror/board/shim.py'), 'utf8');

/** What a program prints that has the shim as `shim`, configured so. */
function shimmed(configuration: string, ...program: string[]): string[] {
  const script = [
    'import tls_sandbox_shim as shim',
    `shim._configuration = ${configuration}`,
    ...program,
  ].join('\n');
  const { world, stacks } = createLab();
  const bench = run(script, {
    pool,
    world,
    stacks,
    files: { '/tls_sandbox_shim.py': SHIM, '/place/a.txt': 'inside', '/place/tls_sandbox_shim.py': SHIM },
  });
  assert.deepEqual(bench.of('device.exception'), []);
  // The marks around what it tells the computer, so that one sees them.
  return bench.output.replaceAll('\x1e', '<').replaceAll('\x1f', '>').trim().split('\n');
}

const FAKE_NETWORK = [
  'class Fake:',
  '    STA_IF = 0',
  '    class WLAN:',
  '        IF_STA = 0',
  '        def __init__(self, *args): pass',
  '        def connect(self, *args): print(*args)',
  '        def isconnected(self): return True',
  "        def disconnect(self): print('gone')",
  "        def active(self, *on): print('active', on) if on else None; return 'up'",
  "        def ifconfig(self, *address): print('ifconfig', address) if address else None; return 'mine'",
  'network = shim._network(Fake)',
  'wlan = network.WLAN(network.STA_IF)',
];

const wifi = (real: string) => `{'wifi': {'scenario': ('workshop', 'correct horse'), 'real': ${real}}}`;

describe("the shim's Wi-Fi", () => {
  it("takes a program that joins the scenario's network to the one at hand, and keeps a wrong password wrong", () => {
    const lines = shimmed(
      wifi("('home', 'secret')"),
      ...FAKE_NETWORK,
      "wlan.connect('workshop', 'correct horse')",
      "wlan.connect('workshop', 'wrong horse')",
      "wlan.connect('other', 'word')",
      'print(network.WLAN.IF_STA, wlan.isconnected())',
    );
    assert.deepEqual(lines.slice(0, 3), ['home secret', 'home wrong horse', 'other word']);
    assert.match(lines[3]!, /^<wifi-join (3\d)+>0 True$/);
  });

  it('tells once how long joining took', () => {
    const told = shimmed(
      wifi("('home', 'secret')"),
      ...FAKE_NETWORK,
      'import time',
      "wlan.connect('workshop', 'correct horse')",
      'time.sleep_ms(250)',
      'wlan.isconnected()',
      'wlan.isconnected()',
    ).join('');
    const [, hex] = /^home secret<wifi-join ([0-9a-f]+)>$/.exec(told) ?? [];
    const milliseconds = Number(Buffer.from(hex!, 'hex').toString());
    assert.ok(milliseconds >= 250 && milliseconds < 260, `${milliseconds} ms`);
  });

  it('leaves a board that is on its network there', () => {
    const lines = shimmed(
      wifi('None'),
      ...FAKE_NETWORK,
      "wlan.connect('workshop', 'correct horse')",
      "wlan.connect('other', 'word')",
      'wlan.disconnect()',
      'print(wlan.active(False))',
      "wlan.ifconfig(('192.168.4.9', '255.255.255.0', '192.168.4.1', '192.168.4.1'))",
      'print(wlan.active(), wlan.ifconfig())',
    );
    assert.deepEqual(lines, ['up', 'up mine']);
  });
});

describe("the shim's files", () => {
  it("are in the scenario's folder, whatever path a program names", () => {
    const lines = shimmed(
      "{'folder': '/place'}",
      'import os',
      'inner = shim._os(os)',
      'opened = shim._open(open)',
      "print(opened('/a.txt').read(), opened('a.txt' if False else '/place/a.txt').read())",
      "print(inner.listdir('/'), inner.stat('/a.txt')[6], inner.getcwd())",
      "print([entry[0] for entry in inner.ilistdir('/')])",
    );
    assert.deepEqual(lines, ['inside inside', "['a.txt'] 6 /", "['a.txt']"]);
  });
});

describe('the shim where the computer is out of reach', () => {
  it('fails as getaddrinfo does without a network', () => {
    const lines = shimmed(
      "{'host': '192.0.2.9', 'control': 1}",
      'import socket',
      'try:',
      "    shim._socket(socket).getaddrinfo('api.example.com', 443)",
      'except OSError as error:',
      '    print(error.args)',
    );
    assert.deepEqual(lines, ['(-202,)']);
  });
});
