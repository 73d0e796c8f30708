/** Which scenarios a command is about: by name, by part of a name, by pattern and tag. */
import { type LoadedScenario, loadScenario } from '../scenario/load.ts';
import { ScenarioError } from '../scenario/problem.ts';
import { catalogue, findTarget, nameOf } from './catalogue.ts';
import { UsageError } from './exit-codes.ts';

export interface Choice {
  readonly grep?: RegExp | undefined;
  readonly tag?: readonly string[] | undefined;
}

/** Files of the scenarios that the filters name; of all without a filter. */
export function select(filters: readonly string[]): string[] {
  if (filters.length === 0) return catalogue();
  return [...new Set(filters.flatMap(selectOne))];
}

/** What is called exactly so, else everything whose name holds it. */
function selectOne(filter: string): string[] {
  const all = catalogue();
  const partly = all.filter((file) => nameOf(file).includes(filter));
  if (partly.length > 0 && !all.some((file) => nameOf(file) === filter)) return partly;
  const target = findTarget(filter);
  if ('scenario' in target) return [target.scenario];
  throw new UsageError(`${filter}: a program is no scenario (tls-sandbox run takes it)`);
}

/** Everything is validated before anything runs: the problems of all files are reported together. */
export function loadAll(files: readonly string[], { grep, tag }: Choice): Map<string, LoadedScenario> {
  const problems: string[] = [];
  const chosen = new Map<string, LoadedScenario>();
  for (const file of files) {
    try {
      const loaded = loadScenario(file);
      const { name, scenario } = loaded;
      if (grep !== undefined && !grep.test(name) && !grep.test(scenario.title)) continue;
      if (tag !== undefined && !tag.some((wanted) => scenario.tags.includes(wanted))) continue;
      chosen.set(file, loaded);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  if (chosen.size === 0) throw new UsageError('no scenario is left by these filters');
  return chosen;
}
