import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { describeAttacker, reportAttackers } from '../../src/report/attackers.ts';
import { buildLadder } from '../../src/report/ladder/build.ts';
import { defineScenario } from '../../src/scenario/define.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { runScenario } from '../../src/scenario/run.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';

after(closeDeviceWorkers);

const HOST = 'bob.example.com';

/** Alice asks Bob for the temperature. `verify`: whether she looks at who answers. */
const alice = (verify: boolean, port = 443) => `
import network, socket, ssl, time
wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect("workshop", "correct horse")
while not wlan.isconnected():
    time.sleep_ms(100)
sock = socket.socket()
sock.connect(socket.getaddrinfo("${HOST}", ${port})[0][-1])
${
  port === 443
    ? `ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
${verify ? 'ctx.verify_mode = ssl.CERT_REQUIRED\nctx.load_verify_locations(cafile="/root.pem")' : ''}
sock = ctx.wrap_socket(sock, server_hostname="${HOST}")`
    : ''
}
sock.write(b"GET /temperature HTTP/1.0\\r\\n\\r\\n")
print(sock.read().split(b"\\r\\n\\r\\n")[1])
`;

interface Play {
  readonly program?: string;
  readonly attackers: ScenarioInput['attackers'];
  readonly expect?: ScenarioInput['expect'];
  readonly tls?: object;
  readonly hosts?: ScenarioInput['hosts'];
}

async function play({ program = alice(false), attackers, expect = {}, tls = {}, hosts = {} }: Play) {
  const routes = { '/temperature': { body: '21.5 C' } };
  const loaded = defineScenario(
    {
      title: 'Alice and Bob, and somebody else',
      why: 'To see what she can do.',
      pki: {
        roots: { root: { subject: 'CN=Trent' } },
        leaves: {
          bob: { issuer: 'root', subject: `CN=${HOST}`, san: [HOST] },
          mallory: { issuer: 'self', subject: `CN=${HOST}`, san: [HOST] },
        },
      },
      hosts: {
        'ns.example.net': { address: '198.51.100.53', services: [{ type: 'dns' }] },
        [HOST]: {
          address: '203.0.113.10',
          services: [
            { type: 'https', certificate: 'bob', routes, tls },
            { type: 'http', routes },
          ],
        },
        ...hosts,
      },
      attackers,
      devices: { alice: { rtc: 'set', files: { '/root.pem': { certificate: 'root' } } } },
      expect,
    },
    { name: 'play', files: { 'main.py': program } },
  );
  const result = await runScenario(loaded);
  const [report] = reportAttackers(result.events);
  return { ...result, report: report!, said: result.output.alice! };
}

const MALLORY = { type: 'man-in-the-middle', victim: HOST } as const;
const FORGERY = [{ in: 'response', from: '21.5', to: '99.9' }] as const;

describe('Eve', () => {
  const attackers = { eve: { type: 'eavesdropper' } } as const;

  it('reads all of what is not encrypted', async () => {
    const { report } = await play({ program: alice(false, 80), attackers });
    assert.match(report.read, /GET \/temperature/);
    assert.match(report.read, /21\.5 C/);
    assert.deepEqual(report.achieved, ['read']);
  });

  it('reads nothing of what is, but learns the name, the address and the certificate', async () => {
    const { report } = await play({ attackers });
    assert.equal(report.read, '');
    const learned = report.learned.map(({ what, text }) => `${what} ${text}`);
    assert.deepEqual(learned, [
      `name ${HOST}`,
      `address ${HOST} is 203.0.113.10`,
      'parameters TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      `certificate CN=${HOST}, issued by CN=Trent`,
    ]);
    assert.ok(report.saw.some(({ what }) => what === 'data'));
  });

  it('changes nothing: the run is the same without her', async () => {
    const without = await play({ attackers: {} });
    const watched = await play({ attackers });
    const rest = watched.events.filter(({ actor }) => actor !== 'eve');
    assert.deepEqual(rest, without.events);
  });
});

describe('Mallory, who relays plain TCP under the addresses of both ends', () => {
  it('stands in the picture between them, and the connection is theirs', async () => {
    const { events } = await play({
      program: alice(false, 80),
      attackers: { mallory: { ...MALLORY, port: 80, rewrite: [...FORGERY] } },
    });
    const { lanes, rows } = buildLadder(events);
    assert.deepEqual(
      lanes.map(({ actor, subtitle }) => `${actor} ${subtitle}`),
      ['alice esp32 · 192.168.4.2', 'mallory ', `${HOST} 203.0.113.10`],
    );
    const opened = rows.flatMap((row) => (row.kind === 'arrow' && row.name === 'TCP open' ? [row] : []));
    assert.deepEqual(
      opened.map(({ from, to }) => `${from} to ${to}`),
      [`alice to ${HOST}`],
    );
  });
});

describe('Mallory with a certificate of her own', () => {
  const attackers = { mallory: { ...MALLORY, certificate: 'mallory', rewrite: [...FORGERY] } };

  it('is believed by a device that verifies nothing: she reads, and what she changes arrives', async () => {
    const { report, said, failures } = await play({ attackers });
    assert.deepEqual(failures, []);
    assert.match(said, /99\.9 C/);
    assert.deepEqual(report.achieved, ['read', 'impersonate', 'rewrite']);
    assert.match(report.read, /21\.5 C/);
  });

  it('is refused by one that verifies, and Bob never hears of it', async () => {
    const { report, events } = await play({ program: alice(true), attackers });
    assert.deepEqual(report.achieved, []);
    assert.match(report.stopped[0]!.detail, /unknown_ca/);
    assert.ok(!events.some((event) => event.type === 'tls.start' && event.actor === HOST));
  });

  it('is believed with a stolen certificate, whoever verifies', async () => {
    const { report } = await play({
      program: alice(true),
      attackers: { mallory: { ...MALLORY, certificate: 'bob', rewrite: [...FORGERY] } },
    });
    assert.deepEqual(report.achieved, ['read', 'impersonate', 'rewrite']);
  });

  it('stands between the two in the ladder', async () => {
    const { events } = await play({ attackers });
    const { lanes, rows } = buildLadder(events);
    assert.deepEqual(lanes.map(({ actor }) => actor).slice(0, 3), ['alice', 'mallory', HOST]);
    const hellos = rows.flatMap((row) =>
      row.kind === 'arrow' && row.name === 'ClientHello' ? [`${row.from} ${row.to}`] : [],
    );
    assert.deepEqual(hellos, ['alice mallory', `mallory ${HOST}`]);
  });
});

describe('Mallory without keys', () => {
  const tampering = async (tamper: object, program = alice(true)) =>
    play({ program, attackers: { mallory: { ...MALLORY, ...tamper } } });

  it('is not there for the two: one connection, under its own addresses', async () => {
    const { events, said, report } = await tampering({});
    assert.match(said, /21\.5 C/);
    assert.deepEqual(report.achieved, []);
    const ends = events.flatMap((event) => (event.type === 'tls.start' ? [event.connection] : []));
    assert.equal(new Set(ends).size, 1);
    assert.equal(ends.length, 2);
  });

  it('cannot weaken the suite: the two transcripts differ', async () => {
    const keep = ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256'] as const;
    const { report, summary } = await tampering({
      tamperClient: [{ at: 'ClientHello', fault: 'strip-suites', keep: [...keep] }],
    });
    assert.equal(summary[0]!.outcome, 'failed');
    assert.deepEqual(report.achieved, []);
  });

  it('cannot change a record: its MAC is wrong', async () => {
    const { report, events } = await tampering({
      tamperServer: [{ at: 'ApplicationData', fault: 'corrupt-record', offset: 9 }],
    });
    assert.deepEqual(report.achieved, []);
    assert.ok(
      events.some((event) => event.type === 'device.exception' && event.message.includes('INVALID_MAC')),
    );
  });

  it('can cut the answer off, and a device that takes every end for the end does not notice', async () => {
    const { report, said } = await tampering({ tamperServer: [{ at: 'ApplicationData', fault: 'cut' }] });
    assert.match(said, /IndexError|^$/m);
    assert.deepEqual(report.achieved, ['tamper']);
  });
});

describe('Mallory with a recording', () => {
  const attackers = { mallory: { ...MALLORY, replayAfter: '3s' } } as const;
  // The world goes on until she has played it.
  const LATER = '\nimport time\ntime.sleep(5)\n';

  it('is answered where nothing is fresh: clear text', async () => {
    const { report, events } = await play({
      program: alice(false, 80) + LATER,
      attackers: { mallory: { ...attackers.mallory, port: 80 } },
    });
    assert.deepEqual(report.achieved, ['read', 'replay']);
    assert.equal(events.filter(({ type }) => type === 'http.request').length, 2);
  });

  it('is refused by TLS: the server has chosen new random bytes', async () => {
    const { report, events } = await play({ program: alice(true) + LATER, attackers });
    assert.deepEqual(report.achieved, []);
    assert.match(report.stopped[0]!.detail, /an alert/);
    assert.equal(events.filter(({ type }) => type === 'http.request').length, 1);
  });
});

describe('Mallory with forged names', () => {
  const attackers = { mallory: { type: 'dns-spoofer', answers: { [HOST]: '203.0.113.66' } } } as const;
  const hosts = {
    'evil.example.com': {
      address: '203.0.113.66',
      services: [
        { type: 'https' as const, certificate: 'mallory', routes: { '/temperature': { body: '99.9 C' } } },
      ],
    },
  };

  it('is quicker than the name server: the device goes where she sends it', async () => {
    const { report, said } = await play({ attackers, hosts });
    assert.deepEqual(report.achieved, ['spoof-dns']);
    assert.match(said, /99\.9 C/);
    const words = describeAttacker(report).join('\n');
    assert.match(
      words,
      /evil\.example\.com, at 203\.0\.113\.66, reads what was meant for \S+: at 5\.\d+ s "GET \/temperature/,
    );
    assert.doesNotMatch(words, /reads nothing/);
  });

  it('gains nothing where the certificate is verified', async () => {
    const { report, said, events } = await play({ program: alice(true), attackers, hosts });
    assert.doesNotMatch(said, /99\.9 C/);
    assert.ok(events.some((event) => event.type === 'device.exception' && event.name === 'ValueError'));
    const words = describeAttacker(report).join('\n');
    assert.match(words, /evil\.example\.com, at 203\.0\.113\.66, is told nothing that was meant for/);
    assert.match(words, /reads nothing/);
  });
});

describe('expectations of attackers', () => {
  const attackers = { mallory: { ...MALLORY, certificate: 'mallory', rewrite: [...FORGERY] } };
  const failuresOf = async (mallory: object) =>
    (await play({ attackers, expect: { attackers: { mallory } } })).failures.map(
      ({ what, expected, observed }) => `${what}: ${expected} / ${observed.slice(0, 30)}`,
    );

  it('hold what she achieves, reads and learns against what came out', async () => {
    assert.deepEqual(
      await failuresOf({
        achieves: ['read', 'impersonate', 'rewrite'],
        reads: ['21.5 C'],
        readsNot: ['secret'],
      }),
      [],
    );
    assert.deepEqual(await failuresOf({ achieves: ['read'] }), [
      'mallory: achieves: read / read, impersonate, rewrite',
    ]);
    const missed = await failuresOf({ reads: ['password'], readsNot: ['21.5 C'], stoppedBy: 'unknown_ca' });
    assert.equal(missed.length, 3);
    assert.match(missed[0]!, /^mallory: reads: 'password' \/ GET \/temperature/);
    assert.match(missed[2]!, /^mallory: stoppedBy: 'unknown_ca' \/ nothing/);
  });
});
