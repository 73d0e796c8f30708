/** PEM (RFC 7468), as pem.c and base64.c of mbedTLS read it: no stricter, no more forgiving. */
import { DerError } from './der.ts';

export interface PemBlock {
  /** "CERTIFICATE", "EC PRIVATE KEY", … */
  readonly label: string;
  readonly der: Uint8Array;
  /** RFC 1421 headers ("Proc-Type: 4,ENCRYPTED") of old encrypted keys. */
  readonly headers?: readonly string[];
}

const BLOCK = /-----BEGIN ([^-\r\n]+)-----([\s\S]*?)-----END \1-----/g;

/** All blocks in order; text between them is ignored. Throws DerError for one that is not lines of base64. */
export function decodePem(text: string): PemBlock[] {
  return Array.from(text.matchAll(BLOCK), ({ index, 1: label, 2: body }) => {
    const block = decodeBlock(label!, body!);
    if (typeof block !== 'string') return block;
    throw new DerError(['X509_CERT_UNKNOWN_FORMAT'], index, `"${label}" ${block}`);
  });
}

/** In words what is wrong with it, where it cannot be read. */
function decodeBlock(label: string, body: string): PemBlock | string {
  const [afterBegin, ...lines] = body.split(/\r?\n/).map((line) => line.replace(/ +$/, ''));
  if (afterBegin !== '' || lines.length === 0) return 'does not begin on a line of its own';
  const isEncrypted = lines[0]!.startsWith('Proc-Type: 4,ENCRYPTED');
  const headers = isEncrypted ? lines.filter((line) => line.includes(':')) : [];
  const base64 = lines.slice(headers.length).join('');
  if (/[ \t]/.test(base64)) return 'is indented, or has spaces within its lines';
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return 'is not base64';
  const der = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return isEncrypted ? { label, der, headers } : { label, der };
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
