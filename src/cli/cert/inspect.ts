/** `cert inspect`: what is in a file of certificates, requests, lists or keys. */
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { UnixSeconds } from '../../../emulator/world/time.ts';
import { DerError } from '../../../emulator/x509/der.ts';
import { painter } from '../../report/canvas.ts';
import { clean } from '../../report/text.ts';
import { drawOptions } from '../draw.ts';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.ts';
import { readBytes } from '../files.ts';
import { type BundleFacts, describeBundle } from './inspect/bundle.ts';
import { type DescribeOptions, describe } from './inspect/describe.ts';
import { type BadBlock, type Block, identify, missingBytes } from './inspect/identify.ts';
import type { Inspected, Malformed } from './inspect/inspected.ts';
import { renderInspected, renderMalformed, renderRow, renderTitle } from './inspect/render.ts';
import { renderFields } from './inspect/render-fields.ts';
import { now, timeOption } from './time-option.ts';

interface Options {
  readonly time?: UnixSeconds;
  readonly fields?: boolean;
  readonly hex?: boolean;
  readonly json?: boolean;
}

/** One thing in a file with the bytes it is in. */
type Item = (Inspected | Malformed) & { readonly der?: Uint8Array };

interface FileFacts {
  readonly file: string;
  readonly items: readonly Item[];
  readonly bundle?: BundleFacts;
  /** The file cannot be read, or holds nothing of the kind. */
  readonly problem?: string;
}

const HELP = `
Knows certificates, certificate requests, revocation lists, OCSP responses, public and private keys, in PEM
(any number in a file) or DER. Of private keys nothing secret is shown.

Exit status: 0 all was read, 1 something in a file is malformed, 2 a file cannot be read, or holds nothing of
the kind.`;

export function defineInspect(command: Command): void {
  command
    .argument('<file...>', 'PEM or DER; - reads standard input')
    .addOption(timeOption('hold validity against this moment'))
    .option('--fields', 'the bytes explained: offset, bytes, field, value')
    .option('--hex', 'the same with every byte')
    .addOption(new Option('--json', 'one JSON object a file'))
    .addHelpText('after', HELP)
    .action((files: string[], options: Options) => {
      const facts = files.map((file) => inspectFile(file, options));
      for (const each of facts)
        process.stdout.write(options.json ? json(each, options) : render(each, options));
      for (const each of facts) for (const line of complaints(each)) process.stderr.write(`${line}\n`);
      process.exitCode = exitCode(facts);
    });
}

function inspectFile(file: string, { time = now() }: Options): FileFacts {
  const name = file === '-' ? 'standard input' : file;
  let bytes: Uint8Array;
  try {
    bytes = file === '-' ? new Uint8Array(readFileSync(process.stdin.fd)) : readBytes(file);
  } catch (error) {
    if (!(error instanceof UsageError) && file !== '-') throw error;
    return { file: name, items: [], problem: (error as Error).message.replace(`${file}: `, '') };
  }
  const blocks = identify(bytes);
  const items = blocks.flatMap((block) => inspectBlock(block, { time, file: name }));
  if (items.length === 0) return { file: name, items, problem: whyNothing(bytes, blocks) };
  const certificates = items.flatMap(({ kind, der }) => (kind === 'certificate' && der ? [der] : []));
  const bundle = describeBundle(certificates);
  return { file: name, items, ...(bundle && { bundle }) };
}

function inspectBlock(block: Block | BadBlock, options: DescribeOptions): Item[] {
  if ('problem' in block) return [{ kind: block.label, ...block }];
  const { kind, der, line, label } = block;
  if (kind === undefined) return [];
  try {
    return [{ ...describe({ ...block, kind }, options), der }];
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const place = line === undefined ? {} : { line, label };
    return [{ kind, ...place, ...whyMalformed(der, error) }];
  }
}

function whyMalformed(der: Uint8Array, error: DerError): Pick<Malformed, 'problem' | 'offset'> {
  const announced = missingBytes(der);
  if (announced !== undefined) {
    const problem = `cut short at byte ${der.length}: its header announces ${announced} bytes`;
    return { problem, offset: der.length };
  }
  const { message, code, codeName, offset } = error;
  return { problem: `${message} of ${der.length} (mbedTLS: ${code} ${codeName})`, offset };
}

function whyNothing(bytes: Uint8Array, blocks: readonly (Block | BadBlock)[]): string {
  const labels = blocks.map(({ label }) => label);
  if (labels.length > 0) return `holds ${labels.join(', ')}, and nothing that is known here`;
  if (bytes.length === 0) return 'it is empty';
  const first = bytes[0]!.toString(16).padStart(2, '0');
  const expected = 'expected a line "-----BEGIN …" (PEM) or the byte 30 (DER)';
  if (bytes[0] !== 0x30) return `neither PEM nor DER: ${expected}, found the byte ${first} at offset 0`;
  return 'DER, but no certificate, request, revocation list, OCSP response or key';
}

function complaints({ file, items, problem }: FileFacts): string[] {
  if (problem !== undefined) return [clean(`${file}: ${problem}`)];
  return items.flatMap((item) => {
    if (!('problem' in item)) return [];
    return [clean(`${file}${item.line === undefined ? '' : `:${item.line}`}: ${item.kind}: ${item.problem}`)];
  });
}

function exitCode(facts: readonly FileFacts[]): ExitCode {
  if (facts.some(({ problem }) => problem !== undefined)) return EXIT.usage;
  return facts.some(({ items }) => items.some((item) => 'problem' in item)) ? EXIT.failed : EXIT.pass;
}

function json({ file, items, ...rest }: FileFacts, { fields, hex }: Options): string {
  const objects = items.map(({ der, ...item }) => {
    if (fields || hex) return item;
    const { fields: _, ...shown } = item as Inspected;
    return shown;
  });
  return `${JSON.stringify({ file, objects, ...rest })}\n`;
}

function render({ file, items, bundle }: FileFacts, { fields, hex }: Options): string {
  const { color, width } = drawOptions();
  const paint = painter(color);
  const parts = items.map((item) => {
    const lines = [renderTitle(file, item, paint)];
    if ('problem' in item) return [...lines, ...renderMalformed(item, paint, width), ''];
    lines.push(...renderInspected(item, paint, width), '');
    if (!(fields || hex) || !item.der || !item.fields?.length) return lines;
    return [...lines, ...renderFields(item.der, item.fields, hex === true, paint, width), ''];
  });
  const text = bundle && `${bundle.certificates} certificates, ${bundle.text}`;
  const summary = text === undefined ? [] : [...renderRow({ name: 'together', text }, paint, width), ''];
  return [...parts.flat(), ...summary].map((line) => `${line}\n`).join('');
}
