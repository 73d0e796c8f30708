import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { parseJsonLines, TraceFormatError } from '../../report/json-lines.ts';
import { renderRun } from '../../report/run-report.ts';
import { drawOptions } from '../draw.ts';
import { UsageError } from '../exit-codes.ts';
import { addOutputFileOptions, type OutputFileOptions, openOutputFiles } from '../output-files.ts';

export function define(command: Command): void {
  addOutputFileOptions(command)
    .argument('<file>', 'a trace that `run --json` wrote; - is standard input')
    .action(async (file: string, options: OutputFileOptions) => {
      const write = openOutputFiles(options);
      const events = readTrace(file);
      await write(events);
      process.stdout.write(renderRun(events, drawOptions()));
    });
}

function readTrace(file: string): TraceEvent[] {
  try {
    return parseJsonLines(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof TraceFormatError || code !== undefined)
      throw new UsageError(`${file}: ${(error as Error).message}`);
    throw error;
  }
}
