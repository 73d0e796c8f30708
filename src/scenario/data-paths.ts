/** Finding values in data as it was written, before anyone knows that it is a scenario. */
export type Path = readonly PropertyKey[];

export interface Found {
  readonly at: Path;
  readonly value: unknown;
}

/** Every value whose path matches: keys with dots between, `*` for any key or index. */
export function select(data: unknown, pattern: string): Found[] {
  let found: Found[] = [{ at: [], value: data }];
  for (const part of pattern.split('.')) {
    found = found.flatMap((parent) =>
      children(parent).filter(({ at }) => part === '*' || at.at(-1) === part),
    );
  }
  return found;
}

/** The keys of every mapping whose path matches. */
export function keysAt(data: unknown, pattern: string): Found[] {
  return select(data, pattern)
    .flatMap(children)
    .map(({ at }) => ({ at, value: at.at(-1) }));
}

function children({ at, value }: Found): Found[] {
  if (Array.isArray(value)) return value.map((item, i) => ({ at: [...at, i], value: item }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, item]) => ({ at: [...at, key], value: item }));
}
