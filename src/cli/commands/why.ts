import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import { isCapture } from '../../capture/read.ts';
import type { Diagnosis } from '../../why/diagnose.ts';
import { diagnosisData, renderDiagnosis } from '../../why/render.ts';
import { whyText, whyTrace } from '../../why/why.ts';
import { drawOptions } from '../draw.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { readEvents, readInput } from '../read-events.ts';

export function define(command: Command): void {
  command
    .argument(
      '[text-or-file...]',
      'an exception, a number or a line of a log; or a file with a log, a trace or a capture (pcapng, pcap); standard input without',
    )
    .option('--keylog <file>', 'secrets to read a capture with (NSS key log), beside those inside it')
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
    .action(async (words: string[], { json, keylog }: { json?: boolean; keylog?: string }) => {
      const unknown = words.find((word) => /^--?[a-z]/i.test(word));
      if (unknown !== undefined)
        throw new UsageError(`unknown option '${unknown}' (--help shows what there is)`);
      const diagnosis = await diagnoseInput(words.join(' '), keylog);
      process.stdout.write(
        json ? `${JSON.stringify(diagnosisData(diagnosis))}\n` : renderDiagnosis(diagnosis, drawOptions()),
      );
      process.exitCode = diagnosis.suspicions.length > 0 ? EXIT.pass : EXIT.failed;
    });
}

async function diagnoseInput(argument: string, keylog: string | undefined): Promise<Diagnosis> {
  if (argument === '' || argument === '-') {
    if (process.stdin.isTTY) process.stderr.write('Paste the exception or the log, then Ctrl-D:\n');
    return diagnoseBytes('standard input', await readInput('-'), keylog);
  }
  if (!existsSync(argument)) {
    if (looksLikePath(argument)) throw new UsageError(`${argument}: there is no such file`);
    return whyText(argument);
  }
  if (statSync(argument).isDirectory()) throw new UsageError(`${argument}: a folder; name a file in it`);
  return diagnoseBytes(argument, await readInput(argument), keylog);
}

/** A word with a slash or an ending, and nothing that an exception would have. */
function looksLikePath(argument: string): boolean {
  return /^[^\s()'":,]+$/.test(argument) && /[\\/]|\.(log|txt|jsonl?|pcap(ng)?)(\.gz)?$/i.test(argument);
}

function diagnoseBytes(name: string, bytes: Uint8Array, keylog: string | undefined): Diagnosis {
  if (isCapture(bytes) || isTrace(bytes)) return whyTrace(readEvents(name, bytes, keylog), nodeProvider);
  if (keylog !== undefined) throw new UsageError(`${name} is no capture: --keylog is for captures`);
  // Serial logs hold the odd broken character; a file of zeros is no log.
  if (bytes.subarray(0, 4096).includes(0))
    throw new UsageError(`${name}: neither a text, a trace nor a capture`);
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') throw new UsageError(`${name}: nothing in it`);
  return whyText(text);
}

function isTrace(bytes: Uint8Array): boolean {
  return /^\s*\{"t":/.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}
