import { closeSync, openSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { loadProgram, PROGRAM_WORLD } from '../../scenario/bare-program.ts';
import { loadScenario } from '../../scenario/load.ts';
import { type RunResult, runScenario } from '../../scenario/run.ts';
import { findTarget } from '../catalogue.ts';
import { drawOptions } from '../draw.ts';
import { UsageError } from '../exit-codes.ts';
import { addWorldOptions, runOptions, type WorldOptions } from '../options.ts';

interface Options extends WorldOptions {
  readonly pcap?: string;
  readonly keylog?: string;
}

export function define(command: Command): void {
  addWorldOptions(command)
    .argument('<scenario>', 'name of a scenario, its folder or file, or a program: FILE.py')
    .addOption(new Option('--pcap <file>', 'write a capture that Wireshark opens already decrypted (pcapng)'))
    .addOption(new Option('--keylog <file>', "write the connections' secrets (NSS key log)"))
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
  const outputs = [
    outputFile(options.pcap, async (events) => (await import('../../report/pcapng.ts')).renderPcapng(events)),
    outputFile(options.keylog, async (events) =>
      (await import('../../report/keylog.ts')).renderKeyLog(events),
    ),
  ];
  const result = await runScenario(loaded, runOptions(options));
  for (const write of outputs) await write(result.events);
  const milliseconds = performance.now() - started;
  process.stdout.write(await (options.json ? jsonLines(result) : report(loaded.name, result, milliseconds)));
  return result.exitCode;
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

/** Opens the file before the run, so that a path that cannot be written costs no run. */
function outputFile(
  path: string | undefined,
  render: (events: readonly TraceEvent[]) => Promise<Uint8Array | string>,
): (events: readonly TraceEvent[]) => Promise<void> {
  if (path === undefined) return async () => {};
  const file = openForWriting(path);
  return async (events) => {
    writeFileSync(file, await render(events));
    closeSync(file);
  };
}

function openForWriting(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
  }
}
