import { type Command, Option } from 'commander';
import { renderEvent } from '../../report/json-lines.ts';
import { renderRun } from '../../report/run-report.ts';
import { drawOptions } from '../draw.ts';
import { addOutputFileOptions, type OutputFileOptions, openOutputFiles } from '../output-files.ts';
import { readEvents, readInput } from '../read-events.ts';

interface ExplainOptions extends OutputFileOptions {
  /** The key log to read; what `run` writes under this name is --write-keylog here. */
  readonly keylog?: string;
  readonly writeKeylog?: string;
  readonly json?: boolean;
}

export function define(command: Command): void {
  addOutputFileOptions(command, { keylog: 'write-keylog' })
    .argument(
      '<file>',
      'a trace that `run --json` wrote, or a capture (pcapng or pcap: Wireshark, tshark, tcpdump); - is standard input',
    )
    .addOption(
      new Option('--keylog <file>', 'secrets to read a capture with (NSS key log), beside those inside it'),
    )
    .addOption(new Option('--json', 'print the trace, one event a line, and nothing else'))
    .action(async (file: string, options: ExplainOptions) => {
      const events = readEvents(file, await readInput(file), options.keylog);
      const { keylog: _, writeKeylog, ...others } = options;
      const write = openOutputFiles(writeKeylog === undefined ? others : { ...others, keylog: writeKeylog });
      await write(events);
      if (options.json) for (const event of events) process.stdout.write(`${renderEvent(event)}\n`);
      else process.stdout.write(renderRun(events, drawOptions()));
    });
}
