/** The scenarios that come with the page, what is looked for among them, and which one is chosen. */
import { computed, signal } from '@preact/signals';
import type { CatalogueEntry } from '../catalogue/entry.ts';

export const catalogue = signal<readonly CatalogueEntry[]>([]);
export const search = signal('');
/** A scenario must have all of them. */
export const chosenTags = signal<readonly string[]>([]);
export const chosenName = signal('');

export const chosen = computed(() => catalogue.value.find(({ name }) => name === chosenName.value));

/** Those that fit what is looked for: every word somewhere in name, title, tags or explanation. */
export const found = computed(() => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return catalogue.value.filter((entry) => {
    const text = `${entry.name} ${entry.title} ${entry.tags.join(' ')} ${entry.why}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) && chosenTags.value.every((tag) => entry.tags.includes(tag))
    );
  });
});

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
