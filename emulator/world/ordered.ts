/** Looking things up in what stands in order, once for all of it: a trace may be long. */

/** By a key, in order; what has none is left out. */
export function grouped<T, K>(all: readonly T[], keyOf: (each: T) => K | undefined): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}

/** Index of the first for which that holds, and then for all behind it; the length where it holds for none. */
export function firstIndex<T>(all: readonly T[], holds: (each: T) => boolean): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(all[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
