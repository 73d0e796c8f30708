/** Which lanes stand on one page, and which rows. */
import type { Ladder, Lane, Row } from './model.ts';

export interface Page {
  readonly lanes: readonly Lane[];
  readonly rows: readonly Row[];
}

/** All lanes on one page when they fit; else a page for each device with its peers, so many lanes at a time. */
export function panelsOf({ lanes, rows }: Ladder, most: number): Page[] {
  if (lanes.length <= most) return [{ lanes, rows }];
  const devices = lanes.filter((lane) => lane.isDevice);
  const centres = devices.length > 0 ? devices : lanes.slice(0, 1);
  const met = meetings(rows);
  const places = new Map(lanes.map(({ actor }, place) => [actor, place]));
  const pages = centres.flatMap((centre) => {
    const peers = [...(met.get(centre.actor) ?? [])]
      .filter((actor) => actor !== centre.actor)
      .map((actor) => places.get(actor)!)
      .sort((a, b) => a - b)
      .map((place) => lanes[place]!);
    const starts = Array.from({ length: Math.max(1, Math.ceil(peers.length / (most - 1))) }, (_, i) => i);
    return starts.map((i) => [centre, ...peers.slice(i * (most - 1), (i + 1) * (most - 1))]);
  });
  return withRows(pages, rows);
}

/** Whom everybody exchanges something with. */
function meetings(rows: readonly Row[]): Map<string, Set<string>> {
  const met = new Map<string, Set<string>>();
  const add = (a: string, b: string) => met.set(a, (met.get(a) ?? new Set()).add(b));
  for (const row of rows) {
    if (row.kind !== 'arrow') continue;
    add(row.from, row.to);
    add(row.to, row.from);
  }
  return met;
}

/** A row stands on each page that has all its actors. */
function withRows(pages: readonly (readonly Lane[])[], rows: readonly Row[]): Page[] {
  const found = pages.map((lanes) => ({ lanes, rows: [] as Row[] }));
  const pagesOf = new Map<string, Set<(typeof found)[number]>>();
  const nowhere = new Set<(typeof found)[number]>();
  for (const page of found) {
    for (const { actor } of page.lanes) pagesOf.set(actor, (pagesOf.get(actor) ?? new Set()).add(page));
  }
  for (const row of rows) {
    // Most actors are on few pages, a server is on many: the fewest are looked through.
    const [fewest, ...others] = actorsOf(row)
      .map((actor) => pagesOf.get(actor) ?? nowhere)
      .sort((a, b) => a.size - b.size);
    for (const page of fewest ?? nowhere) if (others.every((each) => each.has(page))) page.rows.push(row);
  }
  return found;
}

/** Whom a row is about. */
export function actorsOf(row: Row): readonly string[] {
  if (row.kind === 'arrow') return [row.from, row.to];
  return row.kind === 'rule' ? row.between : [row.actor];
}
