/** The answer on one screen: what the server does, what a board makes of it, what to load. */

import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import { type Certificate, parseCertificate } from '../../emulator/x509/certificate.ts';
import { type Paint, painter } from '../report/canvas.ts';
import { formatBytes, formatDuration, plural } from '../report/format.ts';
import type { DrawOptions } from '../report/ladder.ts';
import { clean, displayWidth, pad, padLeft, wrap } from '../report/text.ts';
import type { Anchor } from './anchor.ts';
import type { WrittenFile } from './files.ts';
import type { Prediction } from './predict.ts';
import type { ProbeResult } from './probe.ts';
import { targetText } from './target.ts';

/** The name of a heading and what stands beside it. */
const LABEL = 10;

export function renderProbe(
  result: ProbeResult,
  written: readonly WrittenFile[],
  { color, width }: DrawOptions,
): string {
  const page = new Page(painter(color), width ?? 100);
  heading(page, result);
  server(page, result);
  answer(page, result);
  boards(page, result.predictions);
  toLoad(page, result);
  files(page, written);
  return page.text();
}

class Page {
  readonly paint: Paint;
  private readonly width: number;
  private readonly lines: string[] = [];

  constructor(paint: Paint, width: number) {
    this.paint = paint;
    this.width = width;
  }

  line(text = ''): void {
    this.lines.push(text);
  }

  /** A label, and text that goes on below itself. */
  row(label: string, text: string): void {
    const lines = wrap(clean(text), Math.max(20, this.width - LABEL - 2));
    lines.forEach((line, i) => {
      this.line(`  ${this.paint(pad(i === 0 ? label : '', LABEL), 'quiet')}${line}`);
    });
  }

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

function heading(page: Page, { subject: { target, roundTripMs }, observation }: ProbeResult): void {
  const { paint } = page;
  const named = target.name === target.host ? '' : ` as ${target.name}`;
  page.line(paint(`${targetText(target)}${named}`, 'strong'));
  const address = observation?.modern.address;
  if (address !== undefined && roundTripMs !== undefined) {
    page.row('address', `${address}, ${formatMs(roundTripMs)} there and back`);
  }
}

function server(page: Page, { subject, observation }: ProbeResult): void {
  const { versions, suites, groups, chain } = subject;
  if (observation !== undefined) {
    if (versions.length > 0) page.row('versions', versions.map(versionWords).join(', '));
    const { modern, device } = observation;
    if (modern.suite !== undefined && modern.failure === undefined) {
      page.row('modern', `${versionWords(modern.version!)}, ${modern.suite}${group(modern.group)}`);
    }
    if (device.suite !== undefined)
      page.row('ESP32', `${versionWords(device.version!)}, ${device.suite}${group(device.group)}`);
    if (suites.length > 1)
      page.row('suites', `${plural(suites.length, 'suite')} of TLS 1.2 that the ESP32 has too`);
    if (groups.length > 0) page.row('curves', groups.join(', '));
  }
  chain.forEach((der, i) => {
    page.row(i === 0 ? 'chain' : '', certificateLine(der));
  });
  if (observation?.device.asksForCertificate) {
    page.row(
      'client',
      subject.demandsCertificate ? 'a client must show a certificate' : 'a client may show a certificate',
    );
  }
}

function answer(page: Page, { predictions, causes, anchor }: ProbeResult): void {
  const { paint } = page;
  const first = predictions[0]!;
  page.line();
  if (first.connects) {
    if (anchor.best?.source === 'server') {
      // Whoever sits on the path could have shown its own chain just so.
      page.line(
        paint(
          `! A stock MicroPython ${first.board} connects, if you trust what the server says of itself.`,
          'warning',
        ),
      );
    } else {
      page.line(paint(`✔ A stock MicroPython ${first.board} connects, and verifies the server.`, 'good'));
    }
    return;
  }
  page.line(paint(`✘ A stock MicroPython ${first.board} does not connect.`, 'bad'));
  page.row('raises', first.exception ?? 'nothing: the program did not come to an end');
  if (first.alert !== undefined) page.row('alert', `${first.alert.name}, sent by the ${first.alert.by}`);
  for (const { what, remedy } of causes) {
    page.row('because', what);
    page.row('so', remedy);
  }
  if (causes.length === 0)
    page.row('because', 'this is not among the reasons that are known here; --json has the trace');
}

const HEADINGS = ['board', 'handshake', 'IDF heap, peak', ''];

function boards(page: Page, predictions: readonly Prediction[]): void {
  const rows = predictions.map(({ board, connects, handshake, heapPeak, exception }) => [
    board,
    handshake === undefined ? '—' : formatDuration(handshake),
    heapPeak === undefined ? '—' : formatBytes(heapPeak),
    connects ? '' : (exception?.split(':')[0] ?? ''),
  ]);
  const widths = HEADINGS.map((heading, i) =>
    Math.max(...[heading, ...rows.map((row) => row[i]!)].map(displayWidth)),
  );
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, i) => (i === 0 ? pad(cell, widths[i]!) : padLeft(cell, widths[i]!))).join('   ')}`.trimEnd();
  page.line();
  page.line(page.paint(line(HEADINGS), 'quiet'));
  for (const row of rows) page.line(line(row));
  page.line(page.paint('  estimated: virtual time and heap of the simulated boards', 'quiet'));
}

const SOURCES = {
  file: 'from the file you gave',
  browsers: 'which browsers trust',
  server:
    'which only the server itself has shown: somebody on the path could do that too, so compare its fingerprint',
} as const;

/** Names of this computer alone. */
const OWN = /^(localhost|127\.)/;

function toLoad(page: Page, { subject, anchor: { best, others } }: ProbeResult): void {
  page.line();
  if (OWN.test(subject.target.host)) {
    page.row(
      'note',
      `${subject.target.host} is the board itself to a board: put an address that it can reach into main.py`,
    );
  }
  if (best === undefined) return;
  page.row('load', `${certificateLine(best.certificate.der)}; ${kind(best)} ${SOURCES[best.source]}`);
  if (best.source === 'server') page.row('SHA-256', fingerprint(best.certificate));
  const other = others.find(({ isLeaf }) => !isLeaf);
  if (other !== undefined)
    page.row('or', `${certificateLine(other.certificate.der)}; ${kind(other)} ${otherWords(other)}`);
}

function kind({ isLeaf, selfSigned }: Anchor): string {
  if (isLeaf) return "the server's own certificate,";
  return selfSigned ? 'a root' : 'an intermediate';
}

function otherWords({ selfSigned, source }: Anchor): string {
  return selfSigned ? SOURCES[source] : 'saves a signature check, and is replaced more often';
}

function files(page: Page, written: readonly WrittenFile[]): void {
  written.forEach(({ path, bytes, what }, i) => {
    page.row(i === 0 ? 'written' : '', `${path}  ${formatBytes(bytes)}, ${what}`);
  });
}

function certificateLine(der: Uint8Array): string {
  let certificate: Certificate;
  try {
    certificate = parseCertificate(der);
  } catch (error) {
    return `${formatBytes(der.length)} that are no certificate: ${(error as Error).message}`;
  }
  const { subject, subjectPublicKey, notAfter } = certificate;
  const until = new Date(notAfter * 1000).toISOString().slice(0, 10);
  return [
    subject.text || '(no subject)',
    keyWords(subjectPublicKey),
    `until ${until}`,
    formatBytes(der.length),
  ].join(', ');
}

const CURVES: Readonly<Record<string, string>> = {
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

function keyWords({ kind, bits, curve }: Certificate['subjectPublicKey']): string {
  if (kind === 'rsa') return `RSA-${bits}`;
  return curve === undefined ? kind : (CURVES[curve] ?? curve);
}

function fingerprint({ der }: Certificate): string {
  return toHex(nodeProvider.hash('sha256', der));
}

/** "TLSv1.2" as people say it. */
function versionWords(version: string): string {
  return version === 'TLSv1' ? 'TLS 1.0' : version.replace('TLSv', 'TLS ');
}

function group(name: string | undefined): string {
  return name === undefined ? '' : `, ${name}`;
}

function formatMs(milliseconds: number): string {
  return formatDuration(milliseconds * 1e6);
}
