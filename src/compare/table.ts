/** Measurements as a table for each board. */
import { painter } from '../report/canvas.ts';
import { formatBytes, formatDuration } from '../report/format.ts';
import type { DrawOptions } from '../report/ladder.ts';
import { displayWidth, pad, padLeft } from '../report/text.ts';
import type { Measurement, ServerKey } from './measure.ts';

const NAMES: Readonly<Record<ServerKey, string>> = {
  'ec-p256': 'P-256',
  'ec-p384': 'P-384',
  'rsa-2048': 'RSA-2048',
  'rsa-3072': 'RSA-3072',
  'rsa-4096': 'RSA-4096',
};

const HEADINGS = ['server key', 'key', 'certificate', 'on the wire', 'handshake', 'IDF heap'];

/** All rows of a board stand together. */
export function renderComparison(measurements: readonly Measurement[], { color }: DrawOptions): string {
  const paint = painter(color);
  const boards = [...new Set(measurements.map(({ board }) => board))];
  const blocks = boards.map((board) => ({
    board,
    rows: measurements.filter((row) => row.board === board).map(cells),
  }));
  const all = [HEADINGS, ...blocks.flatMap(({ rows }) => rows)];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => displayWidth(row[column]!))));
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, i) => (i === 0 ? pad(cell, widths[i]!) : padLeft(cell, widths[i]!))).join('   ')}`;
  return [
    ...blocks.flatMap(({ board, rows }) => [
      paint(board, 'strong'),
      paint(line(HEADINGS), 'quiet'),
      ...rows.map(line),
      '',
    ]),
    'One connection of a device that checks the server, whose root signs with a key of the same kind.',
    'Handshake (virtual time, TLS 1.2) and peak of the IDF heap are estimated from the figures of the board.',
    '',
  ].join('\n');
}

function cells({
  key,
  keyBits,
  certificate,
  handshakeBytes,
  handshakeTime,
  heapPeak,
}: Measurement): string[] {
  return [
    NAMES[key],
    `${keyBits} bit`,
    formatBytes(certificate),
    formatBytes(handshakeBytes),
    formatDuration(handshakeTime),
    formatBytes(heapPeak),
  ];
}
