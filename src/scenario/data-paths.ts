/** Finding values in data as it was written, before anyone knows that it is a scenario. */
export type Path = readonly PropertyKey[];

export interface Found {
  readonly at: Path;
  readonly value: unknown;
}

/** Every value whose path matches: keys with dots between, `*` for any key or index. */
export function select(data: unknown, pattern: string): Found[] {
  const found: Found[] = [];
  collect(data, pattern.split('.'), [], found);
  return found;
}

/** The keys of every mapping whose path matches. */
export function keysAt(data: unknown, pattern: string): Found[] {
  return select(data, `${pattern}.*`).map(({ at }) => ({ at, value: at.at(-1) }));
}

/** `at` leads to `value`, and the parts behind its length are still to be followed. */
function collect(value: unknown, parts: readonly string[], at: PropertyKey[], found: Found[]): void {
  const part = parts[at.length];
  if (part === undefined) {
    found.push({ at: [...at], value });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const key of part === '*' ? keysOf(value) : ownKey(value, part)) {
    at.push(key);
    collect((value as Record<PropertyKey, unknown>)[key], parts, at, found);
    at.pop();
  }
}

function keysOf(value: object): Iterable<PropertyKey> {
  return Array.isArray(value) ? value.keys() : Object.keys(value);
}

const NONE: readonly PropertyKey[] = [];

/** Most paths name something that most scenarios do not have. */
function ownKey(value: object, key: string): readonly PropertyKey[] {
  return Object.hasOwn(value, key) && !Array.isArray(value) ? [key] : NONE;
}
