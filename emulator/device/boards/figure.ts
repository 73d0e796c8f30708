/** A number about a board, and how far to trust it. */

/**
 * `measured`: on silicon, by the source named. `bound`: a vendor's performance threshold, which the silicon
 * meets or beats. `derived`: follows from others as the source says. `assumed`: nobody's figure but ours.
 * `given`: stands in the board file of whoever runs this.
 */
export type Origin = 'measured' | 'bound' | 'derived' | 'assumed' | 'given';

export interface Figure<Value = number> {
  readonly value: Value;
  readonly origin: Origin;
  readonly source: string;
}

const figure =
  (origin: Origin) =>
  <Value>(value: Value, source: string): Figure<Value> => ({ value, origin, source });

export const measured = figure('measured');
export const bound = figure('bound');
export const derived = figure('derived');
export const assumed = figure('assumed');
export const given = figure('given');

/** Another figure times a factor; `why` the factor is what it is. */
export function scaled({ value, source }: Figure, factor: number, why: string): Figure {
  return derived(Math.round(value * factor), `${why}; ${source}`);
}
