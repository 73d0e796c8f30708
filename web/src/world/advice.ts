/** What the rules of src/lint say of a scenario's programs, for the editor. */
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import type { NamedFinding } from '../../../src/lint/lint.ts';
import { PythonSyntaxError } from '../../../src/lint/python/program.ts';
import { lintScenario } from '../../../src/lint/scenario.ts';
import { ScenarioError } from '../../../src/scenario/problem.ts';
import type { ScenarioSource } from './protocol.ts';
import { loadSource } from './source.ts';

/** None of a scenario that cannot run, and none of a program that is not Python: there is other trouble first. */
export function advice(source: ScenarioSource): readonly NamedFinding[] {
  try {
    return lintScenario(loadSource(source, {}), nobleProvider);
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof PythonSyntaxError) return [];
    throw error;
  }
}
