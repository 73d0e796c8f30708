/** How much slower or faster each kind of operation is, from the times of whole handshakes. */

export interface Equation {
  /** What the operations take by the profile, by kind. */
  readonly parts: ReadonlyMap<string, number>;
  /** What they took together. */
  readonly measured: number;
}

/**
 * Handshakes are few and have most operations in common, so what they leave open is taken to be alike for all kinds:
 * least squares of the relative errors, with a weight that pulls each factor to the common one.
 */
const PULL = 0.01;
const SMALLEST_FACTOR = 0.01;

export interface Fit {
  /** By kind: measured over profile. */
  readonly factors: ReadonlyMap<string, number>;
  /** All measured time over all time of the profile. */
  readonly common: number;
}

/** Undefined when there is nothing to go by. */
export function fitFactors(equations: readonly Equation[]): Fit | undefined {
  const kinds = [...new Set(equations.flatMap(({ parts }) => [...parts.keys()]))];
  const expected = equations.map(({ parts }) => [...parts.values()].reduce((sum, part) => sum + part, 0));
  const total = expected.reduce((sum, part) => sum + part, 0);
  if (kinds.length === 0 || total === 0) return undefined;
  const common = equations.reduce((sum, { measured }) => sum + measured, 0) / total;
  // Normal equations in the deviation from the common factor.
  const rows = equations.map(({ parts, measured }, i) => ({
    weights: kinds.map((kind) => (parts.get(kind) ?? 0) / measured),
    rest: (measured - common * expected[i]!) / measured,
  }));
  const matrix = kinds.map((_, a) =>
    kinds.map((__, b) =>
      rows.reduce((sum, { weights }) => sum + weights[a]! * weights[b]!, a === b ? PULL : 0),
    ),
  );
  const right = kinds.map((_, a) => rows.reduce((sum, { weights, rest }) => sum + weights[a]! * rest, 0));
  const deviations = solve(matrix, right);
  return {
    common,
    factors: new Map(kinds.map((kind, i) => [kind, Math.max(SMALLEST_FACTOR, common + deviations[i]!)])),
  };
}

/** Gaussian elimination; the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let below = pivot + 1; below < size; below++) {
      const factor = rows[below]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= size; column++)
        rows[below]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let at = size - 1; at >= 0; at--) {
    const known = rows[at]!.slice(at + 1, size).reduce(
      (sum, value, i) => sum + value * solution[at + 1 + i]!,
      0,
    );
    solution[at] = (rows[at]![size]! - known) / rows[at]![at]!;
  }
  return solution;
}
