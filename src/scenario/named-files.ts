/** The files beside scenario.yaml. */
import { type Found, type Path, select } from './data-paths.ts';
import { isLocal } from './local-path.ts';
import { DEFAULT_MAIN } from './schema/device.ts';

/** Every file beside scenario.yaml that the scenario names, with the place of the name. */
export function namedFiles(data: unknown): { at: Path; path: string }[] {
  const patterns = [
    'devices.*.main',
    'devices.*.files.*.file',
    'pki.imported.*.certificate',
    'pki.imported.*.key',
    'hosts.*.services.*.routes.*.file',
  ];
  const defaultMains = select(data, 'devices.*')
    .filter(({ value }) => typeof value === 'object' && !('main' in (value ?? {})))
    .map(({ at }) => ({ at: [...at, 'main'], value: DEFAULT_MAIN }));
  return [...patterns.flatMap((pattern) => select(data, pattern)), ...defaultMains]
    .filter((found): found is Found & { value: string } => typeof found.value === 'string')
    .filter(({ value }) => isLocal(value))
    .map(({ at, value }) => ({ at, path: value }));
}
