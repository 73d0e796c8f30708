/** The catalogue as the page has it: every scenario's folder in one JSON file, made when the page is built. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { CatalogueEntry } from '../src/catalogue/entry.ts';

/** `folder` has a folder a scenario. */
export function readCatalogue(folder: string): CatalogueEntry[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readEntry(name, join(folder, name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readEntry(name: string, folder: string): CatalogueEntry {
  const files = Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readText(path)]),
  );
  const { title, why, remedy, tags = [], devices = {} } = parse(files['scenario.yaml']!);
  return {
    name,
    title,
    why: why.trim(),
    ...(remedy && { remedy: remedy.trim() }),
    tags,
    devices: Object.keys(devices),
    files,
  };
}

/** Scenarios are text throughout; what is not would be broken in JSON without a word. */
function readText(path: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
}
