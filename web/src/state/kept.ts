/**
 * Scenarios that the browser keeps: changed copies of the catalogue's, under their names, and a person's own. Each has a
 * key of its own in localStorage, so that one that is too large does no harm to others.
 */
import { computed, signal } from '@preact/signals';
import { type FileTexts, fromTexts, toTexts } from '../../../src/scenario/file-texts.ts';
import type { ScenarioSource } from '../world/protocol.ts';
import { catalogue } from './catalogue.ts';
import { forget, keysWith, recall, remember } from './storage.ts';

/** Characters that one scenario may have, and all of them: browsers keep about 5 million for a page. */
const LARGEST = 1_000_000;
const ALL = 4_000_000;

const KEY = 'scenario/';

export interface Kept {
  readonly name: string;
  readonly files: ScenarioSource['files'];
  /** It came with a link, and nobody has said yet that it may stay. */
  readonly foreign: boolean;
}

interface Stored {
  readonly files: FileTexts;
  readonly foreign?: boolean;
}

export const kept = signal<ReadonlyMap<string, Kept>>(load());

/** Those that are no copies of the catalogue's, by name. */
export const own = computed(() =>
  [...kept.value.values()]
    .filter(({ name }) => !catalogue.value.some((entry) => entry.name === name))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
);

function load(): Map<string, Kept> {
  const found = keysWith(KEY).flatMap((name): [string, Kept][] => {
    try {
      const stored = recall<Stored>(KEY + name);
      return [[name, { name, files: fromTexts(stored?.files), foreign: stored?.foreign === true }]];
    } catch {
      return [];
    }
  });
  return new Map(found);
}

/** Undefined when it is kept; else a sentence. What was kept before then stays. */
export function keep(scenario: Kept): string | undefined {
  const { name, files, foreign } = scenario;
  const stored: Stored = { files: toTexts(files), ...(foreign && { foreign }) };
  const length = JSON.stringify(stored).length;
  const others = keysWith(KEY)
    .filter((each) => each !== name)
    .reduce((sum, each) => sum + JSON.stringify(recall(KEY + each)).length, 0);
  if (length > LARGEST) {
    return `Not kept: ${name} has ${inKilobytes(length)}, and the browser keeps up to ${inKilobytes(LARGEST)} of a scenario. Export it as a zip.`;
  }
  if (others + length > ALL) {
    return `Not kept: with it your scenarios would have more than ${inKilobytes(ALL)}. Delete or export some.`;
  }
  if (!remember(KEY + name, stored)) {
    return 'Not kept: this browser keeps nothing more for this page. Export the scenario as a zip.';
  }
  kept.value = new Map([...kept.value, [name, scenario]]);
  return undefined;
}

export function discard(name: string): void {
  forget(KEY + name);
  kept.value = new Map([...kept.value].filter(([each]) => each !== name));
}

/** `name`, or what no scenario is called yet. */
export function freeName(name: string): string {
  const isTaken = (each: string) =>
    kept.value.has(each) || catalogue.value.some((entry) => entry.name === each);
  if (!isTaken(name)) return name;
  for (let i = 2; ; i++) if (!isTaken(`${name}-${i}`)) return `${name}-${i}`;
}

/** What folders and addresses can be called; undefined when there is nothing of that in it. */
export function asName(text: string): string | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? undefined : name.slice(0, 60);
}

function inKilobytes(characters: number): string {
  return `${Math.ceil(characters / 1000)} kB`;
}
