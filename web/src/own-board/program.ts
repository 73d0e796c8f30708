/** A program in a world with a board and nobody else. */
import { stringify } from 'yaml';
import { SCENARIO_FILE } from '../../../src/scenario/scenario-file.ts';
import type { ScenarioSource } from '../world/protocol.ts';

/** Who runs it there. */
export const DEVICE = 'board';

export function worldOf(program: string): ScenarioSource {
  const scenario = {
    title: 'A program beside the same program on a real board',
    why: 'What it prints and raises can be held against each other.',
    devices: { [DEVICE]: { main: 'main.py' } },
  };
  return { name: 'own-board', files: { [SCENARIO_FILE]: stringify(scenario), 'main.py': program } };
}
