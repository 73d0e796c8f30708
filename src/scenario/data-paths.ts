/** Finding values in data as it was written, before anyone knows that it is a scenario. */
export type Path = readonly PropertyKey[];

export interface Found {
  readonly at: Path;
  readonly value: unknown;
}

/** Every value whose path matches: keys with dots between, `*` for any key or index. */
export function select(data: unknown, pattern: string): Found[] {
  const parts = pattern.split('.');
  // Most patterns name something that most scenarios do not have: that is seen soonest at the first key.
  if (typeof data !== 'object' || data === null || !(parts[0]! in data)) return [];
  let found: Found[] = [{ at: [], value: data }];
  for (const part of parts) {
    found = found.flatMap((parent) => (part === '*' ? children(parent) : childOf(parent, part)));
    if (found.length === 0) break;
  }
  return found;
}

/** The keys of every mapping whose path matches. */
export function keysAt(data: unknown, pattern: string): Found[] {
  return select(data, pattern)
    .flatMap(children)
    .map(({ at }) => ({ at, value: at.at(-1) }));
}

/** Most paths name something that most scenarios do not have. */
function childOf({ at, value }: Found, key: string): Found[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
    return [];
  return [{ at: [...at, key], value: (value as Record<string, unknown>)[key] }];
}

function children({ at, value }: Found): Found[] {
  if (Array.isArray(value)) return value.map((item, i) => ({ at: [...at, i], value: item }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, item]) => ({ at: [...at, key], value: item }));
}
