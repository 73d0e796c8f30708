/** The parity report: what is altered in one run is different there, and nowhere else. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { compare, DEFAULT_TOLERANCE } from '../../src/mirror/parity/compare.ts';
import { renderParityJunit } from '../../src/mirror/parity/junit.ts';
import { observe, withFigures } from '../../src/mirror/parity/observed.ts';
import { compareLine } from '../../src/mirror/parity/output-line.ts';
import { renderParityPage } from '../../src/mirror/parity/render-html.ts';
import { renderParity, renderTotals } from '../../src/mirror/parity/render-text.ts';
import { hasParity, type ParityReport, totalsOf } from '../../src/mirror/parity/report.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';

const DEVICE = 'sensor';
let events: readonly TraceEvent[];

before(async () => {
  const file = join(projectRoot, 'scenarios/refuse-wrong-host/scenario.yaml');
  events = (await runScenario(loadScenario(file))).events;
});

/** What a board would show: nothing of the device's inside. */
const asBoard = (all: readonly TraceEvent[]) =>
  all.filter(({ actor, type }) => actor !== DEVICE || /^device\.(output|exception|exit)$/.test(type));

function lines(change: (event: TraceEvent) => TraceEvent | undefined) {
  const altered = asBoard(events).flatMap((event) => change(event) ?? []);
  return compare(observe(events, DEVICE), observe(altered, DEVICE), { tolerance: DEFAULT_TOLERANCE });
}

const differing = (change: (event: TraceEvent) => TraceEvent | undefined) =>
  lines(change)
    .filter(({ verdict }) => verdict === 'different')
    .map(({ what }) => what);

describe('two runs that are the same', () => {
  it('have parity, and what only one side tells is not comparable', () => {
    const all = lines((event) => event);
    assert.ok(hasParity({ lines: all }));
    assert.deepEqual(
      all.filter(({ verdict }) => verdict === 'not comparable').map(({ what }) => what),
      [
        'ClientHello random',
        "the device's judgement",
        'time of the program',
        "MicroPython's heap, free at the end",
        "ESP-IDF's heap, least free",
      ],
    );
    assert.equal(totalsOf({ lines: all }).equal, all.length - 5);
  });
});

describe('one thing altered', () => {
  it('another alert', () => {
    const change = (event: TraceEvent): TraceEvent =>
      event.type === 'tls.alert' && event.direction === 'received' && event.actor !== DEVICE
        ? { ...event, description: 'certificate_unknown' }
        : event;
    assert.deepEqual(differing(change), ["the device's alerts"]);
  });

  it('another text of the exception', () => {
    const change = (event: TraceEvent): TraceEvent =>
      event.type === 'device.exception' ? { ...event, message: 'no' } : event;
    assert.deepEqual(differing(change), ['exception text']);
  });

  it('the line that raised it, unless both met a reset', () => {
    const verdict = (text: string) => {
      const raised = (line: number) => (event: TraceEvent) =>
        event.type === 'device.exception'
          ? { ...event, message: text, traceback: `  File "main.py", line ${line}, in <module>` }
          : event;
      const [a, b] = [events.map(raised(23)), asBoard(events).map(raised(24))];
      return compare(observe(a, DEVICE), observe(b, DEVICE), { tolerance: DEFAULT_TOLERANCE }).find(
        ({ what }) => what === 'raised in',
      )?.verdict;
    };
    assert.equal(verdict('-9984'), 'different');
    assert.equal(verdict('[Errno 104] ECONNRESET'), 'not comparable');
  });

  it('an exception that one of the two did not raise', () => {
    const all = lines((event) => (event.type === 'device.exception' ? undefined : event));
    const line = all.find(({ what }) => what === 'exception');
    assert.deepEqual(
      [line?.emulated, line?.board],
      [
        'ValueError: The certificate Common Name (CN) does not match with the expected CN, raised in main.py:23',
        'none',
      ],
    );
    assert.ok(all.every(({ what }) => what !== 'exception text' && what !== 'raised in'));
  });

  it('a message that is missing', () => {
    const change = (event: TraceEvent) =>
      event.type === 'tls.message' && event.message === 'ServerHelloDone' ? undefined : event;
    assert.deepEqual(differing(change), ['message order']);
  });

  it('a handshake that takes three times as long', () => {
    const change = (event: TraceEvent): TraceEvent =>
      event.type === 'tls.alert' ? { ...event, t: event.t + 3e9 } : event;
    assert.deepEqual(differing(change), ['handshake time']);
  });

  it('no handshake at all', () => {
    const change = (event: TraceEvent) => (event.type.startsWith('tls.') ? undefined : event);
    assert.deepEqual(differing(change), ['handshake']);
  });
});

describe('an attack that ends the handshake', () => {
  it('has been noticed on a board too, of which nothing but its silence is seen', async () => {
    const file = join(projectRoot, 'scenarios/connection-cut-in-handshake/scenario.yaml');
    const all = (await runScenario(loadScenario(file))).events;
    const [emulated, board] = [observe(all, DEVICE), observe(asBoard(all), DEVICE)];
    assert.equal(board.attackers[0]?.did.length, 1);
    const line = compare(emulated, board, { tolerance: DEFAULT_TOLERANCE }).find(
      ({ section, what }) => section === 'mallory' && what === 'achieved',
    );
    assert.deepEqual([line?.verdict, line?.board], ['equal', 'none']);
  });
});

describe('what was not observed', () => {
  it('is never equal, on neither side', () => {
    const nothing = observe([], DEVICE);
    const all = compare(nothing, nothing, { tolerance: DEFAULT_TOLERANCE });
    assert.ok(
      all.filter(({ emulated }) => emulated === '–').every(({ verdict }) => verdict === 'not comparable'),
    );
  });
});

describe("the least of ESP-IDF's heap", () => {
  it('is what was free in the middle of an operation, in an emulated run', () => {
    const heap = {
      t: 0,
      actor: DEVICE,
      type: 'device.heap',
      reason: 'x',
      used: 30,
      largestBlock: 9,
    } as const;
    const all: TraceEvent[] = [
      { ...heap, free: 70, peak: 30 },
      { ...heap, free: 70, peak: 85 },
    ];
    assert.equal(observe(all, DEVICE).leastIdfFree, 15);
  });

  it('is what the program reached on the board, and no earlier one', () => {
    const least = (before: number, after: number) =>
      withFigures(
        observe([], DEVICE),
        new Map([
          ['idf-least-before', before],
          ['idf-least-after', after],
        ]),
      ).leastIdfFree;
    assert.equal(least(100, 60), 60);
    assert.equal(least(60, 60), undefined);
    const earlier = withFigures(
      observe([], DEVICE),
      new Map([
        ['idf-least-before', 60],
        ['idf-least-after', 60],
      ]),
    );
    const line = compare(observe(events, DEVICE), earlier, { tolerance: DEFAULT_TOLERANCE }).at(-1)!;
    assert.deepEqual([line.verdict, line.board], ['not comparable', 'not under 60 bytes']);
  });
});

describe('a line of output', () => {
  const verdict = (a: string, b: string) => compareLine('x', a, b).verdict;
  it('may show a clock that goes a little apart', () => {
    assert.equal(verdict('time 2026-03-01 12:00:04', 'time 2026-03-01 12:00:09'), 'equal');
    assert.equal(verdict('time 12:00:04', 'time 13:00:04'), 'different');
    assert.equal(verdict('time 2026-03-01 12:00', 'time 2000-01-01 12:00'), 'different');
  });

  it('that tells how long something took is not comparable', () => {
    assert.equal(verdict('handshake 1043 ms', 'handshake 981 ms'), 'not comparable');
    assert.equal(verdict('free 1043', 'free 981'), 'different');
  });
});

describe('the report', () => {
  const report = (): ParityReport => ({
    name: 'refuse-wrong-host',
    title: 'A <title>',
    device: '/dev/ttyUSB0',
    boardIs: 'MicroPython',
    probe: {},
    network: { joining: 2310, roundTrip: 11.2 },
    profile: 'esp32',
    remarks: [],
    lines: lines((event) => (event.type === 'device.exception' ? { ...event, message: '<no>' } : event)),
    expectations: [],
  });

  it('ends with the totals on a terminal', () => {
    const text = renderParity(report(), { color: false, width: 100 });
    assert.match(text, /≠ exception text\n +emulator {2}The certificate.*\n +board {5}<no>\n/);
    assert.match(text, /\nno parity: \d+ equal, 1 different, 5 not comparable\n$/);
    assert.match(text, /\nnetwork +joined Wi-Fi in 2\.310 s; a round trip to this computer takes 11\.2 ms\n/);
    assert.ok(text.split('\n').every((line) => line.length <= 100));
  });

  it('is a page in which nothing becomes markup', () => {
    const page = renderParityPage([{ name: 'x', report: report() }]);
    assert.ok(page.includes('&lt;no&gt;') && !page.includes('<no>'));
  });

  it('has a failure for each differing line in JUnit', () => {
    const xml = renderParityJunit([{ name: 'x', file: 'f', tags: [], milliseconds: 1, report: report() }]);
    assert.equal(xml.match(/<failure /g)?.length, 1);
    assert.match(xml, /message="program: exception text"/);
  });

  it('counts in JUnit what did not run as neither passed nor failed', () => {
    const row = { name: 'y', file: 'f', tags: [], milliseconds: 1, skipped: 'it has several devices' };
    assert.match(renderParityJunit([row]), /tests="1" failures="0" skipped="1"/);
  });

  it('ends with the totals of many, within the width of the terminal', () => {
    const rows = [
      { name: 'x', report: report() },
      { name: 'y', skipped: 'it has several devices' },
    ];
    const text = renderTotals(rows, { color: false, width: 60 });
    assert.match(
      text.replaceAll('\n', ' '),
      /0 of 1 scenarios have parity; 1 cannot run on a board;.*lines in all/,
    );
    assert.ok(text.split('\n').every((line) => line.length <= 60));
  });

  it('folds a long list on the page, and says how many there are', () => {
    const page = renderParityPage([{ name: 'x', report: report() }]);
    assert.match(page, /<summary>TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_\w+, … 59 in all<\/summary>/);
  });
});
