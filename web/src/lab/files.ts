/** Names of a scenario's files, in the order in which a person wants them. */
import { SCENARIO_FILE } from '../../../src/scenario/scenario-file.ts';
import type { ScenarioSource } from '../world/protocol.ts';

/** Those that are text: main.py first, other programs, scenario.yaml, the rest. */
export function textFiles({ files }: ScenarioSource): string[] {
  const names = Object.keys(files).filter((name) => typeof files[name] === 'string');
  return names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function rank(name: string): number {
  if (name === 'main.py') return 0;
  if (name.endsWith('.py')) return 1;
  return name === SCENARIO_FILE ? 2 : 3;
}
