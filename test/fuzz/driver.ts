/**
 * Runs targets on numbered inputs and counts where they end. An input is made from seed, target and number alone,
 * so that one that fails can be run again by itself.
 */
import type { Target } from './outcome.ts';

export interface Report {
  readonly inputs: number;
  /** Inputs that passed the outermost parser and reached a named state. */
  readonly deep: number;
  /** How many inputs of each target ended in each state. */
  readonly states: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Bytes by which heap and buffers grew at most. */
  readonly growth: number;
}

export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';
}

/** Milliseconds that one input may take; an honest handshake takes a few. */
const PATIENCE = 5_000;
/** How many inputs between two looks at the memory. */
const STRIDE = 500;

export interface Options {
  readonly seed: number;
  readonly inputs: number;
  /** Called now and then with the number of inputs done. */
  readonly onProgress?: (done: number) => void;
  /** Stops early, in milliseconds of wall time. */
  readonly limit?: number;
}

/** Throws FuzzFailure for the first input that makes a target throw, or keeps it too long. */
export function fuzz(targets: readonly Target[], options: Options): Report {
  const states = new Map(targets.map(({ name }) => [name, new Map<string, number>()]));
  const schedule = targets.flatMap((target) => Array.from({ length: target.weight }, () => target));
  const began = performance.now();
  const before = memory();
  let growth = 0;
  let deep = 0;
  let index = 0;
  for (; index < options.inputs; index++) {
    const target = schedule[index % schedule.length]!;
    const outcome = runOne(target, index, options.seed);
    if (outcome.deep) deep++;
    const counts = states.get(target.name)!;
    counts.set(outcome.state, (counts.get(outcome.state) ?? 0) + 1);
    if (index % STRIDE > 0) continue;
    growth = Math.max(growth, memory() - before);
    options.onProgress?.(index);
    if (options.limit !== undefined && performance.now() - began > options.limit) break;
  }
  return { inputs: index, deep, states, growth };
}

function runOne(target: Target, index: number, seed: number): ReturnType<Target['run']> {
  const began = performance.now();
  try {
    return target.run(index);
  } catch (cause) {
    const problem = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    throw new FuzzFailure(`input ${index} of "${target.name}", seed ${seed}: ${problem}`, { cause });
  } finally {
    const took = performance.now() - began;
    if (took > PATIENCE) {
      // biome-ignore lint/correctness/noUnsafeFinally: an input that hangs is the finding, whatever it threw.
      throw new FuzzFailure(`input ${index} of "${target.name}", seed ${seed}, took ${Math.round(took)} ms`);
    }
  }
}

function memory(): number {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/** A table: target, states with their counts, most frequent first. */
export function renderStates({ states }: Report): string {
  return [...states]
    .map(([target, counts]) => {
      const sorted = [...counts].sort(([, a], [, b]) => b - a);
      return `${target}: ${sorted.map(([state, count]) => `${state} ${count}`).join(', ')}`;
    })
    .join('\n');
}
