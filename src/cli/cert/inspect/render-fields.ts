/**
 * The bytes explained, from the tree that the reader left. Each byte stands once: beside a field that holds
 * others stand only the bytes that are its own, which are tags and lengths.
 */

import { toHex } from '../../../../emulator/world/bytes.ts';
import type { AnnotatedField } from '../../../../emulator/world/trace-events.ts';
import type { Paint } from '../../../report/canvas.ts';
import { clean, displayWidth, pad, truncate } from '../../../report/text.ts';

interface FieldLine {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly depth: number;
  /** Empty for what goes on, and for bytes between fields. */
  readonly name: string;
  readonly value: string;
}

/** Bytes in a line. */
const HEX_BYTES = 8;
const HEX_WIDTH = 3 * HEX_BYTES - 1;
const OFFSET_WIDTH = 6;

/** `whole`: all bytes of a field, on as many lines as they take; otherwise the first few. */
export function renderFields(
  der: Uint8Array,
  fields: readonly AnnotatedField[],
  whole: boolean,
  paint: Paint,
  width: number,
): string[] {
  const lines = listFields(der, fields, 0, 0, der.length);
  const head = `  ${pad('offset', OFFSET_WIDTH)}  ${pad('bytes', HEX_WIDTH + 2)}  field`;
  return [paint(head, 'quiet'), ...lines.flatMap((line) => renderLine(line, whole, paint, width))];
}

/** The fields that cover `start` to `end`, and what lies between them. */
function listFields(
  der: Uint8Array,
  fields: readonly AnnotatedField[],
  depth: number,
  start: number,
  end: number,
): FieldLine[] {
  const lines: FieldLine[] = [];
  let at = start;
  const gap = (until: number) => {
    if (until > at) lines.push({ offset: at, bytes: der.subarray(at, until), depth, name: '', value: '' });
  };
  for (const field of fields) {
    gap(field.offset);
    lines.push(...listField(der, field, depth));
    at = field.offset + field.length;
  }
  gap(end);
  return lines;
}

function listField(der: Uint8Array, field: AnnotatedField, depth: number): FieldLine[] {
  const { name, offset, length, value = '', children = [] } = field;
  const end = offset + length;
  const own = children[0]?.offset ?? end;
  const line = { offset, bytes: der.subarray(offset, own), depth, name, value };
  return [line, ...(children.length === 0 ? [] : listFields(der, children, depth + 1, own, end))];
}

function renderLine(line: FieldLine, whole: boolean, paint: Paint, width: number): string[] {
  const { offset, bytes, depth, name, value } = line;
  const pieces = whole ? slices(bytes) : [bytes.subarray(0, HEX_BYTES)];
  const cut = !whole && bytes.length > HEX_BYTES ? ' …' : '';
  return pieces.map((piece, i) => {
    const hex = pad(`${toHex(piece, ' ')}${cut}`, HEX_WIDTH + 2);
    const at = String(offset + i * HEX_BYTES).padStart(OFFSET_WIDTH);
    const left = `  ${paint(at, 'quiet')}  ${paint(hex, 'sealed')}`;
    if (i > 0 || name === '') return left.trimEnd();
    const label = `${'  '.repeat(depth)}${name}`;
    const room = width - 2 - OFFSET_WIDTH - 2 - (HEX_WIDTH + 2) - 2 - displayWidth(label) - 2;
    const shown = value === '' || room < 4 ? '' : `  ${truncate(clean(value), room)}`;
    return `${left}  ${paint(label, 'strong')}${shown}`;
  });
}

function slices(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / HEX_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * HEX_BYTES, (i + 1) * HEX_BYTES));
}
