import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TraceEvent, TraceEventBody } from '../../emulator/world/trace-events.ts';
import { evaluate } from '../../src/scenario/expect/evaluate.ts';
import { type Scenario, type ScenarioInput, scenarioSchema } from '../../src/scenario/schema.ts';
import { summariseHandshakes } from '../../src/scenario/summary.ts';

const CONNECTION = '192.168.4.2:50000>203.0.113.10:443';
const connection = CONNECTION;

function at(t: number, actor: string, body: TraceEventBody): TraceEvent {
  return { t: t * 1e6, actor, ...body } as TraceEvent;
}

const established = (role: 'client' | 'server', peerAuthenticated: boolean): TraceEventBody => ({
  type: 'tls.established',
  connection,
  role,
  version: 'TLSv1.2',
  suite: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  peerAuthenticated,
  ...(peerAuthenticated && { peer: 'CN=api' }),
  resumed: false,
});

/** A device that connects, prints and ends: server authenticated, client not. */
const SUCCESS: readonly TraceEvent[] = [
  at(0, 'sensor', { type: 'tls.start', connection, role: 'client', serverName: 'api' }),
  at(10, 'api', { type: 'tls.start', connection, role: 'server' }),
  at(900, 'api', established('server', false)),
  at(910, 'sensor', established('client', true)),
  at(920, 'sensor', { type: 'device.output', text: 'hello\nwor' }),
  at(930, 'sensor', { type: 'device.output', text: 'ld\n' }),
  at(940, 'sensor', { type: 'device.exit', status: 0, reason: 'end' }),
];

/** A device that refuses the server's certificate. */
const REFUSAL: readonly TraceEvent[] = [
  ...SUCCESS.slice(0, 2),
  at(500, 'sensor', {
    type: 'x509.verdict',
    connection,
    profile: 'mbedtls',
    outcome: 'refused',
    checks: [
      { certificate: 'CN=api', depth: 0, check: 'signature', outcome: 'pass', detail: '' },
      { certificate: 'CN=api', depth: 0, check: 'validity', outcome: 'fail', detail: '' },
    ],
  }),
  at(501, 'sensor', {
    type: 'tls.alert',
    connection,
    direction: 'sent',
    level: 'fatal',
    description: 'certificate_expired',
    code: 45,
    encrypted: false,
  }),
  at(502, 'sensor', {
    type: 'tls.failed',
    connection,
    role: 'client',
    state: 'certificate',
    reason: 'certificate-refused',
    detail: 'expired',
  }),
  at(503, 'sensor', {
    type: 'device.exception',
    name: 'ValueError',
    message: '\nThe certificate validity has expired\n',
    traceback: '',
  }),
  at(504, 'sensor', { type: 'device.exit', status: 1, reason: 'exception' }),
];

function scenario(expect: ScenarioInput['expect']): Scenario {
  return scenarioSchema.parse({
    title: 't',
    why: 'w',
    devices: { sensor: {} },
    expect,
  } satisfies ScenarioInput);
}

function failures(expect: ScenarioInput['expect'], events: readonly TraceEvent[]): string[] {
  return evaluate(scenario(expect), events).map(
    ({ what, expected, observed, moment }) =>
      `${what}: ${expected} / ${observed} @ ${moment === undefined ? '-' : `${moment.t / 1e6} ${moment.type}`}`,
  );
}

describe('a handshake, summarised', () => {
  it('joins what both ends saw', () => {
    const [handshake, ...others] = summariseHandshakes(SUCCESS);
    assert.deepEqual(others, []);
    const { decided, ...rest } = handshake!;
    assert.equal(decided.t, 910e6);
    assert.deepEqual(rest, {
      connection,
      from: 'sensor',
      to: 'api',
      outcome: 'established',
      version: 'TLSv1.2',
      suite: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      resumed: false,
      server: 'CN=api',
      client: undefined,
      serverAuthenticated: true,
      clientAuthenticated: false,
      failingChecks: [],
      alert: undefined,
      alerts: [],
      messages: [],
      duration: 910e6,
    });
  });

  it('names the check and the alert that ended it', () => {
    const handshake = summariseHandshakes(REFUSAL)[0]!;
    assert.equal(handshake.outcome, 'failed');
    assert.deepEqual(handshake.failingChecks, ['validity']);
    assert.deepEqual(handshake.alert, { by: 'sensor', name: 'certificate_expired', level: 'fatal' });
    assert.deepEqual(handshake.alerts, [handshake.alert]);
    assert.equal(handshake.duration, undefined);
  });

  it('names who opened the connection where TLS failed before its hello', () => {
    const [handshake] = summariseHandshakes([
      at(0, 'sensor', { type: 'tcp.state', connection, state: 'SYN-SENT' }),
      at(5, 'mallory', { type: 'tcp.state', connection, state: 'SYN-SENT' }),
      at(10, 'api', { type: 'tls.start', connection, role: 'server' }),
    ]);
    assert.equal(handshake!.from, 'sensor');
    assert.equal(handshake!.to, 'api');
    assert.equal(handshake!.outcome, 'failed');
  });

  it('is not established when only one end thinks so', () => {
    assert.equal(summariseHandshakes(SUCCESS.slice(0, 3))[0]!.outcome, 'failed');
  });
});

describe('expectations of a device', () => {
  it('fail when the interpreter broke, whatever status is expected', () => {
    const broken = [
      at(10, 'sensor', {
        type: 'device.exit',
        status: 1,
        reason: 'fault',
        detail: 'out of bounds\n at wasm',
      }),
    ];
    assert.deepEqual(failures({ devices: { sensor: { exit: 1 } } }, broken), [
      'sensor: interpreter: to go on / the interpreter broke: out of bounds @ 10 device.exit',
    ]);
  });

  it('want exit status 0 and no exception, where nothing is said', () => {
    assert.deepEqual(failures(undefined, SUCCESS), []);
    assert.deepEqual(failures({ devices: { sensor: { exit: 3 } } }, SUCCESS), [
      'sensor: exit status: 3 / 0 (end) @ 940 device.exit',
    ]);
    assert.deepEqual(failures(undefined, REFUSAL), [
      'sensor: exception: none / ValueError: The certificate validity has expired @ 503 device.exception',
    ]);
  });

  it('are missed by a program that did not end', () => {
    assert.deepEqual(failures(undefined, SUCCESS.slice(0, 5)), [
      'sensor: exit status: 0 / the program did not end @ 920 device.output',
    ]);
  });

  it('are met by the exception that was expected, and by no other', () => {
    const exception = { type: 'ValueError', text: 'has expired' };
    assert.deepEqual(failures({ devices: { sensor: { exception } } }, REFUSAL), []);
    assert.deepEqual(failures({ devices: { sensor: { exception: { type: 'OSError' } } } }, REFUSAL), [
      'sensor: exception: OSError / ValueError: The certificate validity has expired @ 503 device.exception',
    ]);
    assert.deepEqual(failures({ devices: { sensor: { exception } } }, SUCCESS), [
      "sensor: exception: ValueError with 'has expired' / none @ 940 device.exit",
    ]);
  });

  it('read the output as one text, however it was written', () => {
    assert.deepEqual(
      failures({ devices: { sensor: { output: { contains: ['hello', 'world'] } } } }, SUCCESS),
      [],
    );
    assert.deepEqual(
      failures({ devices: { sensor: { output: { lines: ['hello', 'world'] } } } }, SUCCESS),
      [],
    );
    assert.deepEqual(failures({ devices: { sensor: { output: { contains: ['bye'] } } } }, SUCCESS), [
      "sensor: output: to contain 'bye' / hello\nworld\n @ 930 device.output",
    ]);
    assert.deepEqual(failures({ devices: { sensor: { output: { not: ['bye', 'hello'] } } } }, SUCCESS), [
      "sensor: output: not to contain 'hello' / hello\nworld\n @ 930 device.output",
    ]);
    assert.deepEqual(failures({ devices: { sensor: { output: { lines: ['hello', 'moon'] } } } }, SUCCESS), [
      'sensor: output, line 2: moon / world @ 930 device.output',
    ]);
    assert.deepEqual(failures({ devices: { sensor: { output: { lines: ['hello'] } } } }, SUCCESS), [
      'sensor: output, line 2: the end of the output / world @ 930 device.output',
    ]);
  });
});

describe('expectations of handshakes', () => {
  const good = { from: 'sensor', to: 'api', outcome: 'established', serverAuthenticated: true } as const;

  it('are compared aspect by aspect', () => {
    assert.deepEqual(failures({ handshakes: [good] }, SUCCESS), []);
    assert.deepEqual(
      failures(
        {
          handshakes: [
            {
              ...good,
              to: 'other',
              version: 'TLSv1.3',
              clientAuthenticated: true,
              failingCheck: 'name',
              alert: { by: 'api', name: 'unknown_ca' },
            },
          ],
        },
        SUCCESS,
      ),
      [
        'handshake 1, sensor → other: to: other / api @ 910 tls.established',
        'handshake 1, sensor → other: version: TLSv1.3 / TLSv1.2 @ 910 tls.established',
        'handshake 1, sensor → other: clientAuthenticated: true / false @ 910 tls.established',
        'handshake 1, sensor → other: failingCheck: name / none @ 910 tls.established',
        'handshake 1, sensor → other: alert: unknown_ca by api / none @ 910 tls.established',
      ],
    );
  });

  it('can name who was proved to be there, and list every alert', () => {
    const alert = { by: 'sensor', name: 'certificate_expired' } as const;
    const refused = { from: 'sensor', to: 'api', outcome: 'failed' as const, alerts: [alert] };
    const excused = { devices: { sensor: { exception: { type: 'ValueError' } } } };
    assert.deepEqual(failures({ handshakes: [{ ...good, serverAuthenticated: 'CN=api' }] }, SUCCESS), []);
    assert.deepEqual(failures({ ...excused, handshakes: [refused] }, REFUSAL), []);
    assert.deepEqual(
      failures(
        {
          handshakes: [
            {
              ...good,
              serverAuthenticated: 'CN=apj',
              clientAuthenticated: 'CN=x',
              resumed: true,
              alerts: [alert],
            },
          ],
        },
        SUCCESS,
      ),
      [
        'handshake 1, sensor → api: resumed: true / false @ 910 tls.established',
        'handshake 1, sensor → api: serverAuthenticated: CN=apj / CN=api @ 910 tls.established',
        'handshake 1, sensor → api: clientAuthenticated: CN=x / nobody @ 910 tls.established',
        'handshake 1, sensor → api: alerts: certificate_expired by sensor / none @ 910 tls.established',
      ],
    );
  });

  it('say why a handshake failed that should not have, and nothing that only follows from it', () => {
    assert.deepEqual(
      failures(
        {
          handshakes: [{ ...good, version: 'TLSv1.2' }],
          devices: { sensor: { exception: { type: 'ValueError' } } },
        },
        REFUSAL,
      ),
      ['handshake 1, sensor → api: outcome: established / failed: expired @ 502 tls.failed'],
    );
  });

  it('are complete: neither one too few nor one too many', () => {
    assert.deepEqual(failures({ handshakes: [] }, SUCCESS), [
      'handshake 1, sensor → api: none / established @ 910 tls.established',
    ]);
    assert.deepEqual(failures({ handshakes: [good, good] }, SUCCESS), [
      'handshake 2, sensor → api: established / there was none @ -',
    ]);
  });
});

describe('budgets', () => {
  it('are held against the worst value, at its moment', () => {
    const events: readonly TraceEvent[] = [
      ...SUCCESS,
      at(5, 'sensor', {
        type: 'device.heap',
        reason: 'tls',
        used: 1,
        free: 1,
        largestBlock: 1,
        peak: 40_000,
      }),
      at(6, 'sensor', { type: 'frame.sent', link: 'wifi', id: 1, bytes: new Uint8Array(300) }),
      at(7, 'ap', { type: 'frame.sent', link: 'wifi', id: 2, bytes: new Uint8Array(200) }),
      at(8, 'api', { type: 'frame.sent', link: 'internet', id: 3, bytes: new Uint8Array(999) }),
    ];
    const generous = { handshake: '1s', duration: '1s', wireBytes: 500, heapPeak: 40_000 };
    assert.deepEqual(failures({ budgets: generous }, events), []);
    const tight = { handshake: '900ms', duration: '900ms', wireBytes: 499, heapPeak: 39_999 };
    assert.deepEqual(failures({ budgets: tight }, events), [
      'longest handshake: at most 900 ms / 910 ms @ 910 tls.established',
      'length of the run: at most 900 ms / 940 ms @ 940 device.exit',
      'bytes on the wire: at most 499 bytes / 500 bytes @ 7 frame.sent',
      'heap peak: at most 39999 bytes / 40000 bytes @ 5 device.heap',
    ]);
  });

  it('of a handshake are not kept by a run without one', () => {
    const budgets = { handshake: '2s', roundTrips: 2, handshakeBytes: 5_000 };
    const broken = (events: readonly TraceEvent[]) =>
      failures({ budgets }, events).filter((text) => text.includes('handshake'));
    const notEstablished = 'longest handshake: at most 2.000 s / no handshake was established @ -';
    assert.deepEqual(broken(REFUSAL), [notEstablished]);
    assert.deepEqual(broken([]), [
      notEstablished,
      'round trips of a handshake: at most 2 / no handshake began @ -',
      'bytes of a handshake: at most 5000 bytes / no handshake began @ -',
    ]);
  });
});
