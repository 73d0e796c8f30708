import { boardByName } from '../../../emulator/device/boards/index.ts';
import type { LoadedScenario } from '../../../src/scenario/parse.ts';
import type { SimulationOptions } from '../../../src/scenario/simulate.ts';
import type { DeviceInfo } from './protocol.ts';
import type { Settings } from './settings.ts';

/** The settings that are no change of the scenario's text. */
export function simulationOptions({ seed, board, withoutDefect }: Settings): SimulationOptions {
  return {
    ...(seed !== undefined && { seed }),
    ...(board !== undefined && { board: boardByName(board) }),
    ...(withoutDefect !== undefined && { withoutDefect }),
  };
}

export function deviceInfo({ scenario }: LoadedScenario, settings: Settings): DeviceInfo[] {
  return Object.entries(scenario.devices).map(([name, { board }]) => ({
    name,
    board: settings.board ?? board,
  }));
}
