/** Every case of the x509-limbo set through `cert verify`, in both profiles. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DIFFERENT, type LimboCase, limbo } from '../x509/limbo.ts';

const skip = limbo === undefined ? 'the limbo data set is not beside this checkout' : false;
const MANY = fileURLToPath(new URL('many-commands.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'limbo-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(pems: readonly string[]): string {
  const path = join(folder, `${files++}.pem`);
  writeFileSync(path, pems.join('\n'));
  return path;
}

function commandFor(limboCase: LimboCase, profile: 'mbedtls' | 'rfc5280'): string[] {
  const { peer_certificate, untrusted_intermediates, trusted_certs, expected_peer_name: name } = limboCase;
  const judgesLists = profile === 'rfc5280' && limboCase.crls.length > 0;
  return [
    ...['cert', 'verify', '--x509-profile', profile],
    ...['--chain', file([peer_certificate, ...untrusted_intermediates])],
    ...['--anchors', file(trusted_certs)],
    ...['--time', limboCase.mbedtls_time, '--purpose', limboCase.validation_kind.toLowerCase()],
    ...(name === null ? [] : ['--host', name.value]),
    ...(judgesLists ? ['--crl', file(limboCase.crls)] : []),
  ];
}

/** The ids of the cases that `expected` answers otherwise than the command. */
function wrong(
  cases: readonly LimboCase[],
  profile: 'mbedtls' | 'rfc5280',
  expected: (limboCase: LimboCase) => boolean,
): string[] {
  const commands = join(folder, `${profile}.json`);
  writeFileSync(commands, JSON.stringify(cases.map((limboCase) => commandFor(limboCase, profile))));
  const { status, stdout, stderr } = spawnSync(process.execPath, [MANY, commands], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const statuses: number[] = JSON.parse(stdout);
  assert.equal(statuses.length, cases.length);
  return cases.filter((limboCase, i) => statuses[i] !== (expected(limboCase) ? 0 : 1)).map(({ id }) => id);
}

test('as the ESP32: what mbedTLS says, case by case', { skip }, () => {
  const cases = limbo!.testcases.filter(({ mbedtls_result }) => mbedtls_result !== 'SKIPPED');
  assert.ok(cases.length > 100);
  assert.deepEqual(
    wrong(cases, 'mbedtls', ({ mbedtls_result }) => mbedtls_result === 'SUCCESS'),
    [],
  );
});

test('as RFC 5280: what the suite expects, but for the cases explained', { skip }, () => {
  // The command has no option for a limit on the length of the chain.
  const cases = limbo!.testcases.filter(({ max_chain_depth }) => max_chain_depth === null);
  const expected = ({ id, expected_result }: LimboCase) =>
    (expected_result === 'SUCCESS') !== id in DIFFERENT;
  assert.deepEqual(wrong(cases, 'rfc5280', expected), []);
});
