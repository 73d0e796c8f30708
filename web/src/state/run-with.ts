/** A scenario of the catalogue with settings of its own: chosen, and run at once. */

import type { Settings } from '../world/settings.ts';
import { catalogue, chosenName } from './catalogue.ts';
import { runScenario } from './run.ts';
import { settings } from './settings.ts';
import { edited } from './source.ts';

/** Names that are not in the catalogue run nothing. */
export function runWith(name: string, wanted: Settings): void {
  const entry = catalogue.peek().find((each) => each.name === name);
  if (entry === undefined) return;
  chosenName.value = name;
  settings.value = wanted;
  edited.value = undefined;
  // The address follows; it finds the scenario chosen already, and begins no second run.
  location.hash = `/${name}`;
  runScenario(entry, wanted);
}
