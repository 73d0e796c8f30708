/** What can run on both: the scenario's own program, a ready one, or what somebody has written. */
import { parse, stringify } from 'yaml';
import type { ScenarioSource } from '../world/protocol.ts';
import { SCENARIO_FILE } from '../world/source.ts';

export interface Program {
  readonly title: string;
  readonly text: string;
  /** Who runs it in the scenario. */
  readonly device: string;
  /** The world in which it runs in the emulator. */
  readonly source: ScenarioSource;
}

/** The program of each of the scenario's devices; none of a text that is no scenario at the moment. */
export function programsOf(source: ScenarioSource): Program[] {
  const { name, files } = source;
  const text = files[SCENARIO_FILE];
  if (typeof text !== 'string') return [];
  try {
    const { devices = {} } = parse(text) as { devices?: Record<string, { main?: string }> };
    return Object.entries(devices).flatMap(([device, { main }]) => {
      const program = main === undefined ? undefined : files[main];
      return typeof program === 'string'
        ? [{ title: `${device} of ${name}`, text: program, device, source }]
        : [];
    });
  } catch {
    return [];
  }
}

/** A program in a world with a board and nobody else. */
export function ownProgram(title: string, text: string): Program {
  const device = 'board';
  const scenario = {
    title,
    why: 'A program beside the same program on a real board.',
    devices: { [device]: { main: 'main.py' } },
  };
  const files = { [SCENARIO_FILE]: stringify(scenario), 'main.py': text };
  return { title, text, device, source: { name: 'own-board', files } };
}
