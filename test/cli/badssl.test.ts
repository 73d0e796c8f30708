import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { file, folder, tool } from './tool.ts';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));
const MANY = fileURLToPath(new URL('many-commands.js', import.meta.url));

/** Quick cases, one of each kind of ending. */
const SOME = ['expired-certificate', 'refuse-wrong-host', 'forged-key-exchange', 'tls13-only-server'];
const CURL = 'curl -sS --cacert {ca} https://{host}:{port}/';

const NO_CURL = spawnSync('curl', ['--version']).status === 0 ? false : 'curl is not installed';

interface Scored {
  readonly case: string;
  readonly outcome: string;
  readonly mark: string;
  readonly how: string;
  readonly risk: string;
  readonly connections: readonly { readonly alerts: readonly string[]; readonly data: number }[];
}

function score(client: string, ...more: readonly string[]) {
  const { status, stdout, stderr } = tool([
    'badssl',
    ...SOME,
    '--score',
    '--client',
    client,
    '--json',
    ...more,
  ]);
  assert.equal(stderr, '');
  const { cases, ...totals } = JSON.parse(stdout);
  const outcomes = Object.fromEntries((cases as Scored[]).map((each) => [each.case, each]));
  return { status, totals, outcomes };
}

describe('tls-sandbox badssl --score', () => {
  it('finds that curl refuses what it must, by the alerts on the wire', { skip: NO_CURL }, () => {
    const { status, totals, outcomes } = score(CURL);
    assert.equal(status, 0);
    assert.deepEqual(
      [totals.passed, totals.refused, totals.toRefuse, totals.acceptsGood],
      [true, 3, 3, true],
    );
    assert.equal(outcomes.good!.outcome, 'accepted');
    assert.equal(outcomes['expired-certificate']!.how, 'alert certificate_expired');
    assert.equal(outcomes['forged-key-exchange']!.how, 'alert decrypt_error');
    assert.equal(outcomes['refuse-wrong-host']!.outcome, 'refused');
    assert.equal(outcomes['tls13-only-server']!.mark, 'note');
  });

  it('finds what a client does not check, says what that means, and fails', { skip: NO_CURL }, () => {
    const { status, totals, outcomes } = score('curl -sS --insecure {url}', '--junit', 'score.xml');
    assert.equal(status, 1);
    assert.deepEqual(totals.checks, [
      { what: 'dates', refused: 0, of: 1 },
      { what: 'proof of the key', refused: 1, of: 1 },
      { what: 'names', refused: 0, of: 1 },
    ]);
    assert.match(outcomes['refuse-wrong-host']!.risk, /for any name, can stand in/);
    const junit = readFileSync(join(folder, 'score.xml'), 'utf8');
    assert.match(junit, /<testsuites name="tls-sandbox" tests="5" failures="2"/);
    assert.match(
      junit,
      /<testcase name="expired-certificate"[^>]*>\s*<failure message="The server&apos;s|<failure message="The server/,
    );
  });

  it('prints a table, and totals in words', { skip: NO_CURL }, () => {
    const { status, stdout } = tool(['badssl', ...SOME, '--score', '--client', 'curl -sSk {url}']);
    assert.equal(status, 1);
    assert.match(stdout, /^ {2}case +expected observed\n✓ good +accept +accepted: TLSv1\.3\n/);
    assert.match(stdout, /\n✗ expired-certificate +refuse +ACCEPTED: TLSv1\.3\n {6}Keys that were given up/);
    assert.match(
      stdout,
      /\ndoes not check +dates \(0 of 1\), names \(0 of 1\)\nrefuses 1 of 3 cases that it must refuse\n$/,
    );
    assert.ok(stdout.split('\n').every((line) => line.length <= 100));
  });

  it('does not take a client that never connects for one that refuses', () => {
    const { status, totals, outcomes } = score('true {port}');
    assert.equal(status, 1);
    assert.equal(totals.acceptsGood, false);
    assert.equal(outcomes['expired-certificate']!.outcome, 'not-connected');
    assert.equal(
      score('echo broken >&2; exit 3; {port}').outcomes.good!.how,
      'the command ended with status 3: broken',
    );
  });

  it('ends a client that hangs, and all that it started', () => {
    const { status, outcomes } = score('sleep 30; {port}', '--timeout', '300ms', '--jobs', '5');
    assert.equal(status, 1);
    assert.equal(outcomes['expired-certificate']!.outcome, 'hung');
  });

  it('notices a client that sends its data before it looks', () => {
    const late = `${JSON.stringify(process.execPath)} -e '
      const s = require("tls").connect({ port: {port}, rejectUnauthorized: false }, () =>
        s.write("secret", () => setTimeout(() => process.exit(s.authorized ? 0 : 1), 50)));
    '`;
    const { outcomes } = score(late, '--jobs', '2');
    assert.equal(outcomes['expired-certificate']!.outcome, 'refused-late');
    assert.match(outcomes['expired-certificate']!.risk, /^what was sent first/);
  });

  it('refuses what it cannot do, before anything listens', () => {
    const lines = [
      [[], '--listen is needed: the port of the index, or 0'],
      [['--score'], "--score needs --client: 'curl --cacert {ca} {url}' for instance"],
      [['--listen', '0', '--client', 'x {port}'], '--client and --junit belong to --score'],
      [
        ['--score', '--client', 'curl {uri}'],
        '--client: there is no {uri} here; {ca}, {host}, {port}, {name}, {url} are',
      ],
      [
        ['--score', '--client', 'curl'],
        '--client: without {port} or {url} it does not know where to connect to',
      ],
      [['expired-certificat', '--listen', '0'], "there is no case 'expired-certificat' here"],
      [
        ['clock-not-set', '--listen', '0'],
        'clock-not-set is no case for a server: the defect is on the client',
      ],
      [['mode1-psk', '--listen', '0'], 'mode1-psk is no case for a server: it is about no refusal'],
      [['--listen', '0', 'tls13-only-server', '--host', 'a b'], '--host a b: neither a name nor an address'],
      [
        ['--listen', '0', 'tls13-only-server', '--address', '240.0.0.1'],
        '240.0.0.1 is no address of this computer (--address)',
      ],
      [
        ['--score', '--client', 'true {port}', '--junit', 'no/where.xml', 'tls13-only-server'],
        'cannot write no/where.xml: ',
      ],
    ] as const;
    const commands = file('usage.json', JSON.stringify(lines.map(([args]) => ['badssl', ...args])));
    const { stdout, stderr } = spawnSync(process.execPath, [MANY, commands], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.deepEqual(
      JSON.parse(stdout),
      lines.map(() => 2),
    );
    const said = stderr.trimEnd().split('\n');
    for (const [i, [, message]] of lines.entries()) assert.ok(said[i]!.startsWith(message), said[i]);
  });
});

describe('tls-sandbox badssl --listen', () => {
  let child: ChildProcess | undefined;
  after(() => child?.kill());

  it('serves an index, the authorities and every case, and logs what comes of connections', async () => {
    child = spawn(process.execPath, [CLI, 'badssl', ...SOME, '--listen', '0', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value as string);
    const { listening } = await next();
    const { index, cases } = listening;
    assert.deepEqual(cases.map((each: { case: string }) => each.case).sort(), ['good', ...SOME].sort());
    assert.deepEqual(await (await fetch(`${index}cases.json`)).json(), listening);

    const page = await (await fetch(index)).text();
    for (const each of cases) assert.ok(page.includes(`href="${each.url}"`), each.url);
    assert.equal((await fetch(`${index}nothing`)).status, 404);
    assert.equal((await fetch(`${index}%`)).status, 404);
    assert.equal((await fetch(`${index}ca/nothing.pem`)).status, 404);
    assert.equal((await fetch(index, { method: 'POST' })).status, 404);

    const [good] = cases;
    const ca = await (await fetch(`${index}ca.pem`)).text();
    assert.match(ca, /^-----BEGIN CERTIFICATE-----\n/);
    const der = new Uint8Array(await (await fetch(good.ca.der)).arrayBuffer());
    assert.equal(ca.replaceAll('\n', '').includes(Buffer.from(der).toString('base64')), true);

    // By its own name, without DNS: the name goes as SNI and is held against the certificate.
    const asked = httpsRequest({
      host: '127.0.0.1',
      port: good.port,
      servername: good.name,
      ca,
      agent: false,
    });
    const answered = once(asked.end(), 'response');
    const [response] = await answered;
    assert.equal(response.statusCode, 200);
    response.resume();
    const { connection } = await next();
    assert.equal(connection.case, 'good');
    assert.equal(connection.established, 'TLSv1.3');
    assert.ok(connection.data > 0);

    const ended = once(child, 'exit');
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
  });
});

describe('tls-sandbox badssl --score', () => {
  it('takes its clients with it when it is ended', async () => {
    const command = `exec ${JSON.stringify(process.execPath)} -e 'console.log(process.pid); setInterval(() => {}, 9999)' {port} > pid`;
    const child = spawn(
      process.execPath,
      [CLI, 'badssl', SOME[0]!, '--score', '--jobs', '1', '--client', command],
      {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const ended = once(child, 'exit');
    const told = once(child.stderr!, 'data');
    const pid = join(folder, 'pid');
    const begun = () => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n');
    while (!begun() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    assert.match(String(await told), /^stopped after 0 of 2 cases\n/);
    assert.deepEqual(await ended, [1, null]);
    const client = Number(readFileSync(pid, 'utf8'));
    assert.throws(() => process.kill(client, 0), { code: 'ESRCH' });
  });
});
