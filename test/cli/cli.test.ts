import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { projectRoot } from '../support/project.ts';

/** The bin stands two folders above the built test. */
const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

/** The whole catalogue: a folder each. */
const NAMES = readdirSync(join(projectRoot, 'scenarios')).sort();

/** Runs the tool as a person would; fails when it does not end by itself, as with a worker left behind. */
function tool(...args: string[]) {
  return toolIn(projectRoot, ...args);
}

function toolIn(cwd: string, ...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [CLI, ...args], {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
    // As in CI: a pipe, where some tools colour all the same.
    env: { ...process.env, CI: 'true', NO_COLOR: undefined, FORCE_COLOR: undefined },
    maxBuffer: 1 << 26,
  });
  assert.equal(error, undefined);
  return { status, stdout, stderr };
}

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-'));
});
after(() => rmSync(folder, { recursive: true }));

function program(python: string): string {
  const file = join(mkdtempSync(join(folder, 'program-')), 'main.py');
  writeFileSync(file, python);
  return file;
}

function scenario(yaml: string, python: string): string {
  const here = mkdtempSync(join(folder, 'scenario-'));
  writeFileSync(join(here, 'main.py'), python);
  writeFileSync(join(here, 'scenario.yaml'), yaml);
  return here;
}

describe('tls-sandbox run', () => {
  it('draws the handshake, shows the output and the figures, within 100 columns and without colour', () => {
    const { status, stdout, stderr } = tool('run', 'mode2-server-auth');
    assert.equal(stderr, '');
    assert.equal(status, 0);
    for (const text of [
      'ClientHello',
      'ServerHello',
      'api.example.com',
      'HTTP/1.1 200 OK',
      '{"interval": 60}',
    ]) {
      assert.ok(stdout.includes(text), `${text} in:\n${stdout}`);
    }
    assert.ok(!stdout.includes('\x1b'));
    assert.deepEqual(
      stdout.split('\n').filter((line) => [...line].length > 100),
      [],
    );
  });

  it('prints the trace alone with --json, one event a line', () => {
    const { status, stdout, stderr } = tool('run', 'mode2-server-auth', '--json');
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TraceEvent);
    assert.equal(events[0]!.type, 'run.start');
    assert.equal(events.at(-1)!.type, 'run.end');
    for (const event of events) {
      assert.equal(typeof event.type, 'string');
      assert.equal(typeof event.actor, 'string');
      assert.ok(Number.isSafeInteger(event.t));
    }
  });

  it('writes capture and key log where it is told', () => {
    const pcap = join(folder, 'run.pcapng');
    const keylog = join(folder, 'run.keys');
    assert.equal(tool('run', 'mode2-server-auth', '--pcap', pcap, '--keylog', keylog).status, 0);
    assert.equal(readFileSync(pcap).readUInt32LE(0), 0x0a0d0d0a, 'a section header block (pcapng 4.1)');
    assert.match(readFileSync(keylog, 'utf8'), /^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}$/m);
  });

  it('takes the seed from the command line', () => {
    const random = (...args: string[]) =>
      /"message":"ClientHello".*?"bytes":"([0-9a-f]+)"/.exec(
        tool('run', 'mode1-no-auth', '--json', ...args).stdout,
      )?.[1];
    assert.notEqual(random(), undefined);
    assert.equal(random(), random('--seed', '1'));
    assert.notEqual(random(), random('--seed', '2'));
  });

  it('exits with 0 when a refusal is what was expected', () => {
    const { status, stdout } = tool('run', 'expired-certificate');
    assert.equal(status, 0);
    assert.match(stdout, /ValueError/);
    assert.match(stdout, /certificate_expired/);
  });
});

describe('tls-sandbox run with a program', () => {
  it('runs it in the default world, with root certificate and time server', () => {
    const main = readFileSync(join(projectRoot, 'scenarios/mode2-server-auth/main.py'), 'utf8');
    const { status, stdout, stderr } = tool('run', program(main));
    assert.equal(stderr, '');
    assert.match(stdout, /HTTP\/1\.1 200 OK/);
    assert.equal(status, 0);
  });

  it('lets it import its neighbours', () => {
    const file = program('import helper\nprint(helper.answer())\n');
    writeFileSync(join(file, '../helper.py'), 'def answer():\n    return 6 * 7\n');
    const { status, stdout } = tool('run', file);
    assert.match(stdout, /42/);
    assert.equal(status, 0);
  });

  it('exits with 1 and MicroPython’s own traceback when it raises', () => {
    const { status, stdout } = tool('run', program('print(1)\nraise KeyError("gone")\n'));
    assert.equal(status, 1);
    assert.match(stdout, /Traceback \(most recent call last\):/);
    assert.match(stdout, /KeyError: gone/);
    assert.doesNotMatch(stdout, /\.js:\d|at Object/);
  });

  it('exits with 1 on a syntax error', () => {
    const { status, stdout } = tool('run', program('def f(:\n    pass\n'));
    assert.equal(status, 1);
    assert.match(stdout, /SyntaxError/);
    assert.match(stdout, /main\.py.*line 1/);
  });

  it('exits with 1 when the host’s name is unknown', () => {
    const main = readFileSync(join(projectRoot, 'scenarios/mode1-no-auth/main.py'), 'utf8');
    const { status, stdout } = tool(
      'run',
      program(main.replace("'api.example.com'", "'api.example.invalid'")),
    );
    assert.equal(status, 1);
    assert.match(stdout, /OSError: -2\b/);
  });

  it('exits with 1 when descriptors run out', () => {
    const python = 'import socket\nkeep = []\nwhile True:\n    keep.append(socket.socket())\n';
    const { status, stdout } = tool('run', program(python));
    assert.equal(status, 1);
    assert.match(stdout, /OSError: 23/);
  });

  it('exits with 1 when the root certificate is broken', () => {
    const python =
      "import ssl\nc = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nc.load_verify_locations(cadata=b'junk')\n";
    const { status, stdout } = tool('run', program(python));
    assert.equal(status, 1);
    assert.match(stdout, /ValueError: invalid cert/);
  });
});

describe('a run without end', () => {
  it('stops at the virtual time limit with 42', () => {
    const python = 'import time\nwhile True:\n    time.sleep(1)\n';
    const { status, stdout } = tool('run', program(python), '--time-limit', '60s');
    assert.equal(status, 42);
    assert.match(stdout, /every program to end within 60\.000 s/);
    assert.match(stdout, /still running: device/);
  });

  it('stops a loop that polls the clock too: reading it takes time', () => {
    const python = 'import time\nwhile True:\n    time.ticks_ms()\n';
    assert.equal(tool('run', program(python), '--time-limit', '1s').status, 42);
  });

  it('stops a loop without system calls by the wall clock, with 42', () => {
    const { status, stdout } = tool('run', program('while True:\n    pass\n'), '--timeout', '500ms');
    assert.equal(status, 42);
    assert.match(stdout, /computes without end/);
  });
});

describe('tls-sandbox test', () => {
  // All of it: test/slow/catalogue.test.ts. That each scenario passes: test/scenario/determinism.test.ts.
  it('runs its part of the catalogue', () => {
    const { status, stdout, stderr } = tool('test', '--shard', '1/16');
    assert.equal(stderr, '');
    assert.equal(status, 0, stdout);
    const passed = stdout.split('\n').flatMap((line) => /^✓ (\S+)/.exec(line)?.[1] ?? []);
    assert.deepEqual(
      passed,
      NAMES.filter((name) => passed.includes(name)),
    );
    assert.equal(passed.length, Math.ceil(NAMES.length / 16));
    assert.match(stdout, new RegExp(`^${passed.length} passed \\(${passed.length} in `, 'm'));
  });

  it('runs what is named, exactly or by a part of the name', () => {
    assert.match(tool('test', 'mode1-no-auth').stdout, /^1 passed \(1 in /m);
    assert.match(tool('test', 'resumption').stdout, /^2 passed \(2 in /m);
  });

  it('shows what was expected, what came, and when; exits with 1', () => {
    const here = scenario(
      `title: Wrong
why: To be refused.
devices: {sensor: {}}
expect:
  devices:
    sensor: {output: {lines: [one, two]}}
`,
      "print('one')\nprint('three')\n",
    );
    const { status, stdout } = tool('test', here, 'mode1-no-auth');
    assert.equal(status, 1);
    assert.match(
      stdout,
      /sensor: output, line 2\n\s+expected {2}two\n\s+observed {2}three\n\s+at {8}[\d.]+ s, sensor/,
    );
    assert.match(stdout, /^1 passed, 1 failed \(2 in /m);
  });

  it('gives one JSON document with --json', () => {
    const { status, stdout } = tool('test', 'resumption', '--json');
    assert.equal(status, 0);
    const { version, stats, results } = JSON.parse(stdout);
    assert.equal(version, 1);
    assert.deepEqual([stats.passed, stats.failed], [2, 0]);
    assert.deepEqual(
      results.map(({ name, passed, failures }: Record<string, unknown>) => [name, passed, failures]),
      NAMES.filter((name) => name.startsWith('resumption')).map((name) => [name, true, []]),
    );
  });

  it('refuses every broken file before anything runs, with 2', () => {
    const one = scenario('title: A\nwhy: a\ndevices: {sensor: {man: main.py}}\n', '');
    const two = scenario('title: B\nwhi: b\ndevices: {sensor: {}}\n', '');
    const { status, stdout, stderr } = tool('test', 'mode1-no-auth', one, two);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /scenario\.yaml:3:20: unknown key 'man' in devices\.sensor — did you mean 'main'\?/);
    assert.match(stderr, /scenario\.yaml:2:1: unknown key 'whi' in the scenario — did you mean 'why'\?/);
  });
});

describe('tls-sandbox list', () => {
  it('names every scenario with its title', () => {
    const { status, stdout } = tool('list');
    assert.equal(status, 0);
    assert.deepEqual(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
      NAMES,
    );
    assert.match(stdout, /^mode2-server-auth +Mode 2, the device checks the server/m);
  });

  it('finds the scenarios of the working folder first, and those of the tool', () => {
    const own = mkdtempSync(join(folder, 'own-'));
    const copy = scenario('title: Mine\nwhy: m\ndevices: {sensor: {}}\n', '');
    spawnSync('cp', ['-r', copy, join(own, 'x')]);
    spawnSync('mkdir', [join(own, 'scenarios')]);
    spawnSync('mv', [join(own, 'x'), join(own, 'scenarios/mode1-no-auth')]);
    const lines = toolIn(own, 'list').stdout.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      NAMES,
    );
    assert.match(lines.find((line) => line.startsWith('mode1-no-auth'))!, /Mine$/);
  });
});

describe('misuse', () => {
  for (const [args, message] of [
    [['run'], /missing required argument 'scenario'/],
    [['rum'], /unknown command 'rum'\n\(Did you mean run\?\)/],
    [['run', 'mode1', '--sed', '1'], /unknown option '--sed'\n\(Did you mean --seed\?\)/],
    [
      ['run', 'mode2-server-aut'],
      /no scenario called 'mode2-server-aut' — did you mean 'mode2-server-auth'\?/,
    ],
    [['run', 'nowhere/main.py'], /nowhere\/main\.py: there is no such file/],
    [['run', 'docs'], /docs: there is no scenario\.yaml in this folder/],
    [['run', 'README.md'], /README\.md: neither a scenario \(\.yaml\) nor a program \(\.py\)/],
    [['run', 'mode1-no-auth', '--seed', 'x'], /--seed.*Expected a whole number/],
    [['run', 'mode1-no-auth', '--time-limit', '5 parsec'], /--time-limit.*Expected a duration/],
    [['run', 'mode1-no-auth', '--board', 'esp23'], /no board named 'esp23' — did you mean 'esp32'\?/],
    [['run', 'mode1-no-auth', '--crypto', 'rot13'], /--crypto.*Allowed choices are node, noble/],
    [['run', 'mode1-no-auth', '--pcap', '/nowhere/x'], /cannot write \/nowhere\/x/],
    [['test', 'nothing-like-it'], /no scenario called 'nothing-like-it'/],
  ] as const) {
    it(`exits with 2: ${args.join(' ')}`, () => {
      const { status, stdout, stderr } = tool(...args);
      assert.equal(status, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
    });
  }

  it('shows help and version with 0', () => {
    assert.match(tool('--help').stdout, /^ {2}run +run one scenario/m);
    const help = tool('run', '--help');
    assert.equal(help.status, 0);
    assert.match(help.stdout, /--pcap <file>/);
    assert.match(help.stdout, /mtls\.example\.com/);
    assert.match(tool('--version').stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
