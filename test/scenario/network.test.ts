import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { buildLadder } from '../../src/report/ladder/build.ts';
import { defineScenario } from '../../src/scenario/define.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { checkReferences } from '../../src/scenario/references.ts';
import { runScenario } from '../../src/scenario/run.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { readScenario } from '../../src/scenario/schema-problems.ts';

after(closeDeviceWorkers);

const JOIN = `import network, socket, time
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
def join(ssid='workshop', password='correct horse'):
    wlan.connect(ssid, password)
    for _ in range(200):
        if wlan.isconnected(): break
        time.sleep_ms(100)
    print(ssid, wlan.ifconfig()[0], wlan.status())
`;

/** Runs programs, one a device, in a network; what each printed, and the trace. */
async function run(
  network: ScenarioInput['network'],
  programs: Readonly<Record<string, string>>,
  hosts: ScenarioInput['hosts'] = {},
) {
  const loaded = defineScenario(
    {
      title: 'A test',
      why: 'To see what the network does.',
      network,
      hosts,
      devices: Object.fromEntries(Object.keys(programs).map((name) => [name, { main: `${name}.py` }])),
    },
    {
      files: Object.fromEntries(Object.entries(programs).map(([name, text]) => [`${name}.py`, JOIN + text])),
    },
  );
  const { events } = await runScenario(loaded);
  const printed = (name: string) =>
    events
      .flatMap((event) => (event.type === 'device.output' && event.actor === name ? [event.text] : []))
      .join('');
  return { events, printed };
}

const faultsOf = (events: readonly TraceEvent[]) =>
  events.flatMap((event) =>
    event.type === 'network.fault' ? [`${event.t / 1e9} ${event.where} ${event.phase} ${event.changes}`] : [],
  );

describe('network.faults', () => {
  it('begin and end at their times, are told in the trace and drawn in the ladder', async () => {
    const { events, printed } = await run(
      {
        faults: [
          { at: '6s', for: '2s', link: 'wifi', loss: '100%' },
          { at: '9s', accessPoint: 'wifi', deauthenticate: 3 },
        ],
      },
      { sensor: 'join()\ntime.sleep(10)\nprint(wlan.isconnected())\n' },
    );
    assert.deepEqual(faultsOf(events), [
      '6 wifi begins loss 100 %',
      '8 wifi ends loss 100 %',
      '9 wifi begins stations sent away, reason 3',
    ]);
    assert.equal(printed('sensor'), 'workshop 192.168.4.2 1010\nTrue\n');
    const rows = buildLadder(events).rows.flatMap((row) => (row.kind === 'note' ? [row.text] : []));
    assert.ok(rows.includes('network fault at wifi begins: loss 100 %'), rows.join('\n'));
  });

  it('can be those of one host’s line alone', async () => {
    const hosts = {
      one: { address: '203.0.113.1', services: [{ type: 'http' as const }] },
      two: { address: '203.0.113.2', services: [{ type: 'http' as const }] },
    };
    const { printed } = await run(
      { faults: [{ at: '0s', link: 'two', down: true }] },
      {
        sensor: `join()
for host in ('203.0.113.1', '203.0.113.2'):
    s = socket.socket()
    s.settimeout(2)
    try:
        s.connect((host, 80))
        print('open')
    except OSError as error: print(error)
`,
      },
      hosts,
    );
    assert.match(printed('sensor'), /open\n.*ETIMEDOUT/);
  });

  it('say what is wrong with them', () => {
    const problems = (fault: object) => {
      const result = readScenario({ title: 't', why: 'w', network: { faults: [fault] }, devices: { d: {} } });
      return 'problems' in result ? result.problems.map(({ message }) => message) : [];
    };
    assert.deepEqual(problems({ at: '1s', link: 'wifi', loss: '1%' }), []);
    assert.deepEqual(problems({ at: '1s', loss: '1%' }), [
      'network.faults[0]: expected either "link" or "accessPoint", to say where',
    ]);
    assert.deepEqual(problems({ at: '1s', accessPoint: 'wifi', loss: '1%' }), [
      'network.faults[0]: "loss" is nothing that happens to an access point',
    ]);
    assert.deepEqual(problems({ at: '1s', accessPoint: 'wifi' }), [
      'network.faults[0]: expected one of off, rssi, deauthenticate, to say what',
    ]);
    const data = { network: { faults: [{ link: 'wfi' }, { accessPoint: 'wifi' }] }, devices: { d: {} } };
    assert.deepEqual(
      checkReferences(data).map(({ message }) => message),
      ["network.faults[0].link: no link, access point, host or device is called 'wfi'"],
    );
  });
});

describe('several access points', () => {
  it('of one name are one network: a station that loses one goes on at the other, with its address', async () => {
    const { events, printed } = await run(
      {
        wifi: { channel: 1, rssi: -60 },
        accessPoints: {
          upstairs: { ssid: 'workshop', password: 'correct horse', channel: 11, rssi: -75 },
        },
        faults: [{ at: '6s', accessPoint: 'wifi', rssi: -95 }],
      },
      {
        sensor:
          "join()\nprint(wlan.status('rssi'))\ntime.sleep(14)\nprint(wlan.status('rssi'), wlan.ifconfig()[0])\n",
      },
    );
    assert.equal(printed('sensor'), 'workshop 192.168.4.2 1010\n-60\n-75 192.168.4.2\n');
    assert.ok(events.some((event) => event.type === 'wifi.state' && event.detail === 'beacon timeout'));
  });

  it('of different names are different networks behind one router', async () => {
    const { printed } = await run(
      { accessPoints: { guests: { ssid: 'guests', channel: 11 } } },
      {
        server: `join()
s = socket.socket()
s.bind(('', 8080))
s.listen(1)
c, a = s.accept()
print(a[0], c.recv(9))
c.send(b'pong')
c.close()
`,
        guest: `join('guests', '')
time.sleep(1)
s = socket.socket()
s.connect(('192.168.4.2', 8080))
s.send(b'ping')
print(s.recv(9))
`,
      },
    );
    assert.equal(printed('server'), "workshop 192.168.4.2 1010\n192.168.5.2 b'ping'\n");
    assert.equal(printed('guest'), "guests 192.168.5.2 1010\nb'pong'\n");
  });
});

describe('DHCP', () => {
  it('may have no server: associated, and no address', async () => {
    const { printed } = await run({ dhcp: { answers: false } }, { sensor: 'join()\n' });
    assert.equal(printed('sensor'), 'workshop 0.0.0.0 1001\n');
  });

  it('may give short leases, which are renewed', async () => {
    const { events, printed } = await run(
      { dhcp: { lease: '60s' } },
      { sensor: 'join()\ntime.sleep(100)\nprint(wlan.isconnected())\n' },
    );
    assert.match(printed('sensor'), /True/);
    assert.equal(events.filter((event) => event.type === 'dhcp.lease').length, 4);
  });
});
