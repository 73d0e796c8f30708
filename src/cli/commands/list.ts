import type { Command } from 'commander';
import { loadScenario } from '../../scenario/load.ts';
import { catalogue, nameOf } from '../catalogue.ts';

export function define(command: Command): void {
  command.option('--json', 'one JSON object a scenario').action((options: { json?: boolean }) => {
    const entries = catalogue().map((file) => {
      const { title, why } = loadScenario(file).scenario;
      return { name: nameOf(file), title, why: why.trim(), file };
    });
    process.stdout.write(options.json ? jsonLines(entries) : table(entries));
  });
}

function jsonLines(entries: readonly object[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function table(entries: readonly { name: string; title: string }[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return entries.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
}
