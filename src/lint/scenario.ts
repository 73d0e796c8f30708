/** The programs of a scenario, with what its world puts into their flash. */
import { dirname, join } from 'node:path';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { Random } from '../../emulator/world/random.ts';
import { flashFiles } from '../scenario/flash.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { buildPki } from '../scenario/pki/build.ts';
import { lintProgram, type NamedFinding } from './lint.ts';

/** A program that several devices run is looked at once for each, since their flash may differ; told once. */
export function lintScenario({ scenario, file, files }: LoadedScenario): NamedFinding[] {
  const pki = buildPki(scenario, files, new Random(scenario.seed).fork('pki'), nodeProvider);
  const told = new Map<string, NamedFinding>();
  for (const device of Object.values(scenario.devices)) {
    const flash = new Map(flashFiles(device, files, pki).map(({ path, bytes }) => [absolute(path), bytes]));
    const program = file === undefined ? device.main : join(dirname(file), device.main);
    const found = lintProgram(program, new TextDecoder().decode(files.get(device.main)), {
      readFile: (path) => flash.get(absolute(path)),
      clockIsSet: device.rtc !== 'unset',
    });
    for (const finding of found) told.set(JSON.stringify(finding), finding);
  }
  return [...told.values()];
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
