/**
 * Holds a trace against what a scenario expects. Each part of `expect` is judged in a file of its own, from the
 * trace alone; a failure names what was expected, what came, and when.
 */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { Scenario } from '../schema.ts';
import { summariseHandshakes } from '../summary.ts';
import { checkAttackers } from './attackers.ts';
import { checkBudgets } from './budgets.ts';
import { checkDevice } from './devices.ts';
import { all, type Failure } from './failure.ts';
import { checkHandshakes } from './handshakes.ts';
import { checkKeys } from './keys.ts';

export function evaluate(scenario: Scenario, events: readonly TraceEvent[]): Failure[] {
  const { devices, handshakes, keys, attackers, budgets } = scenario.expect;
  return [
    ...Object.keys(scenario.devices).flatMap((name) => checkDevice(name, devices[name] ?? {}, events)),
    ...(handshakes === undefined ? [] : checkHandshakes(handshakes, summariseHandshakes(events))),
    ...(keys === undefined ? [] : checkKeys(keys, all(events, 'key.operation'))),
    ...checkAttackers(attackers, events),
    ...(budgets === undefined ? [] : checkBudgets(budgets, events)),
  ];
}
