/**
 * A scenario without its defect: `withoutDefect` says what to change, in the shape of the scenario itself. It is a JSON
 * Merge Patch (RFC 7396), and in one thing more: a mapping whose keys are indices changes entries of a list.
 */
import { type Problem, pathText } from './problem.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Where a scenario says what takes its defect away. */
export const DEFECT_KEY = 'withoutDefect';

export interface Repair {
  /** The scenario as it would be written without the defect. */
  readonly data: unknown;
  /** Changes of what is not there: they would change nothing. */
  readonly problems: readonly Problem[];
}

/** The data of a scenario with its own `withoutDefect` applied; undefined when it has none. */
export function repair(data: unknown): Repair | undefined {
  if (!isMapping(data) || !isMapping(data[DEFECT_KEY])) return undefined;
  const { [DEFECT_KEY]: changes, ...rest } = data;
  const problems: Problem[] = [];
  return { data: applied(rest, changes, [], problems), problems };
}

/** Problems of a repaired scenario, at the place of the change that made them. */
export function ofRepair(problems: readonly Problem[]): Problem[] {
  return problems.map(({ at, message, ...rest }) => ({
    ...rest,
    at: [DEFECT_KEY, ...at],
    message: `${DEFECT_KEY}: ${message}`,
  }));
}

function applied(value: unknown, changes: unknown, at: readonly string[], problems: Problem[]): unknown {
  if (!isMapping(changes)) return changes;
  const list = Array.isArray(value);
  const old: Mapping = list || isMapping(value) ? { ...value } : {};
  const changed: Record<string, unknown> = { ...old };
  for (const [key, change] of Object.entries(changes)) {
    const here = [...at, key];
    const absent = !Object.hasOwn(old, key);
    if (absent && (change === null || list)) problems.push(nothingThere(here));
    else if (change === null) delete changed[key];
    else changed[key] = applied(old[key], change, here, problems);
  }
  return list ? Object.values(changed) : changed;
}

function nothingThere(at: readonly string[]): Problem {
  return { at, onKey: true, message: `${pathText(at)}: there is nothing to change` };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
