/** What the page hands to a server for a real board is the very scenario that it runs itself. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadSource as loadPlain } from '../../src/scenario/source.ts';
import { readCatalogue } from '../../web/build/catalogue.ts';
import { promoted } from '../../web/src/world/promotion.ts';
import type { Settings } from '../../web/src/world/settings.ts';
import { loadSource } from '../../web/src/world/source.ts';
import { projectRoot } from '../support/project.ts';

const catalogue = readCatalogue(join(projectRoot, 'scenarios'));
const sourceOf = (name: string) => catalogue.find((entry) => entry.name === name)!;

const TURNED: readonly (readonly [what: string, scenario: string, settings: Settings])[] = [
  ['nothing', 'mode2-server-auth', {}],
  ['a slow internet', 'mode2-server-auth', { internet: { latency: '200ms' } }],
  ['verification', 'mode2-server-auth', { verifyMode: 'CERT_NONE' }],
  [
    "the lab's patch",
    'mode2-server-auth',
    { patch: { hosts: { 'api.example.com': { services: { 0: { tls: { versions: ['TLSv1.3'] } } } } } } },
  ],
  ['an attacker who stays at home', 'mallory-in-the-middle-mode1', { absent: ['mallory'] }],
];

describe('a scenario on its way to a board', () => {
  for (const [what, name, settings] of TURNED) {
    it(`is what the page runs, with ${what} turned`, () => {
      const { source } = promoted(sourceOf(name), settings);
      const there = loadPlain(source);
      const here = loadSource(sourceOf(name), settings);
      assert.deepEqual(there.scenario, here.scenario);
      assert.deepEqual(there.files, here.files);
    });
  }

  it('is without its defect when somebody has turned that', () => {
    const { source } = promoted(sourceOf('refuse-wrong-host'), { withoutDefect: true });
    const here = loadSource(sourceOf('refuse-wrong-host'), {});
    assert.ok(here.withoutDefect);
    assert.deepEqual(loadPlain(source).scenario, here.withoutDefect);
  });

  it('says what no board can meet, and what will be otherwise', () => {
    assert.deepEqual(promoted(sourceOf('mode2-server-auth'), {}).obstacles, []);
    const lossy = promoted(sourceOf('mode2-server-auth'), { wifi: { loss: '5%' } });
    assert.match(lossy.remarks.join(), /the board sees them as delay/);
    const fake = catalogue
      .map((entry) => promoted(entry, {}))
      .filter(({ obstacles }) => obstacles.length > 0);
    assert.ok(fake.length > 10);
  });

  it('is refused with what is wrong with it', () => {
    const broken = { name: 'broken', files: { 'scenario.yaml': 'title: 1' } };
    assert.throws(() => promoted(broken, {}), /scenario\.yaml:1:/);
  });
});
