import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { readCertificate } from '../../emulator/x509/known-certificates.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { buildCases, type Case, GOOD, present } from '../../src/badssl/case.ts';
import { isRefusal, select } from '../../src/badssl/select.ts';
import { type LoadedScenario, loadScenario } from '../../src/scenario/load.ts';
import { projectRoot } from '../support/project.ts';

const NOW = Math.floor(Date.now() / 1000);
const place = { host: 'localhost', addresses: ['127.0.0.1', '::1'], now: NOW };
const means = { place, seed: 7, crypto: nodeProvider };

const folder = join(projectRoot, 'scenarios');
const catalogue = readdirSync(folder).map((name) => loadScenario(join(folder, name, 'scenario.yaml')));
const { cases, skipped } = buildCases(catalogue, means);
const byName = new Map(catalogue.map((loaded) => [loaded.name, loaded]));

/** As it stands in the Certificate message. */
function shownBy({ endpoint }: Case): readonly Uint8Array[] {
  const lie = endpoint?.tls?.faults?.find((fault) => fault.fault === 'substitute-certificate');
  return lie?.chain ?? endpoint?.credentials[0]?.chain ?? [];
}

function verdict(served: Case, host: string, profile: 'mbedtls' | 'rfc5280') {
  const request = {
    anchors: served.anchors,
    profile,
    purpose: 'server',
    host,
    time: NOW,
    crypto: nodeProvider,
  } as const;
  return verifyChain({ ...request, chain: shownBy(served) });
}

function failing(served: Case, host: string, profile: 'mbedtls' | 'rfc5280'): string[] {
  const checks = verdict(served, host, profile).checks.filter(({ outcome }) => outcome === 'fail');
  return [...new Set(checks.map(({ check }) => check))].sort();
}

/** Defects that are not in the certificates. */
const IN_THE_HANDSHAKE: readonly string[] = [
  'proof',
  'integrity',
  'silence',
  'version',
  'encryption',
  'plain',
];

/** The same server with nothing wrong, where the scenario says how. */
function repaired(loaded: LoadedScenario): Case | undefined {
  if (loaded.withoutDefect === undefined) return undefined;
  // Whom the client reaches is no longer whom the expectations name.
  const expect = { ...loaded.withoutDefect.expect, handshakes: undefined };
  const whole = { ...loaded, scenario: { ...loaded.withoutDefect, expect } };
  const selected = select(whole);
  return 'reason' in selected ? undefined : present(whole, selected.shown, means);
}

describe('the cases of badssl', () => {
  it('are the refusals and attacks of the catalogue that a server can show; the others have a reason', () => {
    const all = catalogue.filter(isRefusal).map(({ name }) => name);
    const told = [...cases.slice(1).map(({ id }) => id), ...skipped.map(({ name }) => name)];
    assert.deepEqual(told.sort(), all.sort());
    assert.ok(cases.length > 50, String(cases.length));
    assert.ok(skipped.every(({ reason }) => reason.length > 10));
  });

  it('begin with a server that has nothing wrong, by either name', () => {
    const [good] = cases;
    assert.deepEqual([good!.id, good!.kind, good!.expected], [GOOD.id, 'none', 'accept']);
    for (const host of [good!.name, ...place.addresses, place.host]) {
      assert.equal(verdict(good!, host, 'rfc5280').accepted, true, host);
      assert.equal(verdict(good!, host, 'mbedtls').accepted, true, host);
    }
  });

  it('show an ESP32 just the failing check that the scenario names, now and under the names of here', () => {
    for (const served of cases) {
      const { expect } = byName.get(served.scenario)!.scenario;
      const handshake = expect.handshakes?.find(({ outcome }) => outcome === 'failed');
      if (served.endpoint === undefined || handshake?.failingCheck === undefined) continue;
      const found = failing(served, served.name, 'mbedtls');
      assert.ok(found.includes(handshake.failingCheck), `${served.id}: ${found.join(', ')}`);
    }
  });

  it('have the one defect and no other: what is repaired is good', () => {
    const alone: string[] = [];
    for (const served of cases.slice(1)) {
      const good = repaired(byName.get(served.scenario)!);
      if (good === undefined || good.endpoint === undefined) continue;
      assert.equal(verdict(good, good.name, 'mbedtls').accepted, true, served.id);
      assert.ok(!IN_THE_HANDSHAKE.includes(good.kind), `${served.id}: ${good.kind}`);
      if (served.kind !== 'name') {
        assert.deepEqual(
          failing(served, 'localhost', 'rfc5280'),
          failing(served, served.name, 'rfc5280'),
          served.id,
        );
      }
      alone.push(served.id);
    }
    assert.ok(alone.length > 40, String(alone.length));
  });

  it('fail one kind of check each, but for those that are about several', () => {
    const several = new Set(['captive-portal', 'refuse-several-reasons']);
    // What follows from another: what is no authority may not sign, what is of version 1 has no extensions.
    const follows: Readonly<Record<string, readonly string[]>> = {
      'basic-constraints': ['key-usage', 'parse', 'critical-extensions'],
      'key-usage': ['basic-constraints'],
      anchor: ['critical-extensions'],
    };
    for (const served of cases) {
      if (several.has(served.id)) continue;
      const found = failing(served, served.name, 'rfc5280').filter(
        (check) => check !== 'revocation' && check !== 'critical-extensions',
      );
      const [first = '', ...others] = found;
      const unexplained = others.filter(
        (check) => !follows[first]?.includes(check) && !follows[check]?.includes(first),
      );
      assert.deepEqual(unexplained, [], `${served.id}: ${found.join(', ')}`);
    }
  });

  it('go by the clock of here: expired is expired now, and what is good lasts a while', () => {
    const leaf = (id: string) => readCertificate(shownBy(cases.find((each) => each.id === id)!)[0]!);
    assert.ok(leaf('expired-certificate').notAfter < NOW);
    assert.ok(leaf('refuse-not-yet-valid').notBefore > NOW);
    assert.ok(leaf(GOOD.id).notAfter > NOW + 30 * 86_400);
  });

  it('share an authority where that is not the defect, and no serial number', () => {
    const [good] = cases;
    const sharing = cases.filter(({ anchors }) => Buffer.compare(anchors[0]!, good!.anchors[0]!) === 0);
    assert.ok(sharing.length > 25, String(sharing.length));
    const serials = cases
      .filter(({ kind, endpoint }) => kind !== 'format' && endpoint !== undefined)
      .map(
        (served) =>
          `${served.id} ${readCertificate(served.endpoint!.credentials[0]!.chain[0]!).serialNumber}`,
      );
    const numbers = serials
      .map((text) => text.split(' ')[1])
      .filter((number) => number !== String(0x5aad_b0c5));
    assert.equal(new Set(numbers).size, numbers.length);
  });

  it('are the same for the same seed, and others for another', () => {
    const key = (seed: number) =>
      buildCases([byName.get(GOOD.scenario)!], { ...means, seed }).cases[0]!.anchors[0]!;
    assert.deepEqual(key(7), key(7));
    assert.notDeepEqual(key(7), key(8));
  });

  it('stand under names of their own where clients use an address', () => {
    const away = { ...means, place: { host: '192.168.1.20', addresses: ['192.168.1.20'], now: NOW } };
    const { cases: there } = buildCases(catalogue, away);
    assert.equal(there.length, cases.length);
    assert.equal(there[0]!.name, 'good.badssl.test');
    assert.equal(verdict(there[0]!, '192.168.1.20', 'rfc5280').accepted, true);
    assert.deepEqual(
      there.map(({ kind, expected }) => `${kind} ${expected}`),
      cases.map(({ kind, expected }) => `${kind} ${expected}`),
    );
  });
});
