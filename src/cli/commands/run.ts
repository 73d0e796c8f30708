import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadProgram, PROGRAM_WORLD } from '../../scenario/bare-program.ts';
import { loadScenario } from '../../scenario/load.ts';
import { type RunResult, runScenario } from '../../scenario/run.ts';
import { findTarget } from '../catalogue.ts';
import { drawOptions } from '../draw.ts';
import { UsageError } from '../exit-codes.ts';
import { writing } from '../files.ts';
import { addWorldOptions, runOptions, type WorldOptions } from '../options.ts';
import { addOutputFileOptions, type OutputFileOptions, openOutputFiles } from '../output-files.ts';

interface Options extends WorldOptions, OutputFileOptions {
  readonly withoutDefect?: boolean;
  readonly lessonFiles?: string;
}

export function define(command: Command): void {
  addOutputFileOptions(addWorldOptions(command))
    .argument('<scenario>', 'name of a scenario, its folder or file, or a program: FILE.py')
    .option('--without-defect', 'as it would be if what goes wrong in the scenario did not')
    .option(
      '--lesson-files <folder>',
      'of a lesson about keys: write the keys, inputs and outputs, and the openssl commands that come to the same',
    )
    .addHelpText(
      'after',
      `\n${PROGRAM_WORLD}\nExit status: 0 as expected, 1 otherwise, 2 usage, 42 time-out.`,
    )
    .action(async (argument: string, options: Options) => {
      process.exitCode = await run(argument, options);
    });
}

async function run(argument: string, options: Options): Promise<number> {
  const started = performance.now();
  const target = findTarget(argument);
  const loaded = 'program' in target ? loadProgram(target.program) : loadScenario(target.scenario);
  const write = openOutputFiles(options);
  const result = await runScenario(loaded, {
    ...runOptions(options),
    withoutDefect: options.withoutDefect ?? false,
  });
  await write(result.events);
  if (options.lessonFiles !== undefined) await writeLesson(options.lessonFiles, result);
  const milliseconds = performance.now() - started;
  process.stdout.write(await (options.json ? jsonLines(result) : report(loaded.name, result, milliseconds)));
  return result.exitCode;
}

async function writeLesson(folder: string, { name, events }: RunResult): Promise<void> {
  const files = (await import('../../report/lesson.ts')).lessonFiles(events);
  if (files.length === 0) throw new UsageError(`${name} uses no keys: there are no files of a lesson`);
  writing(folder, () => {
    mkdirSync(folder, { recursive: true });
    for (const file of files) writeFileSync(join(folder, file.name), file.contents);
  });
}

// What shows a run is imported after it: at the start it would keep the run waiting.

async function jsonLines({ events }: RunResult): Promise<string> {
  return (await import('../../report/json-lines.ts')).renderJsonLines(events);
}

/** The run; where it did not come out as expected, that at the end, where a terminal shows it. */
async function report(name: string, { events, failures }: RunResult, milliseconds: number): Promise<string> {
  const { renderRun } = await import('../../report/run-report.ts');
  const options = drawOptions();
  const run = renderRun(events, options);
  if (failures.length === 0) return run;
  const { renderResult } = await import('../../report/list.ts');
  return `${run}\n${renderResult({ name, passed: false, milliseconds, failures }, options)}`;
}
