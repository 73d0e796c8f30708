import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { packageFolder } from '../catalogue.ts';
import { UsageError } from '../exit-codes.ts';
import { writing } from '../files.ts';
import { STARTER_PROGRAM, starterScenario } from '../init/starter.ts';

export function define(command: Command): void {
  command
    .argument('[folder]', 'where to write it; made when it is not there', '.')
    .addHelpText('after', '\nWrites scenario.yaml and main.py, and overwrites nothing.')
    .action((folder: string) => init(folder));
}

function init(folder: string): void {
  const files = {
    'scenario.yaml': starterScenario(schemaAddress(folder)),
    'main.py': STARTER_PROGRAM,
  };
  const taken = Object.keys(files).find((name) => existsSync(join(folder, name)));
  if (taken !== undefined) throw new UsageError(`${join(folder, taken)} is there already; it stays as it is`);
  writing(folder, () => {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });
  process.stdout.write(
    `${Object.keys(files)
      .map((name) => `${join(folder, name)}\n`)
      .join('')}\nnext: tls-sandbox run ${folder}\n`,
  );
}

/** Editors resolve it from the file's own folder, so the way to the installed package is written relative to that. */
function schemaAddress(folder: string): string {
  const schema = join(packageFolder(), 'dist/scenario.schema.json');
  const way = relative(resolve(folder), schema).replaceAll('\\', '/');
  return way.startsWith('.') ? way : `./${way}`;
}
