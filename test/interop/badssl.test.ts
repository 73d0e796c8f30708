/** What clients that people use check, by `tls-sandbox badssl --score`; docs/badssl.md keeps the table. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { loadScenario } from '../../src/scenario/load.ts';
import { projectRoot } from '../support/project.ts';

const run = promisify(execFile);
const CLI = join(projectRoot, 'dist/cli.js');
const PROGRAMS = 'test/interop/badssl';

interface Scored {
  readonly case: string;
  readonly scenario: string;
  readonly expected: string;
  readonly outcome: string;
  readonly mark: string;
  readonly how: string;
}

interface Score {
  readonly acceptsGood: boolean;
  readonly toRefuse: number;
  readonly refused: number;
  readonly cases: readonly Scored[];
}

async function score(client: string): Promise<Score> {
  const args = [CLI, 'badssl', '--score', '--json', '--client', client, '--timeout', '12s'];
  const options = { cwd: projectRoot, maxBuffer: 1 << 24 };
  const { stdout } = await run(process.execPath, args, options).catch((error) => {
    if (error.code === 1) return error as { stdout: string };
    throw error;
  });
  return JSON.parse(stdout);
}

const bad = ({ cases }: Score) => cases.filter(({ mark }) => mark === 'bad').map((each) => each.case);
const accepts = ({ cases }: Score) =>
  cases.filter(({ outcome }) => outcome === 'accepted').map((each) => each.case);

function has(program: string, ...args: readonly string[]): string | false {
  return spawnSync(program, args).status === 0 ? false : `no ${program} here`;
}

const device = (mode: string) =>
  `${JSON.stringify(process.execPath)} dist/cli.js micropython ${PROGRAMS}/device.py ${mode} {host} {port} {ca}`;

describe('badssl --score', () => {
  it('curl refuses all', { skip: has('curl', '--version') }, async () => {
    assert.deepEqual(bad(await score('curl -sS --cacert {ca} https://{host}:{port}/')), []);
  });

  it('prints what the README shows', { skip: has('curl', '--version') }, async () => {
    const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
    const [, command, shown] = /\n {4}\$ npx tls-sandbox (badssl .*)\n((?: {4}.*\n|\n(?= {4}))+)/.exec(
      readme,
    )!;
    const [, client] = /--client '([^']+)'/.exec(command!)!;
    const names = command!.split("' ")[1]!.split(' ');
    const args = [CLI, 'badssl', '--score', '--client', client!, ...names];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(shown!.replace(/^ {4}/gm, ''), stdout);
  });

  it('curl by the name of each case refuses all', { skip: has('curl', '--version') }, async () => {
    const client = 'curl -sS --cacert {ca} --resolve {name}:{port}:127.0.0.1 https://{name}:{port}/';
    assert.deepEqual(bad(await score(client)), []);
  });

  it('curl --insecure looks at no certificate, and still wants the proof of the key', async () => {
    const result = await score('curl -sSk {url}');
    assert.equal(result.acceptsGood, true);
    assert.ok(bad(result).includes('expired-certificate'));
    assert.ok(!bad(result).includes('forged-key-exchange'));
  });

  it('openssl s_client refuses all', { skip: has('openssl', 'version') }, async () => {
    const client =
      '(printf "GET / HTTP/1.0\\r\\n\\r\\n"; sleep 1) | openssl s_client -ign_eof -verify_return_error -CAfile {ca} -verify_hostname {host} -servername {host} -connect {host}:{port}';
    assert.deepEqual(bad(await score(client)), []);
  });

  it('Node takes RSA keys of 1024 bits, as its OpenSSL is set', async () => {
    assert.deepEqual(
      bad(await score(`${JSON.stringify(process.execPath)} ${PROGRAMS}/node.mjs {url} {ca}`)),
      ['refuse-rsa-1024'],
    );
  });

  it('Python refuses all', { skip: has('python3', '--version') }, async () => {
    assert.deepEqual(bad(await score(`python3 ${PROGRAMS}/python.py {url} {ca}`)), []);
  });

  describe('our device', () => {
    let required: Score;
    before(async () => {
      required = await score(device('CERT_REQUIRED'));
    });

    it('with CERT_REQUIRED refuses all', () => {
      assert.deepEqual(bad(required), []);
      assert.deepEqual(accepts(required), ['good', 'revoked-staple-unchecked']);
    });

    it('sends on the wire the alerts that the scenarios expect of it', () => {
      let compared = 0;
      for (const each of required.cases) {
        const { scenario } = loadScenario(join(projectRoot, 'scenarios', each.scenario, 'scenario.yaml'));
        const alert = scenario.expect.handshakes?.flatMap((handshake) => handshake.alert ?? [])[0];
        if (alert === undefined || !(alert.by in scenario.devices) || !each.how.startsWith('alert '))
          continue;
        assert.equal(each.how, `alert ${alert.name}`, each.case);
        compared++;
      }
      assert.ok(compared > 25, String(compared));
    });

    for (const mode of ['CERT_NONE', 'CERT_OPTIONAL']) {
      it(`with ${mode} looks at no certificate`, async () => {
        const result = await score(device(mode));
        const { cases } = required;
        const refuses = result.cases
          .filter(({ expected, mark }) => expected === 'refuse' && mark === 'good')
          .map((each) => each.case);
        assert.equal(result.toRefuse, cases.filter(({ expected }) => expected === 'refuse').length);
        for (const name of ['forged-key-exchange', 'tamper-data', 'tls10-server', 'refuse-broken-der']) {
          assert.ok(refuses.includes(name), name);
        }
        for (const name of [
          'expired-certificate',
          'refuse-wrong-host',
          'refuse-self-signed',
          'refuse-untrusted-root',
        ]) {
          assert.ok(!refuses.includes(name), name);
        }
      });
    }
  });
});
