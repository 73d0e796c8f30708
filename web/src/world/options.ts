import { boardByName } from '../../../emulator/device/boards/index.ts';
import type { LoadedScenario } from '../../../src/scenario/parse.ts';
import type { SimulationOptions } from '../../../src/scenario/simulate.ts';
import type { DeviceInfo, ExpectedActor } from './protocol.ts';
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

/** Services that are asked by UDP, for which the ladder has no lane. */
const ASKED_BY_UDP: ReadonlySet<string> = new Set(['dns', 'ntp']);

/**
 * Devices, those who stand in the way, those who use keys, and servers to whom somebody comes. Whoever only listens stands
 * nowhere.
 */
export function expectedActors({ scenario }: LoadedScenario): ExpectedActor[] {
  const { devices, attackers, hosts, steps } = scenario;
  const standing = Object.entries(attackers).filter(([, { type }]) => type !== 'eavesdropper');
  const ledAstray = standing.flatMap(([, each]) =>
    each.type === 'dns-spoofer' ? Object.keys(each.answers) : [],
  );
  const serving = Object.entries(hosts).filter(
    ([name, { services }]) =>
      services.some(({ type }) => !ASKED_BY_UDP.has(type)) && !ledAstray.includes(name),
  );
  const usingKeys = steps.flatMap(({ 'use-key': use }) =>
    use === undefined ? [] : [use.by, ...(use.peer === undefined ? [] : [use.peer])],
  );
  const all: ExpectedActor[] = [
    ...Object.keys(devices).map((actor) => ({ actor, isDevice: true, isAttacker: false })),
    ...standing.map(([actor]) => ({ actor, isDevice: false, isAttacker: true })),
    ...serving.map(([actor, { address }]) => ({ actor, address, isDevice: false, isAttacker: false })),
    ...usingKeys.map((actor) => ({ actor, isDevice: false, isAttacker: false })),
  ];
  return all.filter(({ actor }, i) => all.findIndex((each) => each.actor === actor) === i);
}
