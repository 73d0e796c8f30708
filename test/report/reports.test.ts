import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { renderTracePage } from '../../src/report/html/page.ts';
import { type ListedResult, renderResult, renderTotals } from '../../src/report/list.ts';
import { renderRun } from '../../src/report/run-report.ts';
import { clean, cleanLines, displayWidth, truncate, wrap } from '../../src/report/text.ts';
import { expiredTrace, serverAuthTrace, unverifiedTrace } from './fixture.ts';

const PLAIN = { color: false, width: 100 };

/** What `tls-sandbox test` prints, piece by piece, when the last result is known. */
const renderList = (results: readonly ListedResult[], options: typeof PLAIN) =>
  results.map((result) => renderResult(result, options)).join('') +
  renderTotals(
    results,
    results.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0),
    options,
  );

describe('the report of a run', () => {
  it('is the ladder, then the output of the device, then the figures', () => {
    const report = renderRun(serverAuthTrace(), PLAIN);
    const parts = [
      'mode2-server-auth  ·  seed 1',
      'ClientHello',
      '── Output of esp32 ─',
      '  200 OK\n',
      '── Figures ─',
    ];
    const places = parts.map((part) => report.indexOf(part));
    assert.ok(!places.includes(-1), places.join());
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
  });

  it('gives each figure a unit, and says what is estimated', () => {
    const figures = renderRun(serverAuthTrace(), PLAIN).split('── Figures ')[1]!;
    assert.match(figures, /^ {2}handshake +1\.064 s {2}2 round trips, from ClientHello to established$/m);
    assert.match(figures, /^ {2}TLS on the wire +1,904 B {2}client → server 448 B, server → client 1,456 B/m);
    assert.match(figures, /^ {2}CPU time +738 ms {2}estimated: ecdsa-verify secp256r1 ×2 580 ms, /m);
    assert.match(figures, /^ {2}TLS heap +29,922 B {2}estimated: .*27,250 B kept until it is closed$/m);
    assert.match(figures, /^ {2}virtual time +5\.200 s/m);
  });

  it('prints the traceback with the output', () => {
    const output = renderRun(expiredTrace(), PLAIN).split('── Output of esp32 ')[1]!;
    assert.match(
      output,
      / {2}Traceback \(most recent call last\):\n {4}File "main\.py", line 9, in <module>/,
    );
    assert.match(output, /handshake +failed {2}after 1 round trip/);
  });

  it('tells CERT_OPTIONAL, which looks and goes on all the same, from CERT_NONE', () => {
    const trace = serverAuthTrace().map((event) =>
      event.type === 'x509.verdict' ? { ...event, outcome: 'ignored' as const } : event,
    );
    const report = renderRun(trace, PLAIN);
    // Without frame and line breaks.
    const words = report.replace(/[\s│]+/g, ' ');
    assert.match(
      words,
      /! checks the certificate of api\.example\.com as mbedTLS does: refused, but goes on \(CERT_OPTIONAL\)/,
    );
    assert.ok(!report.includes('CERT_NONE'));
  });

  it('draws who has proved to be who, and says what that protects', () => {
    const bothEnds = (clientProved: boolean) =>
      serverAuthTrace().flatMap((event): TraceEvent[] =>
        event.type === 'tls.established'
          ? [event, { ...event, actor: 'api.example.com', role: 'server', peerAuthenticated: clientProved }]
          : [event],
      );
    const section = (clientProved: boolean) =>
      renderRun(bothEnds(clientProved), PLAIN).split('── What is protected ')[1]!.split('── ')[0]!;
    assert.match(section(false), /esp32 \?══ encrypted ══✓ api\.example\.com\n {2}Mode 2: /);
    assert.match(section(false), /− anybody can call in the name of the client/);
    assert.match(section(true), /esp32 ✓══ encrypted ══✓ api\.example\.com\n {2}Mode 3: /);
    assert.match(section(true), /\+ nobody calls in the name of the client/);
    assert.ok(!renderRun(expiredTrace(), PLAIN).includes('What is protected'));
    // The page says the same.
    assert.match(renderTracePage(bothEnds(true), nodeProvider), /<h3>What is protected<\/h3>.*Mode 3: /s);
  });

  it('says in words what CERT_NONE means, and only where it was used', () => {
    const report = renderRun(unverifiedTrace(), PLAIN);
    assert.match(report, /── What CERT_NONE means ─/);
    assert.match(
      report.replace(/\s+/g, ' '),
      /takes any certificate .* stand in for the server, read everything/,
    );
    assert.match(report, /CERT_REQUIRED/);
    assert.ok(!renderRun(serverAuthTrace(), PLAIN).includes('CERT_NONE'));
  });

  it('says that a device printed nothing', () => {
    const silent = serverAuthTrace().filter((event) => event.type !== 'device.output');
    assert.match(renderRun(silent, PLAIN), /── Output of esp32 ─+\n {2}\(none\)\n/);
  });

  it('names the device of each output where there are several', () => {
    const second = serverAuthTrace().flatMap((event): TraceEvent[] =>
      event.type === 'device.output' ? [event, { ...event, actor: 'other', text: 'hello\n' }] : [event],
    );
    assert.match(renderRun(second, PLAIN), /── Output of other ─+\n {2}hello\n/);
  });

  it('lets no control sequence of a program reach the terminal', () => {
    const sneaky = serverAuthTrace().map(
      (event): TraceEvent =>
        event.type === 'device.output' ? { ...event, text: 'a\tb\u001b[2Jc\r\nd' } : event,
    );
    assert.match(renderRun(sneaky, PLAIN), / {2}a {4}b\\x1b\[2Jc\n {2}d\n/);
  });

  it('keeps to its width', () => {
    for (const width of [60, 80, 100]) {
      for (const trace of [serverAuthTrace(), unverifiedTrace()]) {
        for (const line of renderRun(trace, { color: false, width }).split('\n')) {
          assert.ok(displayWidth(line) <= width, line);
        }
      }
    }
  });
});

describe('the list of results', () => {
  const passed = { name: 'mode1-no-auth', passed: true, milliseconds: 131, failures: [] };
  const failed = {
    name: 'expired-certificate',
    passed: false,
    milliseconds: 1131,
    failures: [
      {
        what: 'esp32: exception',
        expected: "ValueError with 'expired'",
        observed: 'OSError: -30592\nsecond line',
        moment: { t: 4_383_000_000, actor: 'esp32', type: 'device.exception' as const },
      },
    ],
  };

  it('has a line for what passed, and says of what failed what was expected and what came', () => {
    assert.match(renderResult(passed, PLAIN), /^✓ mode1-no-auth +131 ms\n$/);
    assert.deepEqual(renderResult(failed, PLAIN).split('\n').slice(1), [
      '    esp32: exception',
      "      expected  ValueError with 'expired'",
      '      observed  OSError: -30592',
      '                second line',
      '      at        4.3830 s, esp32 device.exception',
      '',
    ]);
  });

  it('ends with the totals', () => {
    assert.match(renderList([passed, failed], PLAIN), /\n1 passed, 1 failed \(2 in 1\.26 s\)\n$/);
    assert.match(renderList([passed], PLAIN), /\n1 passed \(1 in 131 ms\)\n$/);
  });

  it('keeps to its width', () => {
    const long = {
      ...failed,
      name: 'n'.repeat(200),
      failures: [{ what: 'w'.repeat(200), expected: '板'.repeat(99), observed: '' }],
    };
    for (const line of renderList([long], PLAIN).split('\n')) assert.ok(displayWidth(line) <= 100, line);
  });
});

describe('text on a terminal', () => {
  it('counts columns as a terminal does', () => {
    assert.equal(displayWidth('abc'), 3);
    assert.equal(displayWidth('日本'), 4);
    assert.equal(displayWidth('e\u0301'), 1);
    assert.equal(displayWidth('🔒'), 2);
    assert.equal(displayWidth('✓ ─►│…·'), 7);
  });

  it('cuts at a column, never through a wide character', () => {
    assert.equal(truncate('日本語', 6), '日本語');
    assert.equal(truncate('日本語', 5), '日本…');
    assert.equal(truncate('日本語', 4), '日…');
    assert.equal(truncate('abc', 0), '');
  });

  it('breaks lines at spaces, and words that are too long anywhere', () => {
    assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrap('abcdefgh ij', 3), ['abc', 'def', 'gh', 'ij']);
    assert.deepEqual(wrap('日本語', 3), ['日', '本', '語']);
    assert.deepEqual(wrap('', 5), ['']);
    assert.deepEqual(wrap('日', 1), ['日']);
  });

  it('makes invisible characters visible', () => {
    assert.equal(clean(' a\n\tb\u0000'), ' a b\\x00');
    assert.deepEqual(cleanLines('  a\r\n\u200fb'), ['  a', '\\u{200f}b']);
  });
});
