import { type Command, Option } from 'commander';
import type { Board } from '../../../emulator/device/boards/board.ts';
import { BOARDS } from '../../../emulator/device/boards/index.ts';
import { type Measurement, measure, SERVER_KEYS } from '../../compare/measure.ts';
import { findBoard } from '../../scenario/board-file.ts';
import { drawOptions } from '../draw.ts';

interface Options {
  readonly board?: readonly Board[];
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .addOption(
      new Option(
        '--board <name or file>',
        `may be repeated; all of ${Object.keys(BOARDS).join(', ')} without it`,
      ).argParser((text: string, before: readonly Board[] = []) => [...before, findBoard(text)]),
    )
    .addOption(new Option('--json', 'one JSON object a measurement, times in nanoseconds'))
    .action(compare);
}

async function compare({ board, json }: Options): Promise<void> {
  const measurements: Measurement[] = [];
  for (const each of board ?? Object.values(BOARDS)) {
    for (const key of SERVER_KEYS) measurements.push(await measure(key, each));
  }
  process.stdout.write(json ? jsonLines(measurements) : await table(measurements));
}

function jsonLines(measurements: readonly Measurement[]): string {
  return measurements.map((measurement) => `${JSON.stringify(measurement)}\n`).join('');
}

async function table(measurements: readonly Measurement[]): Promise<string> {
  return (await import('../../compare/table.ts')).renderComparison(measurements, drawOptions());
}
