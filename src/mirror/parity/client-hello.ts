/** A ClientHello as lines that two clients can be held against each other by: what is random left out, said so. */
import { toHex } from '../../../emulator/world/bytes.ts';
import type { AnnotatedField, TraceEventOf } from '../../../emulator/world/trace-events.ts';

type Message = TraceEventOf<'tls.message'>;

/** RFC 8446 4.2.8, 4.2.11, RFC 5077: contents that are new each time; what can be compared of them is their make. */
const RANDOM_CONTENTS: ReadonlySet<string> = new Set([
  'key_share',
  'pre_shared_key',
  'session_ticket',
  'cookie',
]);

/** What the codec says of a suite is said of stock firmware; here is a board that offers it, or does not. */
const REMARK = / \(no stock ESP32 speaks it\)$/;

export const RANDOM = 'random by nature';

/** By name, in the order of the message: "cipher_suites" → "TLS_…, TLS_…". */
export function helloFields(hello: Message): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const body = find(hello.fields, 'body')?.children ?? [];
  for (const field of body) {
    if (field.name === 'extensions') addExtensions(fields, field, hello.bytes);
    else if (field.name === 'random') fields.set('random', RANDOM);
    else if (field.name === 'session_id') fields.set('session_id', lengthText(field, hello.bytes));
    else fields.set(field.name, leaves(field, hello.bytes).join(', '));
  }
  return fields;
}

function addExtensions(
  fields: Map<string, string>,
  { children = [] }: AnnotatedField,
  bytes: Uint8Array,
): void {
  const types = children.map((extension) => typeOf(extension));
  fields.set('extensions, in order', types.join(', '));
  for (const extension of children) {
    const data = find(extension.children ?? [], 'extension_data');
    if (data === undefined) continue;
    fields.set(
      typeOf(extension),
      RANDOM_CONTENTS.has(typeOf(extension)) ? makeOf(data) : contentsOf(data, bytes),
    );
  }
}

function typeOf(extension: AnnotatedField): string {
  return find(extension.children ?? [], 'extension_type')?.value ?? extension.name;
}

function contentsOf(data: AnnotatedField, bytes: Uint8Array): string {
  return data.length <= 2 ? 'empty' : (data.value ?? leaves(data, bytes).join(', '));
}

/** The lengths of a random field's parts, and what of them is not random: "x25519, 32 bytes". */
function makeOf(data: AnnotatedField): string {
  if (data.length <= 2) return 'empty';
  return `${data.value === undefined ? '' : `${data.value}, `}${data.length - 2} bytes`;
}

function lengthText(field: AnnotatedField, bytes: Uint8Array): string {
  const length = bytes[field.offset] ?? 0;
  return length === 0 ? 'empty' : `${length} bytes`;
}

function leaves(field: AnnotatedField, bytes: Uint8Array): string[] {
  if (field.children === undefined || field.children.length === 0)
    return field.length === 0
      ? []
      : [
          field.value?.replace(REMARK, '') ??
            toHex(bytes.subarray(field.offset, field.offset + field.length)),
        ];
  return field.children.flatMap((child) => leaves(child, bytes));
}

function find(fields: readonly AnnotatedField[], name: string): AnnotatedField | undefined {
  for (const field of fields) if (field.name === name) return field;
  return undefined;
}
