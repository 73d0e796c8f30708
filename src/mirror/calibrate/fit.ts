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
const PULL = 0.02;

/** One that was disturbed (by the computer, by the air) counts the less, the further it is from the others. */
const ROUNDS = 10;
const ORDINARY_ERROR = 0.05;

/** No kind is so much faster than the others that it would cost nothing. */
const LEAST_OF_COMMON = 0.1;

export interface Fit {
  /** By kind: measured over profile. */
  readonly factors: ReadonlyMap<string, number>;
  /** Measured time over that of the profile, as it is for most. */
  readonly common: number;
}

/** Undefined when there is nothing to go by. */
export function fitFactors(equations: readonly Equation[]): Fit | undefined {
  const kinds = [...new Set(equations.flatMap(({ parts }) => [...parts.keys()]))];
  const expected = equations.map(({ parts }) => [...parts.values()].reduce((sum, part) => sum + part, 0));
  const total = expected.reduce((sum, part) => sum + part, 0);
  if (kinds.length === 0 || total === 0) return undefined;
  const common = median(equations.map(({ measured }, i) => measured / expected[i]!));
  // Normal equations in the deviation from the common factor.
  const rows = equations.map(({ parts, measured }, i) => ({
    shares: kinds.map((kind) => (parts.get(kind) ?? 0) / measured),
    rest: (measured - common * expected[i]!) / measured,
  }));
  let deviations = kinds.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    const weighted = rows.map((row) => {
      const error = row.rest - row.shares.reduce((sum, share, i) => sum + share * deviations[i]!, 0);
      return { ...row, weight: round === 0 ? 1 : ORDINARY_ERROR / Math.max(ORDINARY_ERROR, Math.abs(error)) };
    });
    const matrix = kinds.map((_, a) =>
      kinds.map((__, b) =>
        weighted.reduce(
          (sum, { shares, weight }) => sum + weight * shares[a]! * shares[b]!,
          a === b ? PULL : 0,
        ),
      ),
    );
    const right = kinds.map((_, a) =>
      weighted.reduce((sum, { shares, rest, weight }) => sum + weight * shares[a]! * rest, 0),
    );
    deviations = solve(matrix, right);
  }
  const least = LEAST_OF_COMMON * common;
  return {
    common,
    factors: new Map(kinds.map((kind, i) => [kind, Math.max(least, common + deviations[i]!)])),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
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
