/** A scenario of the catalogue with settings of its own: chosen, and run at once. */
import type { Settings } from '../world/settings.ts';
import { catalogue, chosenName } from './catalogue.ts';
import { clearChoices } from './choices.ts';
import { keepNow, sourceVersion } from './editing.ts';
import { gatewayWanted } from './gateway.ts';
import { runScenario } from './run.ts';
import { settings } from './settings.ts';
import { edited, foreign } from './source.ts';

/** Runs it as the catalogue has it, also where somebody keeps a copy; names that are not in it run nothing. */
export function runWith(name: string, wanted: Settings): void {
  const entry = catalogue.peek().find((each) => each.name === name);
  if (entry === undefined) return;
  keepNow();
  gatewayWanted.value = false;
  clearChoices();
  settings.value = wanted;
  chosenName.value = name;
  edited.value = undefined;
  foreign.value = false;
  sourceVersion.value++;
  // The address follows; it finds the scenario chosen already, and begins no second run.
  location.hash = `/${name}`;
  runScenario(entry, wanted);
}
