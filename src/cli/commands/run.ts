import { closeSync, openSync, writeSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { renderJsonLines } from '../../report/json-lines.ts';
import { renderKeyLog } from '../../report/keylog.ts';
import { renderResult } from '../../report/list.ts';
import { renderPcapng } from '../../report/pcapng.ts';
import { renderRun } from '../../report/run-report.ts';
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
    outputFile(options.pcap, ({ events }) => renderPcapng(events)),
    outputFile(options.keylog, ({ events }) => renderKeyLog(events)),
  ];
  const result = await runScenario(loaded, runOptions(options));
  for (const write of outputs) write(result);
  const milliseconds = performance.now() - started;
  process.stdout.write(
    options.json ? renderJsonLines(result.events) : report(loaded.name, result, milliseconds),
  );
  return result.exitCode;
}

/** The run; where it did not come out as expected, that at the end, where a terminal shows it. */
function report(name: string, { events, failures }: RunResult, milliseconds: number): string {
  const options = drawOptions();
  const run = renderRun(events, options);
  if (failures.length === 0) return run;
  return `${run}\n${renderResult({ name, passed: false, milliseconds, failures }, options)}`;
}

/** Opens the file before the run, so that a path that cannot be written costs no run. */
function outputFile(
  path: string | undefined,
  render: (result: RunResult) => Uint8Array | string,
): (result: RunResult) => void {
  if (path === undefined) return () => {};
  const file = openForWriting(path);
  return (result) => {
    writeSync(file, Buffer.from(render(result)));
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
