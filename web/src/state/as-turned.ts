/** The scenario at hand with what is turned for it written into its files: what goes elsewhere has to say all. */
import type { ExportedFile, ScenarioSource } from '../world/protocol.ts';
import { world } from './run.ts';
import { settings } from './settings.ts';

/** Rejected with a sentence. */
export function asTurned({ name, files }: ScenarioSource): Promise<ScenarioSource> {
  return world.request({ what: 'as-turned', source: { name, files }, settings: settings.peek() });
}

/** As a zip. Rejected with a sentence. */
export async function packed(scenario: ScenarioSource): Promise<ExportedFile> {
  return world.request({ what: 'pack', source: await asTurned(scenario) });
}
