import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Command, Option } from 'commander';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { CaptureFormatError } from '../../capture/packets.ts';
import { isCapture, readCapture } from '../../capture/read.ts';
import { traceOfCapture } from '../../capture/trace-of-capture.ts';
import { parseJsonLines, renderEvent, TraceFormatError } from '../../report/json-lines.ts';
import { renderRun } from '../../report/run-report.ts';
import { drawOptions } from '../draw.ts';
import { UsageError } from '../exit-codes.ts';
import { addOutputFileOptions, type OutputFileOptions, openOutputFiles } from '../output-files.ts';

interface ExplainOptions extends OutputFileOptions {
  /** The key log to read; what `run` writes under this name is --write-keylog here. */
  readonly keylog?: string;
  readonly writeKeylog?: string;
  readonly json?: boolean;
}

/** Captures are read into memory whole. */
const MOST_UNPACKED = 1024 ** 3;
const GZIP_MAGIC = [0x1f, 0x8b];

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
      const events = readEvents(file, options);
      const { keylog: _, writeKeylog, ...others } = options;
      const write = openOutputFiles(writeKeylog === undefined ? others : { ...others, keylog: writeKeylog });
      await write(events);
      if (options.json) for (const event of events) process.stdout.write(`${renderEvent(event)}\n`);
      else process.stdout.write(renderRun(events, drawOptions()));
    });
}

function readEvents(file: string, { keylog }: ExplainOptions): TraceEvent[] {
  const bytes = unpacked(file, readBytes(file));
  try {
    if (isCapture(bytes)) return explainCapture(file, bytes, keylog);
    if (keylog !== undefined) {
      throw new UsageError(`${file} is no capture: --keylog is for captures, a trace holds its secrets`);
    }
    return parseJsonLines(textOf(bytes));
  } catch (error) {
    if (error instanceof CaptureFormatError) throw new UsageError(`${file}: ${error.message}`);
    if (error instanceof TraceFormatError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

function explainCapture(file: string, bytes: Uint8Array, keyLogFile: string | undefined): TraceEvent[] {
  const capture = readCapture(bytes);
  const keyLog = keyLogFile === undefined ? '' : readKeyLog(keyLogFile);
  const name = file === '-' ? 'standard input' : file.slice(file.lastIndexOf('/') + 1);
  return traceOfCapture(capture, { crypto: nodeProvider, name, keyLog });
}

function readKeyLog(file: string): string {
  const text = new TextDecoder().decode(readBytes(file));
  // A file that was mixed up with another is told as such, and not as one without secrets.
  const hasSecrets = /^\s*[A-Z][A-Z0-9_]*\s+[0-9a-f]{64}\s/im.test(text);
  const isEmpty = text.split('\n').every((line) => line.trim() === '' || line.startsWith('#'));
  if (hasSecrets || isEmpty) return text;
  throw new UsageError(
    `${file} is no key log: its lines are "LABEL client_random secret", as SSLKEYLOGFILE has them`,
  );
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

function unpacked(file: string, bytes: Uint8Array): Uint8Array {
  if (!GZIP_MAGIC.every((byte, i) => bytes[i] === byte)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED });
  } catch (error) {
    throw new UsageError(`${file}: cannot unpack it: ${(error as Error).message}`);
  }
}

/** A trace is lines of JSON objects; a file that begins otherwise is told what would be wanted. */
function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  if (text.trimStart().startsWith('{')) return text;
  throw new TraceFormatError(
    'neither a trace, as `run --json` writes it, nor a capture, as `run --pcap`, Wireshark and tcpdump do (pcapng, pcap)',
  );
}
