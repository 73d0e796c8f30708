/** A message byte by byte, each run under the name that the code which wrote it gave it. */
import { toHex } from '../../../emulator/world/bytes.ts';
import type { AnnotatedField, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { sectionOfField, sectionOfMessage } from '../rfc-sections.ts';
import { html, type Markup } from './markup.ts';

/** Of a long value the beginning is enough to recognise it. */
const MOST_BYTES = 64;

export function messageBytes({ message, bytes, fields }: TraceEventOf<'tls.message'>): Markup {
  const section = sectionOfMessage(message);
  const where = section === undefined ? '' : html` <small>${section}</small>`;
  return html`<details><summary>${bytes.length} bytes${where}</summary><ul class="fields">${fields.map((field) => fieldItem(field, bytes))}</ul></details>`;
}

/** A field without parts shows its bytes; one with parts leaves them to those. */
function fieldItem(field: AnnotatedField, bytes: Uint8Array): Markup {
  const { name, value, offset, length, children = [] } = field;
  const section = sectionOfField(name, value);
  const where = section === undefined ? '' : html` <small>${section}</small>`;
  const label = html`<b>${name}</b> ${value ?? ''}${where}`;
  if (children.length > 0) {
    const items = children.map((child) => fieldItem(child, bytes));
    return html`<li>${label}<ul>${items}</ul></li>`;
  }
  const own = bytes.subarray(offset, offset + length);
  const more = own.length > MOST_BYTES ? ` … ${own.length} bytes` : '';
  return html`<li>${label} <code>${toHex(own.subarray(0, MOST_BYTES), ' ')}${more}</code></li>`;
}
