/** Checks a scenario whole, as written: the shape, every name in it, every file it names, and all that without its defect too. */
import { ofRepair, repair } from './defect.ts';
import { checkImported } from './imported.ts';
import type { Problem } from './problem.ts';
import { type FindFile, readFiles } from './read-files.ts';
import { checkReferences } from './references.ts';
import type { Scenario } from './schema.ts';
import { readScenario } from './schema-problems.ts';

export interface CheckedScenario {
  readonly scenario: Scenario;
  /** The scenario with its defect taken away; undefined when it does not say how. */
  readonly withoutDefect?: Scenario;
  /** Contents of the files beside scenario.yaml that it names, by the names it gives them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

type Verdict = CheckedScenario | { readonly problems: readonly Problem[] };

/** The scenario with defaults filled in, or everything that is wrong with it. */
export function checkScenario(data: unknown, find: FindFile): Verdict {
  const checked = checkOne(data, find);
  const repaired = 'problems' in checked ? undefined : repair(data);
  if ('problems' in checked || repaired === undefined) return checked;
  if (repaired.problems.length > 0) return { problems: ofRepair(repaired.problems) };
  const other = checkOne(repaired.data, find);
  if ('problems' in other) return { problems: ofRepair(other.problems) };
  return {
    ...checked,
    withoutDefect: other.scenario,
    files: new Map([...checked.files, ...other.files]),
  };
}

function checkOne(data: unknown, find: FindFile): Verdict {
  const result = readScenario(data);
  const { files, problems: unreadable } = readFiles(data, find);
  const problems = [
    ...('problems' in result ? result.problems : []),
    ...checkReferences(data),
    ...unreadable,
  ];
  if (problems.length > 0 || 'problems' in result) return { problems };
  const unusable = checkImported(result.scenario, files);
  return unusable.length > 0 ? { problems: unusable } : { scenario: result.scenario, files };
}
