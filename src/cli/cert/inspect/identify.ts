/** What a file holds: the blocks of a PEM text by their labels, one DER value by its shape. */
import { DerError } from '../../../../emulator/x509/der.ts';
import { decodePem, looksLikePem } from '../../../../emulator/x509/pem.ts';

export type Kind =
  | 'certificate'
  | 'certificate request'
  | 'revocation list'
  | 'OCSP response'
  | 'public key'
  | 'private key'
  | 'encrypted private key';

export interface Block {
  /** Line of its BEGIN in the file; undefined for DER. */
  readonly line?: number;
  readonly label?: string;
  /** Undefined: nothing that is read here. */
  readonly kind: Kind | undefined;
  readonly der: Uint8Array;
}

/** A block of PEM that is none. */
export interface BadBlock {
  readonly line: number;
  readonly label: string;
  readonly problem: string;
}

const LABELS: Readonly<Record<string, Kind>> = {
  CERTIFICATE: 'certificate',
  'X509 CERTIFICATE': 'certificate',
  'TRUSTED CERTIFICATE': 'certificate',
  'CERTIFICATE REQUEST': 'certificate request',
  'NEW CERTIFICATE REQUEST': 'certificate request',
  'X509 CRL': 'revocation list',
  'OCSP RESPONSE': 'OCSP response',
  'PUBLIC KEY': 'public key',
  'RSA PUBLIC KEY': 'public key',
  'PRIVATE KEY': 'private key',
  'EC PRIVATE KEY': 'private key',
  'RSA PRIVATE KEY': 'private key',
  'ENCRYPTED PRIVATE KEY': 'encrypted private key',
};

/** In the order of the file; empty when it is neither PEM nor anything known in DER. */
export function identify(bytes: Uint8Array): (Block | BadBlock)[] {
  if (looksLikePem(bytes)) return pemBlocks(new TextDecoder('latin1').decode(bytes));
  const kind = kindOfDer(bytes);
  return kind === undefined ? [] : [{ kind, der: bytes }];
}

function pemBlocks(text: string): (Block | BadBlock)[] {
  const begins = Array.from(text.matchAll(/-----BEGIN ([^-\r\n]+)-----/g));
  return begins.map((begin, i) => {
    const label = begin[1]!;
    const line = text.slice(0, begin.index).split('\n').length;
    return readBlock(text.slice(begin.index, begins[i + 1]?.index), label, line);
  });
}

function readBlock(text: string, label: string, line: number): Block | BadBlock {
  try {
    const [block] = decodePem(text);
    if (block === undefined) return { line, label, problem: `there is no line "-----END ${label}-----"` };
    const encrypted = block.headers?.some((header) => header.includes('ENCRYPTED'));
    return { line, label, kind: encrypted ? 'encrypted private key' : LABELS[label], der: block.der };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return { line, label, problem: error.message.replace(/ at byte \d+$/, '') };
  }
}

/**
 * One letter a value: S sequence, s set, I integer, O octet string, B bit string, T time, E enumerated, 0 to 3
 * context tags, ? others. Cut short where the data ends, so that a damaged file is still known by its beginning.
 */
function shapeOf(bytes: Uint8Array, start: number, end: number): { shape: string; offsets: number[] } {
  let shape = '';
  const offsets: number[] = [];
  for (let at = start; at + 1 < end; ) {
    const { contents, length } = headerAt(bytes, at);
    shape += SHAPES[bytes[at]!] ?? '?';
    offsets.push(contents);
    at = contents + length;
  }
  return { shape, offsets };
}

const SHAPES: Readonly<Record<number, string>> = {
  48: 'S',
  49: 's',
  2: 'I',
  3: 'B',
  4: 'O',
  10: 'E',
  23: 'T',
  24: 'T',
  160: '0',
  161: '1',
  163: '3',
};

/** Where the contents of the value at an offset begin, and how long they say they are. */
function headerAt(bytes: Uint8Array, at: number): { contents: number; length: number } {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return { contents: at + 2, length: first };
  let length = 0;
  const count = first & 0x7f;
  for (let i = 0; i < count; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  return { contents: at + 2 + count, length };
}

/** How many bytes the outermost value says it has, when it is more than there are. */
export function missingBytes(der: Uint8Array): number | undefined {
  const { contents, length } = headerAt(der, 0);
  return contents + length > der.length ? contents + length : undefined;
}

function kindOfDer(bytes: Uint8Array): Kind | undefined {
  if (bytes[0] !== 0x30) return undefined;
  const { contents } = headerAt(bytes, 0);
  const { shape, offsets } = shapeOf(bytes, contents, bytes.length);
  if (/^(ISO|IO|II{8}$)/.test(shape)) return 'private key';
  if (/^II$/.test(shape)) return 'public key';
  if (/^E0?$/.test(shape)) return 'OCSP response';
  if (/^SB/.test(shape)) return 'public key';
  if (/^SO/.test(shape)) return 'encrypted private key';
  if (!shape.startsWith('S')) return undefined;
  return kindOfSigned(shapeOf(bytes, offsets[0]!, bytes.length).shape);
}

/** By what is signed: a certificate's validity, a list's dates and a request's attributes stand apart. */
function kindOfSigned(shape: string): Kind | undefined {
  if (/^I?SST/.test(shape)) return 'revocation list';
  if (/^ISS0/.test(shape)) return 'certificate request';
  return /^0?I(S|$)/.test(shape) ? 'certificate' : undefined;
}
