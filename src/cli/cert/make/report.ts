/** What `cert make` prints: the files and who needs them, and how they get to work. */
import { ownCertificate } from '../../../../emulator/device/mbedtls-memory.ts';
import { parseCertificate } from '../../../../emulator/x509/certificate.ts';
import { timeText } from '../../../../emulator/x509/time.ts';
import { type Paint, painter } from '../../../report/canvas.ts';
import { formatBytes, plural } from '../../../report/format.ts';
import type { DrawOptions } from '../../../report/ladder.ts';
import { clean, displayWidth, pad, padLeft, truncate, wrap } from '../../../report/text.ts';
import type { Bundle, BundleFile } from './bundle.ts';
import { copyCommand, deviceFiles, deviceProgram, serverCommand } from './device-program.ts';

export function renderBundle(bundle: Bundle, folder: string, { color, width }: DrawOptions): string {
  const paint = painter(color);
  const { leaves, files } = bundle;
  const ends = leaves.map(({ der }) => parseCertificate(der).notAfter);
  const title = `${plural(files.length, 'file')} in ${folder}`;
  const lines = [
    `${paint(title, 'strong')}${paint(`  ·  the certificates end on ${timeText(Math.min(...ends)).slice(0, 10)}`, 'quiet')}`,
    '',
    ...table(files, paint, width),
    '',
    heading('To the device', paint, width),
    ...shellLines(copyCommand(folder, deviceFiles(bundle)), width),
    ...wrap(heapRemark(bundle), width - 2).map((line) => `  ${paint(line, 'quiet')}`),
    '',
    heading('On the device, once it is on the network', paint, width),
    ...deviceProgram(bundle)
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`)),
    ...server(bundle, folder, paint, width),
    '',
  ];
  return lines.join('\n');
}

function heading(name: string, paint: Paint, width: number): string {
  const rule = '─'.repeat(Math.max(0, width - displayWidth(name) - 4));
  return `${paint('──', 'quiet')} ${paint(name, 'strong')} ${paint(rule, 'quiet')}`;
}

function table(files: readonly BundleFile[], paint: Paint, width: number): string[] {
  const names = Math.max(...files.map(({ name }) => displayWidth(name)));
  const sizes = Math.max(...files.map(({ bytes }) => formatBytes(bytes.length).length));
  const uses = Math.max(...files.map(({ use }) => displayWidth(use)));
  const room = Math.max(12, width - names - sizes - uses - 8);
  const whats = Math.min(room, Math.max(...files.map(({ what }) => displayWidth(what))));
  return files.map(({ name, bytes, secret, what, use }) => {
    const size = padLeft(formatBytes(bytes.length), sizes);
    const meaning = pad(truncate(clean(what), whats), whats);
    return `  ${pad(name, names)}  ${paint(size, 'quiet')}  ${paint(meaning, secret ? 'warning' : 'plain')}  ${paint(use, 'quiet')}`;
  });
}

function heapRemark({ authority, leaves }: Bundle): string {
  const anchor = authority?.anchor ?? leaves[0]!.der;
  const cost = ownCertificate(anchor, parseCertificate(anchor).publicKey);
  return `What it trusts costs ${formatBytes(cost)} of its heap for as long as the context lives (estimated).`;
}

function server(bundle: Bundle, folder: string, paint: Paint, width: number): string[] {
  const command = serverCommand(folder, bundle);
  if (command === undefined) return [];
  return ['', heading('A server to try it with: PORT = 8443', paint, width), ...shellLines(command, width)];
}

/** A command on as few lines as its width allows, continued as a shell reads it. */
function shellLines(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(`${last} ${word}`) <= width - 2)
      lines[lines.length - 1] += ` ${word}`;
    else lines.push(last === undefined ? `  ${word}` : `    ${word}`);
  }
  return lines.map((line, i) => (i < lines.length - 1 ? `${line} \\` : line));
}
