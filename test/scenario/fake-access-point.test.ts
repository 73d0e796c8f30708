/** Mallory's access point: who joins it, and what she is to whoever has. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { reportAttackers } from '../../src/report/attackers.ts';
import { defineScenario } from '../../src/scenario/define.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { runScenario } from '../../src/scenario/run.ts';

after(closeDeviceWorkers);

const PROGRAM = `
import network, socket, time
wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect("workshop", "correct horse")
for attempt in range(20):
    if wlan.isconnected():
        break
    time.sleep(1)
print(wlan.ifconfig()[2])
`;
const ASK = `
sock = socket.socket()
sock.settimeout(5)
sock.connect(socket.getaddrinfo("bob.example.com", 80)[0][-1])
sock.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
print(sock.read().split(b"\\r\\n\\r\\n")[1])
`;
const HERS = '192.168.64.1\n';
const REAL = '192.168.4.1\n';

async function play(mallory: object, { program = PROGRAM, network = {}, steps = [] as object[] } = {}) {
  const loaded = defineScenario(
    {
      title: 'An access point too many',
      why: 'To see who joins it.',
      network,
      hosts: {
        ns: { address: '198.51.100.53', services: [{ type: 'dns' }] },
        bob: {
          address: '203.0.113.10',
          names: ['bob.example.com'],
          services: [{ type: 'http', routes: { '/': { body: '21.5 C' } } }],
        },
        impostor: {
          address: '203.0.113.99',
          services: [{ type: 'http', routes: { '/': { body: '99.9 C' } } }],
        },
      },
      attackers: { mallory: { type: 'fake-access-point', victim: 'bob', port: 80, ...mallory } },
      devices: { alice: {} },
      steps: steps as never,
    },
    { name: 'play', files: { 'main.py': program } },
  );
  const { events, output } = await runScenario(loaded);
  return { said: output.alice!, report: reportAttackers(events)[0] };
}

describe("Mallory's access point", () => {
  it('is joined when it is the stronger one of its channel, and not when it is the weaker', async () => {
    assert.equal((await play({})).said, HERS);
    assert.equal((await play({ rssi: -70 })).said, REAL);
  });

  it('is joined on a lower channel however weak, for a device takes the first that it finds', async () => {
    assert.equal((await play({ channel: 1, rssi: -70 })).said, HERS);
    assert.equal((await play({ channel: 11 })).said, REAL);
  });

  it('is not joined before it is there, nor without the passphrase', async () => {
    assert.equal((await play({ from: '10s' })).said, REAL);
    const { said, report } = await play({ password: 'wrong horse' });
    assert.equal(said, '0.0.0.0\n');
    assert.deepEqual(report?.achieved, []);
    assert.match(report?.stopped[0]?.detail ?? '', /does not know/);
  });

  it('carries plain text, which she reads, and changes as she likes', async () => {
    const rewrite = [{ in: 'response', from: '21.5', to: '12.5' }];
    const { said, report } = await play({ rewrite }, { program: PROGRAM + ASK });
    assert.equal(said, `${HERS}b'12.5 C'\n`);
    assert.deepEqual(report?.achieved, ['read', 'rewrite', 'lure']);
    assert.deepEqual(report.learned[0], { what: 'name', text: 'bob.example.com' });
  });

  it('is a name server that lies where she wants it to', async () => {
    const answers = { 'BOB.example.com': '203.0.113.99' };
    const { said, report } = await play({ answers }, { program: PROGRAM + ASK });
    assert.equal(said, `${HERS}b'99.9 C'\n`);
    assert.deepEqual(report?.achieved, ['spoof-dns', 'lure']);
  });

  it('carries what she does not care for, and to several addresses', async () => {
    const { said, report } = await play({ victim: 'impostor' }, { program: PROGRAM + ASK });
    assert.equal(said, `${HERS}b'21.5 C'\n`);
    assert.equal(report?.read, '');
  });

  it('needs an address that no host has', async () => {
    await assert.rejects(
      () => play({ address: '203.0.113.99' }),
      /attackers\.mallory\.address: 203\.0\.113\.99, from which she speaks, is hosts\.impostor\.address/,
    );
  });

  it('is on the line of a device that has joined it, as far as faults go', async () => {
    const cut = [{ 'wait-serial': '192.168' }, { 'set-link': { link: 'alice', down: true } }];
    const { said } = await play({}, { program: `${PROGRAM}time.sleep(1)\n${ASK}`, steps: cut });
    assert.equal(said, HERS);
  });
});
