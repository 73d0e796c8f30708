import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { parseJsonLines, TraceFormatError } from '../../report/json-lines.ts';
import type { Diagnosis } from '../../why/diagnose.ts';
import { diagnosisData, renderDiagnosis } from '../../why/render.ts';
import { whyText, whyTrace } from '../../why/why.ts';
import { drawOptions } from '../draw.ts';
import { EXIT, UsageError } from '../exit-codes.ts';

/** Octets of an input that is still read whole. */
const LARGEST = 64 * 1024 * 1024;

export function define(command: Command): void {
  command
    .argument(
      '[text-or-file...]',
      'an exception, a number or a line of a log; or a file with a log or a trace; standard input without',
    )
    .option('--json', 'one JSON object')
    // Most numbers of exceptions are negative.
    .allowUnknownOption()
    .addHelpText(
      'after',
      `
Examples:
  tls-sandbox why "OSError: (-30592, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE')"
  tls-sandbox why -0x7280
  tls-sandbox why serial.log
  tls-sandbox run my-scenario --json | tls-sandbox why

Exit status: 0 causes found, 1 not known here, 2 usage.`,
    )
    .action(async (words: string[], { json }: { json?: boolean }) => {
      const unknown = words.find((word) => /^--?[a-z]/i.test(word));
      if (unknown !== undefined)
        throw new UsageError(`unknown option '${unknown}' (--help shows what there is)`);
      const diagnosis = await diagnoseInput(words.join(' '));
      process.stdout.write(
        json ? `${JSON.stringify(diagnosisData(diagnosis))}\n` : renderDiagnosis(diagnosis, drawOptions()),
      );
      process.exitCode = diagnosis.suspicions.length > 0 ? EXIT.pass : EXIT.failed;
    });
}

async function diagnoseInput(argument: string): Promise<Diagnosis> {
  if (argument === '' || argument === '-') return diagnoseBytes('standard input', await readStandardInput());
  if (!existsSync(argument)) {
    if (looksLikePath(argument)) throw new UsageError(`${argument}: there is no such file`);
    return whyText(argument);
  }
  const { size } = checkedFile(argument);
  if (size > LARGEST)
    throw new UsageError(`${argument}: ${size} bytes are too many; take the end of the log`);
  return diagnoseBytes(argument, readFileSync(argument));
}

/** A word with a slash or an ending, and nothing that an exception would have. */
function looksLikePath(argument: string): boolean {
  return /^[^\s()'":,]+$/.test(argument) && /[\\/]|\.(log|txt|jsonl?|pcap(ng)?)$/i.test(argument);
}

function checkedFile(path: string) {
  const stat = statSync(path);
  if (stat.isDirectory()) throw new UsageError(`${path}: a folder; name a file in it`);
  return stat;
}

async function readStandardInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY) process.stderr.write('Paste the exception or the log, then Ctrl-D:\n');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function diagnoseBytes(name: string, bytes: Uint8Array): Diagnosis {
  const text = textOf(name, bytes);
  if (text.trim() === '') throw new UsageError(`${name}: nothing in it`);
  if (!/^\s*\{"t":/.test(text)) return whyText(text);
  try {
    return whyTrace(parseJsonLines(text));
  } catch (error) {
    if (error instanceof TraceFormatError) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
}

/** Serial logs hold the odd broken character; a file of zeros is no log. */
function textOf(name: string, bytes: Uint8Array): string {
  if (bytes.subarray(0, 4096).includes(0)) throw new UsageError(`${name}: neither a text nor a trace`);
  return new TextDecoder().decode(bytes);
}
