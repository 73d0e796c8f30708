import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { renderLadder } from '../../src/report/ladder.ts';
import { displayWidth } from '../../src/report/text.ts';
import {
  CONNECTION,
  DEVICE,
  expiredTrace,
  Recorder,
  SERVER,
  serverAuthTrace,
  unverifiedTrace,
} from './fixture.ts';

const PLAIN = { color: false, width: 100 };
const COLORS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

function draw(events: readonly TraceEvent[], width = 100): string[] {
  return renderLadder(events, { color: false, width }).trimEnd().split('\n');
}

function lineWith(lines: readonly string[], text: string): string {
  const found = lines.filter((line) => line.includes(text));
  assert.equal(found.length, 1, `"${text}" stands on ${found.length} lines:\n${lines.join('\n')}`);
  return found[0]!;
}

function place(lines: readonly string[], text: string): number {
  return lines.indexOf(lineWith(lines, text));
}

describe('the ladder of a handshake of which the server alone tells, as with a real board', () => {
  const server = serverAuthTrace().flatMap((event): TraceEvent[] => {
    // The server's own word stands where the device's was.
    if (event.type === 'tls.established') {
      const { peer: _, ...rest } = event;
      return [{ ...rest, actor: SERVER, role: 'server', peerAuthenticated: false }];
    }
    return event.actor === DEVICE && /^(tls|x509)\./.test(event.type) ? [] : [event];
  });
  const lines = draw(server);

  it('has every message once, from who sent it, dated by the server', () => {
    const arrows = (drawn: readonly string[]) =>
      drawn.flatMap((line) => /(?:├|╞|◄)[─═ ]+([A-Z][a-z]\w+) /.exec(line)?.[1] ?? []).sort();
    const whole = arrows(draw(serverAuthTrace()));
    assert.ok(whole.length > 8);
    assert.deepEqual(arrows(lines), whole);
    assert.match(lineWith(lines, 'ServerHello '), / 4\.0760 /);
    assert.match(lineWith(lines, 'ClientHello '), / 4\.0750 /);
  });

  it('says that it was established, and nothing of what the other end checked', () => {
    assert.match(lineWith(lines, 'established'), /✓ api\.example\.com: TLSv1\.2 established.* ┤$/);
    assert.ok(lines.every((line) => !/nobody checked|proved/.test(line)));
  });
});

describe('the ladder of a handshake', () => {
  const lines = draw(serverAuthTrace());

  it('has the device at the left and its peer at the right, each with its address', () => {
    assert.match(lines[0]!, /^ +seconds +esp32 .* api\.example\.com$/);
    assert.match(lines[1]!, /esp32 · 192\.168\.4\.2 .* 203\.0\.113\.10$/);
  });

  it('dates each line by virtual time, in order, and says a time once', () => {
    const times = lines.flatMap((line) => /^ +(\d+\.\d{4}) /.exec(line)?.[1] ?? []).map(Number);
    assert.ok(times.length > 10);
    assert.deepEqual(
      times,
      [...new Set(times)].sort((a, b) => a - b),
    );
  });

  it('has joining, DHCP, NTP and DNS in a line each', () => {
    assert.match(lineWith(lines, 'Wi-Fi'), /0\.1000 .*"lab": scanning → associating → connected, 3\.900 s/);
    assert.match(lineWith(lines, 'DHCP'), /address 192\.168\.4\.2/);
    assert.match(lineWith(lines, 'NTP'), /asks ntp for the time/);
    assert.match(lineWith(lines, 'DNS:'), /api\.example\.com → 203\.0\.113\.10, 8 ms/);
  });

  it('has TCP opening and closing as thin lines', () => {
    assert.match(lineWith(lines, 'TCP open'), /│·· TCP open {2}192.* open after 8 ms ·+►│$/);
    assert.match(lineWith(lines, 'TCP close'), /│·· TCP close \(FIN\) ·+►│$/);
  });

  it('has every message once, from who sent it, with its size and what matters in it', () => {
    assert.match(
      lineWith(lines, 'ClientHello'),
      /├── ClientHello +240 B {2}TLS 1\.2 · for api\.example\.com/,
    );
    assert.match(lineWith(lines, '── ClientHello'), /─►│$/);
    assert.match(lineWith(lines, 'Certificate  '), /│◄─ Certificate +1,183 B {2}CN=api\.example\.com .*─┤$/);
    assert.ok(lines.some((line) => line.includes('TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384')));
  });

  it('puts a message where the device met it, after what the device did before', () => {
    const order = [
      'Certificate  ',
      'computes for 580 ms',
      'checks the certificate',
      'ServerKeyExchange',
      'ServerHelloDone',
    ];
    const places = order.map((text) => place(lines, text));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    assert.match(lineWith(lines, 'ServerKeyExchange'), /4\.6720/);
  });

  it('marks where encryption starts, and draws what is encrypted with double lines', () => {
    const mark = place(lines, 'encrypted from here on with TLS_ECDHE_ECDSA');
    assert.match(lines[mark]!, /│▒▒▒ .* ▒+│$/);
    assert.match(lines[mark + 1]!, /╞══ Finished +16 B {2}verify_data ═+►│$/);
    const before = lines.slice(0, mark).join('');
    assert.ok(!before.includes('═'));
    assert.match(lines.slice(mark).join('\n'), /│◄═ Finished .*═╡$/m);
    // A ChangeCipherSpec is itself not encrypted, the server's stands after the mark.
    assert.match(lines.slice(mark).join('\n'), /│◄─ ChangeCipherSpec .*─┤$/m);
  });

  it('says of each certificate what was checked, and what was not', () => {
    const verdict = place(lines, 'checks the certificate of api.example.com as mbedTLS does: accepted');
    assert.match(lines[verdict]!, /├ ✓ /);
    const block = lines.slice(verdict, verdict + 12).join('\n');
    assert.match(block, /✓ name +api\.example\.com is in subjectAltName/);
    assert.match(block, /✓ validity +2026-03-01 12:00:04Z lies in 2026-01-01 … 2027-01-01 /);
    assert.match(block, /✓ also +key usage/);
    assert.match(block, /✓ anchor +in the trusted certificates/);
    assert.match(block, /– not checked +revocation/);
  });

  it('puts the name that was not checked among the questions, not among the rest', () => {
    const nameless = serverAuthTrace().map((event): TraceEvent => {
      if (event.type !== 'x509.verdict') return event;
      const [name, ...checks] = event.checks;
      return {
        ...event,
        checks: [{ ...name!, outcome: 'unchecked', detail: 'no host name was asked for' }, ...checks],
      };
    });
    assert.match(lineWith(draw(nameless), 'no host name'), /– name +not checked: no host name was asked for/);
  });

  it('does not miss a name where a server judges its client', () => {
    const events = serverAuthTrace().map((event): TraceEvent => {
      if (event.type !== 'x509.verdict') return event;
      const checks = event.checks.map((check) =>
        check.check === 'name' ? ({ ...check, outcome: 'unchecked' } as const) : check,
      );
      return { ...event, actor: SERVER, checks };
    });
    const block = draw(events);
    assert.match(lineWith(block, 'checks the certificate of esp32'), /│ +✓ api\.example\.com: checks .* ┤$/);
    assert.match(lineWith(block, 'not checked'), /– not checked +name, revocation/);
  });

  it('dates computing by its beginning: it is why the next thing comes so much later', () => {
    assert.match(
      lineWith(lines, 'computes for 580 ms'),
      /4\.0900 +├ computes for 580 ms: ecdsa-verify secp256r1 ×2/,
    );
  });

  it('has the server close after what the device has read from it', () => {
    const events = new Recorder()
      .at(0, SERVER, { type: 'tls.start', connection: CONNECTION, role: 'server' })
      .at(0, DEVICE, { type: 'tls.start', connection: CONNECTION, role: 'client' })
      .at(1, SERVER, { type: 'tcp.state', connection: CONNECTION, state: 'FIN-WAIT-1' })
      .at(5, DEVICE, {
        type: 'tls.data',
        connection: CONNECTION,
        direction: 'received',
        bytes: new Uint8Array(9),
      })
      .done();
    const closing = draw(events);
    assert.ok(place(closing, 'application data') < place(closing, 'TCP close (FIN)'));
  });

  it('says who has proved to be whom', () => {
    assert.match(
      lines.join('\n'),
      /✓ TLSv1\.2 established, .* the server has proved to be +│\n.* CN=api\.example\.com/,
    );
  });

  it('shows the request and the response that went through', () => {
    assert.match(lineWith(lines, 'GET /v1/time HTTP/1.1'), /╞══ GET .* 48 B ═+►│$/);
    assert.match(lineWith(lines, 'HTTP/1.1 200 OK'), /│◄═ HTTP.* 63 B ═+╡$/);
  });
});

describe('the ladder of a refusal', () => {
  const lines = draw(expiredTrace());

  it('shows the check that failed, the alert with its sender, and the exception beside it', () => {
    assert.match(
      lineWith(lines, '✗ validity'),
      /2026-03-01 12:00:04Z is after the end of 2025-01-01 … 2026-01-01/,
    );
    const alert = place(lines, 'alert certificate_expired');
    assert.match(lines[alert]!, /├── alert certificate_expired {2}fatal alert 45 · sent by esp32 ─+►│$/);
    assert.match(lines[alert + 1]!, /├ ✗ Python raises ValueError: The certificate validity has expired +│$/);
  });

  it('tells of what was sent and never read, instead of drawing it as received', () => {
    const told = lines.slice(place(lines, 'does not read what else api.example.com had sent')).join('\n');
    assert.match(told, /ServerKeyExchange \(147 B\)/);
    assert.match(told, /ServerHelloDone \(4 B\)/);
    assert.ok(!lines.some((line) => line.includes('◄─ ServerKeyExchange')));
  });

  it('says why an end gave up, where no certificate is the reason', () => {
    const events = expiredTrace().map(
      (event): TraceEvent =>
        event.type === 'tls.failed' ? { ...event, reason: 'bad-signature', detail: 'bad proof' } : event,
    );
    assert.match(draw(events).join('\n'), /alert certificate_expired .* sent by esp32 · bad proof ─+►│/);
  });

  it('draws an alert from the server as the server’s', () => {
    const events = new Recorder()
      .at(0, DEVICE, { type: 'tls.start', connection: CONNECTION, role: 'client' })
      .at(0, SERVER, { type: 'tls.start', connection: CONNECTION, role: 'server' })
      .alert([1, 2], SERVER, 'handshake_failure', 40)
      .done();
    assert.match(
      lineWith(draw(events), 'handshake_failure'),
      /│◄─ alert handshake_failure .* sent by api\.example\.com ─+┤$/,
    );
  });
});

describe('the ladder of an unverified handshake', () => {
  it('says what was not looked at, and that nobody was authenticated', () => {
    const lines = draw(unverifiedTrace());
    const block = lines.slice(place(lines, 'does not check the certificate of api.example.com (CERT_NONE)'));
    assert.match(block[0]!, /├ ! /);
    assert.match(block[1]!, /– not who signed it/);
    assert.match(block[2]!, /– not the name in it/);
    assert.match(block[3]!, /– not its dates/);
    assert.match(lines.join('\n'), /! TLSv1\.2 established, .*nobody checked who the server is/);
  });
});

describe('the ladder of a bad line', () => {
  it('has lost frames and retransmissions in a line each, however many', () => {
    const recorder = new Recorder()
      .at(0, DEVICE, { type: 'tcp.state', connection: CONNECTION, state: 'SYN-SENT' })
      .at(0, SERVER, { type: 'tcp.state', connection: CONNECTION, state: 'SYN-RECEIVED' });
    for (const id of [1, 2, 3]) {
      recorder
        .at(id, DEVICE, { type: 'frame.sent', link: 'wifi', id, bytes: new Uint8Array(60) })
        .at(id, DEVICE, { type: 'frame.lost', link: 'wifi', id, reason: 'loss' });
    }
    for (const attempt of [1, 2]) {
      recorder.at(10 * attempt, DEVICE, {
        type: 'tcp.retransmit',
        connection: CONNECTION,
        sequence: 1,
        length: 20,
        attempt,
      });
    }
    const lines = draw(recorder.done());
    assert.match(lineWith(lines, 'lost on'), /├ ✗ 3 frames lost on wifi, 180 B/);
    assert.match(lineWith(lines, 'TCP sends again'), /TCP sends again, 2 times {2}40 B · attempt 2 ·+►│$/);
    assert.match(lineWith(lines, 'TCP open'), /no answer \(SYN\)/);
  });

  it('names a server that nobody in the trace speaks for by its address', () => {
    const events = new Recorder()
      .at(0, DEVICE, { type: 'device.boot', board: 'esp32', rtc: '2000-01-01T00:00:00Z', reason: 'power on' })
      .at(1, DEVICE, { type: 'tcp.state', connection: CONNECTION, state: 'SYN-SENT' })
      .at(2, DEVICE, { type: 'tcp.reset', connection: CONNECTION, direction: 'received' })
      .done();
    const lines = draw(events);
    assert.match(lines[0]!, /203\.0\.113\.10:443$/);
    assert.match(lineWith(lines, 'TCP open'), /refused \(RST\) ·+►│$/);
    assert.match(lineWith(lines, 'TCP reset'), /│◄· TCP reset \(RST\) ·+│$/);
  });

  it('shows a name that cannot be resolved', () => {
    const events = new Recorder()
      .at(1, DEVICE, { type: 'device.output', text: '' })
      .at(1, DEVICE, { type: 'dns.query', name: 'nowhere.example', server: '192.168.4.1' })
      .at(5, DEVICE, { type: 'dns.answer', name: 'nowhere.example', addresses: [], rcode: 'NXDOMAIN' })
      .at(6, DEVICE, { type: 'dns.query', name: 'silence.example', server: '192.168.4.1' })
      .at(7, DEVICE, { type: 'dns.query', name: 'silence.example', server: '192.168.4.1' })
      .done();
    const lines = draw(events);
    assert.match(lineWith(lines, 'nowhere'), /✗ DNS: nowhere\.example → NXDOMAIN, 4 ms/);
    assert.match(
      lineWith(lines, 'silence'),
      /✗ DNS: silence\.example \(asked 2 times\) → no answer from 192\.168\.4\.1/,
    );
  });
});

describe('the page', () => {
  const wide = serverAuthTrace().map((event): TraceEvent => {
    if (event.type === 'tls.message') {
      return { ...event, summary: ['日本語のとても長い証明書の名前です'.repeat(4), 'e\u0301'.repeat(90)] };
    }
    if (event.type === 'device.boot') return { ...event, board: '板'.repeat(80) };
    return event;
  });
  const renamed = expiredTrace().map((event): TraceEvent => {
    if (event.actor === SERVER) return { ...event, actor: `${'long-'.repeat(30)}name` };
    if (event.type === 'device.exception') return { ...event, message: 'x'.repeat(300) };
    return event;
  });

  for (const width of [60, 72, 80, 100, 160]) {
    it(`is never wider than ${width} columns, whatever stands in the trace`, () => {
      for (const events of [serverAuthTrace(), expiredTrace(), unverifiedTrace(), wide, renamed, crowd(9)]) {
        for (const line of draw(events, width))
          assert.ok(displayWidth(line) <= width, `${displayWidth(line)}: ${line}`);
      }
    });
  }

  it('says the same in colour and without', () => {
    const colored = renderLadder(serverAuthTrace(), { color: true, width: 100 });
    assert.match(colored, COLORS);
    assert.equal(colored.replace(COLORS, ''), renderLadder(serverAuthTrace(), PLAIN));
  });

  it('shows control and reordering characters from the wire as what they are', () => {
    const events = serverAuthTrace().map(
      (event): TraceEvent =>
        event.type === 'tls.message' ? { ...event, summary: ['CN=\u001b[31mevil\u202egro.elpmaxe'] } : event,
    );
    const text = renderLadder(events, PLAIN);
    assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
    assert.match(text, /CN=\\x1b\[31mevil\\u\{202e\}gro/);
  });

  it('ends no line with spaces', () => {
    for (const line of draw(serverAuthTrace())) assert.equal(line, line.trimEnd());
  });

  it('is empty when nobody did anything', () => {
    assert.equal(renderLadder([], PLAIN), '');
  });

  it('gives each device a drawing of its own when all do not fit side by side', () => {
    const lines = draw(crowd(9));
    const headers = lines.filter((line) => line.includes('seconds'));
    assert.equal(headers.length, 9);
    for (let i = 1; i <= 9; i++) assert.match(headers[i - 1]!, new RegExp(`seconds +device${i} +.*server$`));
    assert.equal(lines.filter((line) => line.includes('ClientHello')).length, 9);
  });

  it('has device, man in the middle and server side by side', () => {
    const left = '10.0.0.2:1000>10.0.0.3:443';
    const right = '10.0.0.3:2000>10.0.0.4:443';
    const events = new Recorder()
      .at(0, DEVICE, { type: 'device.output', text: '' })
      .at(0, DEVICE, { type: 'tls.start', connection: left, role: 'client' })
      .at(0, 'mallory', { type: 'tls.start', connection: left, role: 'server' })
      .at(1, 'mallory', { type: 'tls.start', connection: right, role: 'client' })
      .at(1, SERVER, { type: 'tls.start', connection: right, role: 'server' })
      .at(2, DEVICE, hello(left))
      .at(3, 'mallory', hello(right))
      .done();
    const lines = draw(events);
    assert.match(lines[0]!, /esp32 +mallory +api\.example\.com$/);
    const [first, second] = lines.filter((line) => line.includes('ClientHello'));
    assert.match(first!, /├── ClientHello +100 B ─+►│ +│$/);
    assert.match(second!, /│ +├── ClientHello +100 B ─+►│$/);
  });
});

function hello(connection: string) {
  return {
    type: 'tls.message',
    connection,
    direction: 'sent',
    message: 'ClientHello',
    bytes: new Uint8Array(100),
    fields: [],
    encrypted: false,
    summary: [],
  } as const;
}

/** So many devices, each with a connection to one server. */
function crowd(count: number): TraceEvent[] {
  const recorder = new Recorder();
  for (let i = 1; i <= count; i++) {
    const connection = `10.0.0.${i}:1000>10.0.1.1:443`;
    recorder
      .at(0, `device${i}`, { type: 'device.boot', board: 'esp32', rtc: '2000-01-01', reason: 'power on' })
      .at(1, `device${i}`, { type: 'tls.start', connection, role: 'client' })
      .at(1, 'server', { type: 'tls.start', connection, role: 'server' })
      .at(2, `device${i}`, hello(connection));
  }
  return recorder.done();
}
