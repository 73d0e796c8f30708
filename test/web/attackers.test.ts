import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readCatalogue } from '../../web/build/catalogue.ts';
import { type Place, placeOf } from '../../web/src/attackers/place.ts';
import {
  canAddEve,
  canAddMallory,
  hasEve,
  isHoliday,
  namesOfServers,
  PAPERS_OF_MALLORY,
  papersOf,
  withEve,
  withHoliday,
  withMallory,
  withOwn,
} from '../../web/src/attackers/switches.ts';
import type { Settings } from '../../web/src/world/settings.ts';
import { loadSource } from '../../web/src/world/source.ts';
import { projectRoot } from '../support/project.ts';

const catalogue = readCatalogue(join(projectRoot, 'scenarios'));

/** What is wrong with a scenario when it is set so; empty where it can run. */
function refusal(name: string, settings: Settings): string {
  try {
    loadSource(catalogue.find((entry) => entry.name === name)!, settings);
    return '';
  } catch (error) {
    return `${name}: ${(error as Error).message}`;
  }
}

/** Every scenario that can be set so, set so: none may be refused. */
function refusals(set: (place: Place) => readonly Settings[]): string[] {
  return catalogue.flatMap((entry) =>
    set(placeOf(entry)!)
      .map((settings) => refusal(entry.name, settings))
      .filter((text) => text !== ''),
  );
}

describe("the page's switches for attackers", () => {
  it('send the own attackers of every scenario home, one after the other and all', () => {
    assert.deepEqual(
      refusals(({ own }) => {
        const each = own.map(({ name }) => withOwn({}, name, false));
        const all = own.reduce((settings, { name }) => withOwn(settings, name, false), {});
        return own.length === 0 ? [] : [...each, all];
      }),
      [],
    );
  });

  it('let Eve into every scenario with a board', () => {
    assert.deepEqual(
      refusals((place) => (canAddEve(place) ? [withEve({}, true)] : [])),
      [],
    );
  });

  it('put Mallory before every server, with papers of each kind', () => {
    assert.deepEqual(
      refusals((place) =>
        !canAddMallory(place)
          ? []
          : place.victims.flatMap((victim) =>
              PAPERS_OF_MALLORY.filter((papers) => papers === 'none' || victim.certificate !== undefined).map(
                (papers) => withMallory({}, place, victim, papers),
              ),
            ),
      ),
      [],
    );
  });

  it('send Trent on holiday where he has certified a server', () => {
    assert.deepEqual(
      refusals((place) => (namesOfServers(place).length > 0 ? [withHoliday({}, place, true)] : [])),
      [],
    );
  });

  it('are read back as they were set, and leave nothing behind', () => {
    const entry = catalogue.find(({ name }) => name === 'trent-ocsp-down')!;
    const place = placeOf(entry)!;
    const [victim] = place.victims;
    const others: Settings = { seed: 7, patch: { time: '2027-01-01' } };
    const all = withMallory(withHoliday(withEve(others, true), place, true), place, victim!, 'made');
    assert.deepEqual([hasEve(all), isHoliday(all, place), papersOf(all)], [true, true, 'made']);
    const none = withMallory(withHoliday(withEve(all, false), place, false), place, victim!, undefined);
    assert.deepEqual(none, others);
  });
});
