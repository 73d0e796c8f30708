/** The scenarios that come with the page, what is looked for among them, and which one is chosen. */
import { computed, signal } from '@preact/signals';
import type { CatalogueEntry } from '../catalogue/entry.ts';

export const catalogue = signal<readonly CatalogueEntry[]>([]);
export const search = signal('');
/** A scenario must have all of them. */
export const chosenTags = signal<readonly string[]>([]);
export const chosenName = signal('');

export const chosen = computed(() => catalogue.value.find(({ name }) => name === chosenName.value));

/** Those that fit what is looked for: every word somewhere, and first those that are called so. */
export const found = computed(() => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const tagged = catalogue.value.filter((entry) => chosenTags.value.every((tag) => entry.tags.includes(tag)));
  const ranked = tagged.map((entry) => ({ entry, rank: rankOf(entry, words) }));
  return ranked
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => a.rank! - b.rank!)
    .map(({ entry }) => entry);
});

/** In which of its texts all words stand, the shortest text first; undefined where they do not. */
function rankOf({ name, title, tags, why }: CatalogueEntry, words: readonly string[]): number | undefined {
  const texts = [name, `${name} ${title} ${tags.join(' ')}`, `${name} ${title} ${tags.join(' ')} ${why}`];
  const rank = texts.findIndex((text) => words.every((word) => text.toLowerCase().includes(word)));
  return rank < 0 ? undefined : rank;
}

/** All tags, the most frequent first. */
export const tags = computed(() => {
  const counts = new Map<string, number>();
  for (const entry of catalogue.value) {
    for (const tag of entry.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([tag, count]) => ({ tag, count }));
});

/** Throws with a sentence when the page was not built whole. */
export async function loadCatalogue(): Promise<void> {
  const response = await fetch(new URL('catalogue.json', document.baseURI));
  if (!response.ok) throw new Error(`catalogue.json: ${response.status} ${response.statusText}`);
  catalogue.value = await response.json();
}
