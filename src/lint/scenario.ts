/** The programs of a scenario, with what its world puts into their flash. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { Random } from '../../emulator/world/random.ts';
import { flashFiles } from '../scenario/flash.ts';
import type { LoadedScenario } from '../scenario/parse.ts';
import { buildPki } from '../scenario/pki/build.ts';
import { lintProgram, type NamedFinding } from './lint.ts';

/** A program that several devices run is looked at once for each, since their flash may differ; told once. */
export function lintScenario(
  { scenario, file, files }: LoadedScenario,
  crypto: CryptoProvider,
): NamedFinding[] {
  const pki = buildPki(scenario, files, new Random(scenario.seed).fork('pki'), crypto);
  const told = new Map<string, NamedFinding>();
  for (const device of Object.values(scenario.devices)) {
    const flash = new Map(flashFiles(device, files, pki).map(({ path, bytes }) => [absolute(path), bytes]));
    const program = besides(file, device.main);
    const found = lintProgram(program, new TextDecoder().decode(files.get(device.main)), {
      readFile: (path) => flash.get(absolute(path)),
      clockIsSet: device.rtc !== 'unset',
    });
    for (const finding of found) told.set(JSON.stringify(finding), finding);
  }
  return [...told.values()];
}

/** A file of the scenario, as its scenario.yaml is called. */
function besides(file: string | undefined, name: string): string {
  return (file ?? '').replace(/[^\\/]*$/, '') + name;
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
