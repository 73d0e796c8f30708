/** Where scenarios are found: a path, the `scenarios` folder here, or the catalogue that comes with the tool. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { SCENARIO_FILE } from '../scenario/scenario-file.ts';
import { UsageError } from './exit-codes.ts';

/** What an argument names: a scenario's file, or a bare program. */
export type Target = { readonly scenario: string } | { readonly program: string };

/** Throws UsageError when there is no such thing. */
export function findTarget(argument: string): Target {
  const stat = statSync(argument, { throwIfNoEntry: false });
  if (stat?.isFile()) {
    if (/\.ya?ml$/.test(argument)) return { scenario: argument };
    if (argument.endsWith('.py')) return { program: argument };
    throw new UsageError(`${argument}: neither a scenario (.yaml) nor a program (.py)`);
  }
  if (stat?.isDirectory()) {
    const file = join(argument, SCENARIO_FILE);
    if (existsSync(file)) return { scenario: file };
    throw new UsageError(`${argument}: there is no ${SCENARIO_FILE} in this folder`);
  }
  const named = catalogue().find((file) => nameOf(file) === argument);
  if (named !== undefined) return { scenario: named };
  if (/[\\/]|\.(py|ya?ml)$/.test(argument)) throw new UsageError(`${argument}: there is no such file`);
  throw new UsageError(
    `there is no scenario called '${argument}'${didYouMean(argument, catalogue().map(nameOf))} (tls-sandbox list shows all)`,
  );
}

/** Files of all scenarios, by name; those of the working folder hide those of the tool. */
export function catalogue(): string[] {
  const own = scenariosIn(resolve('scenarios'));
  const names = new Set(own.map(nameOf));
  const shipped = scenariosIn(shippedFolder()).filter((file) => !names.has(nameOf(file)));
  return [...own, ...shipped].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

export function nameOf(scenarioFile: string): string {
  return basename(dirname(resolve(scenarioFile)));
}

function scenariosIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name, SCENARIO_FILE))
    .filter((file) => existsSync(file))
    .map((file) => relative('', file));
}

function shippedFolder(): string {
  return join(packageFolder(), 'scenarios');
}

/** Where the nearest package.json above this file is, wherever the bundler put it. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
