/** PEM (RFC 7468). */
import { DerError } from './der.ts';

export interface PemBlock {
  /** "CERTIFICATE", "EC PRIVATE KEY", … */
  readonly label: string;
  readonly der: Uint8Array;
  /** RFC 1421 headers ("Proc-Type: 4,ENCRYPTED") of old encrypted keys. */
  readonly headers?: readonly string[];
}

const BLOCK = /-----BEGIN ([^-\r\n]+)-----\r?\n?([\s\S]*?)-----END \1-----/g;

/** All blocks in order; text between them is ignored. Throws DerError for one that is not base64. */
export function decodePem(text: string): PemBlock[] {
  return Array.from(text.matchAll(BLOCK), ([, label, body]) => decodeBlock(label!, body!));
}

function decodeBlock(label: string, body: string): PemBlock {
  const lines = body.split(/\r?\n/).map((line) => line.trim());
  const headers = lines.filter((line) => line.includes(':'));
  const base64 = lines.filter((line) => !line.includes(':')).join('');
  const der = decodeBase64(base64, label);
  return headers.length > 0 ? { label, der, headers } : { label, der };
}

function decodeBase64(base64: string, label: string): Uint8Array {
  const wellFormed = base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  if (!wellFormed) throw new DerError(['X509_CERT_UNKNOWN_FORMAT'], 0, `"${label}" is not base64`);
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Lines of 64 characters, newline at the end. */
export function encodePem(label: string, der: Uint8Array): string {
  let binary = '';
  for (const byte of der) binary += String.fromCharCode(byte);
  const lines = btoa(binary).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Whether the bytes are PEM text rather than DER, judged as mbedTLS does: by the BEGIN line. */
export function looksLikePem(bytes: Uint8Array): boolean {
  return bytes[0] !== 0x30 && new TextDecoder('latin1').decode(bytes).includes('-----BEGIN ');
}

/** The certificates in a file: PEM (other blocks are passed over) or a single DER. */
export function decodeCertificates(bytes: Uint8Array): Uint8Array[] {
  if (!looksLikePem(bytes)) return [bytes];
  const blocks = decodePem(new TextDecoder('latin1').decode(bytes));
  return blocks.filter((block) => block.label === 'CERTIFICATE').map((block) => block.der);
}
