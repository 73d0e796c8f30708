import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CannotPlay } from '../../emulator/hosts/tls-engine.ts';
import { SUITES } from '../../emulator/tls/suites.ts';
import { opensslSuite } from '../../src/peers/openssl-names.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { type RunResult, runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';

after(closeDeviceWorkers);

const catalogue = join(projectRoot, 'scenarios');
const scenario = (name: string) => loadScenario(join(catalogue, name, 'scenario.yaml'));
const withOpenssl = (name: string) => runScenario(scenario(name), { peerEngine: 'openssl' });

describe('hosts whose TLS is OpenSSL', () => {
  it('give the device the same handshake as our engine', async () => {
    const aspects = ({ summary }: RunResult) =>
      summary.map(({ outcome, version, suite, serverAuthenticated, alert }) => ({
        outcome,
        version,
        suite,
        serverAuthenticated,
        alert,
      }));
    for (const name of ['mode1-no-auth', 'mode2-server-auth', 'expired-certificate', 'tls13-only-server']) {
      const [ours, theirs] = [await runScenario(scenario(name)), await withOpenssl(name)];
      assert.deepEqual(theirs.failures, [], name);
      assert.deepEqual(aspects(theirs), aspects(ours), name);
    }
  });

  it('are really there: our engine sends none of the messages', async () => {
    const { events } = await withOpenssl('mode2-server-auth');
    const own = events.filter(({ actor }) => actor === 'api.example.com');
    assert.ok(own.some(({ type }) => type === 'tls.established'));
    assert.ok(!own.some(({ type }) => type === 'tls.message'));
    const received = events.flatMap((event) =>
      event.type === 'tls.message' && event.direction === 'received' ? [event.message] : [],
    );
    assert.ok(received.includes('ServerKeyExchange') && received.includes('Finished'), received.join());
  });

  it('refuse to misbehave, with the reason', async () => {
    await assert.rejects(withOpenssl('forged-key-exchange'), (error) => {
      assert.ok(error instanceof CannotPlay);
      assert.match(error.message, /does not misbehave/);
      return true;
    });
    await assert.rejects(withOpenssl('wifi-wrong-password'), /no host speaks TLS/);
  });

  it('play at least 60 % of the catalogue, and what they play comes out as expected', async (test) => {
    const names = readdirSync(catalogue);
    const skipped: string[] = [];
    for (const name of names) {
      try {
        const { failures } = await withOpenssl(name);
        assert.deepEqual(failures, [], name);
      } catch (error) {
        if (!(error instanceof CannotPlay)) throw error;
        skipped.push(`${name}: ${error.message}`);
      }
    }
    test.diagnostic(`${names.length - skipped.length} of ${names.length} played`);
    for (const reason of skipped) test.diagnostic(reason);
    assert.ok(skipped.length <= 0.4 * names.length, skipped.join('\n'));
  });
});

describe("OpenSSL's names of suites", () => {
  it('are those that its own list has', (test) => {
    let list: string;
    try {
      list = execFileSync('openssl', ['ciphers', '-stdname', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'], {
        encoding: 'utf8',
      });
    } catch {
      test.skip('there is no openssl command');
      return;
    }
    const known = new Map([...list.matchAll(/^(\S+)\s+- (\S+)/gm)].map(([, iana, own]) => [iana!, own!]));
    const shared = SUITES.filter(({ name }) => known.has(name) && opensslSuite(name) !== undefined);
    assert.ok(shared.length > 30, String(shared.length));
    for (const { name } of shared) assert.equal(opensslSuite(name), known.get(name), name);
  });
});
