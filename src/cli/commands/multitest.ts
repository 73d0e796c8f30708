import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { boardByName } from '../../../emulator/device/boards/index.ts';
import { MILLISECOND, type UnixSeconds } from '../../../emulator/world/time.ts';
import {
  renderHeading,
  renderJson,
  renderSummary,
  renderVerdict,
  type Tested,
} from '../../multitest/report.ts';
import { runMultitest } from '../../multitest/run.ts';
import { readTestFile, type TestFile } from '../../multitest/test-file.ts';
import { timeOption } from '../cert/time-option.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { addDeviceOptions, type DeviceOptions } from '../options.ts';

interface Options extends DeviceOptions {
  readonly showOutput?: boolean;
  readonly traceOutput?: boolean;
  readonly time?: UnixSeconds;
  readonly pcap?: string;
  readonly keylog?: string;
}

const DEFAULT_SEED = 1;
const DEFAULT_BOARD = 'esp32';
const DEFAULT_TIME = '2026-03-01T12:00:00Z';

export function define(command: Command): void {
  addDeviceOptions(command)
    .argument('<file...>', "tests for several devices, in the format of MicroPython's run-multitests.py")
    .addOption(new Option('-s, --show-output', 'show the output of every test'))
    .addOption(new Option('-t, --trace-output', 'show each line as it comes, with virtual milliseconds'))
    .addOption(timeOption("what the devices' clocks show", DEFAULT_TIME))
    .addOption(new Option('--pcap <file>', "write one test's traffic as a capture (pcapng)"))
    .addOption(new Option('--keylog <file>', "write the secrets of one test's connections (NSS key log)"))
    .addHelpText(
      'after',
      '\nThe right output stands in FILE.exp.\nExit status: 0 none failed, 1 one failed, 2 usage, 42 time-out.',
    )
    .action(async (files: string[], options: Options) => {
      process.exitCode = await multitest(files, options);
    });
}

async function multitest(files: readonly string[], options: Options): Promise<number> {
  if (files.length > 1 && (options.pcap ?? options.keylog) !== undefined)
    throw new UsageError('--pcap and --keylog want one test');
  const tests = [...files].sort().map(readTest);
  const tested: Tested[] = [];
  for (const test of tests) tested.push(await runOne(test, options));
  if (!options.json) process.stdout.write(renderSummary(tested));
  await writeCaptures(options, tested[0]!);
  return exitCode(tested);
}

function readTest(file: string): TestFile {
  let test: TestFile;
  try {
    test = readTestFile(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
  if (test.instances > 0) return test;
  throw new UsageError(`${file} is no test for several devices: it defines no function instance0()`);
}

async function runOne(test: TestFile, options: Options): Promise<Tested> {
  const {
    seed = DEFAULT_SEED,
    board = boardByName(DEFAULT_BOARD),
    crypto,
    timeLimit,
    timeout,
    json,
  } = options;
  const say = (text: string) => {
    if (!json) process.stdout.write(text);
  };
  const heading = renderHeading(test, board.name);
  const shown = options.showOutput || options.traceOutput;
  say(shown ? `${heading}\n` : heading);
  const onLine = (milliseconds: number, instance: number, text: string) =>
    say(`${String(milliseconds).padStart(6)} i${instance} : ${text}\n`);
  const result = await runMultitest(test, {
    seed,
    startTime: options.time ?? Date.parse(DEFAULT_TIME) / 1000,
    board,
    crypto,
    timeLimit,
    timeoutMs: timeout / MILLISECOND,
    ...(options.traceOutput && { onLine }),
  });
  const tested = { test, result };
  say(renderVerdict(tested, options.showOutput ?? false));
  if (options.showOutput) say('\n');
  if (json) process.stdout.write(renderJson(tested));
  return tested;
}

function exitCode(tested: readonly Tested[]): number {
  const failed = tested.filter(({ result }) => result.verdict === 'fail');
  if (failed.length === 0) return EXIT.pass;
  const timedOut = ({ result }: Tested) => ['time-limit', 'watchdog'].includes(result.outcome.outcome);
  return failed.every(timedOut) ? EXIT.timeout : EXIT.failed;
}

async function writeCaptures({ pcap, keylog }: Options, { result }: Tested): Promise<void> {
  const { events } = result;
  if (pcap !== undefined) writeFileSync(pcap, (await import('../../report/pcapng.ts')).renderPcapng(events));
  if (keylog !== undefined)
    writeFileSync(keylog, (await import('../../report/keylog.ts')).renderKeyLog(events));
}
