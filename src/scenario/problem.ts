/** Something wrong with a scenario, and where: `at` is the path of keys and indices to the value. */
export interface Problem {
  readonly at: readonly PropertyKey[];
  readonly message: string;
  /** Whether the key at the end of the path is meant, not its value. */
  readonly onKey?: boolean;
}

/** "hosts.api.services[0]"; "the scenario", or what else `whole` is, for the whole. */
export function pathText(path: readonly PropertyKey[], whole = 'the scenario'): string {
  if (path.length === 0) return whole;
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

/** A scenario that cannot be run. The message lists every problem of the file, one a line, each with its place. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
