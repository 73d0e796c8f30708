/** Whose certificates a Certificate message carries; the engine itself looks at them only as bytes. */

import type { AnnotatedField, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { parseCertificate } from '../../../emulator/x509/certificate.ts';

/** Subjects, leaf first, of the certificates that can be read. */
export function certificateNames({ message, bytes, fields }: TraceEventOf<'tls.message'>): string[] {
  if (message !== 'Certificate') return [];
  return entries(fields).flatMap(({ offset, length }) => subjectOf(bytes.subarray(offset, offset + length)));
}

function entries(fields: readonly AnnotatedField[]): AnnotatedField[] {
  return fields.flatMap((field) => (field.name === 'cert_data' ? [field] : entries(field.children ?? [])));
}

function subjectOf(der: Uint8Array): string[] {
  try {
    return [parseCertificate(der).subject.text];
  } catch {
    // The verdict says what is wrong with it.
    return [];
  }
}
