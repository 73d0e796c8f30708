/** TLS 1.3 records: RFC 8446 sections 5.2 to 5.4. The type of what is inside is inside too. */
import type { AeadName, CryptoProvider } from '../../crypto/provider.ts';
import { TlsError } from '../engine.ts';
import { CONTENT_TYPES, type ContentType, contentTypeByCode, MAX_PLAINTEXT_LENGTH } from './content-type.ts';
import type { Plaintext, RecordProtection, SealedRecord } from './protection.ts';

/** Octets of the content, its type and padding. */
const MAX_INNER_LENGTH = MAX_PLAINTEXT_LENGTH + 1;
/** Octets of a protected fragment. */
const MAX_FRAGMENT_LENGTH = MAX_PLAINTEXT_LENGTH + 256;

/**
 * Section 5.5: 2^24.5 full records for GCM, and for ChaCha20 all that can be numbered. CCM has its figure from RFC 9147
 * appendix B.
 */
const MAX_RECORDS: Readonly<Record<AeadName, number>> = {
  'aes-gcm': Math.floor(2 ** 24.5),
  'aria-gcm': Math.floor(2 ** 24.5),
  'aes-ccm': 2 ** 23,
  'aes-ccm-8': 2 ** 23,
  'chacha20-poly1305': Number.MAX_SAFE_INTEGER,
};

export interface TrafficKeys {
  readonly key: Uint8Array;
  /** As long as the nonce: 12 octets. */
  readonly iv: Uint8Array;
}

export interface Tls13ProtectionOptions {
  readonly crypto: CryptoProvider;
  readonly aead: AeadName;
  readonly tagLength: number;
  readonly keys: TrafficKeys;
  /** A client that cannot derive keys from the ServerHello can say so in the clear only. */
  readonly allowsClearAlert?: boolean;
}

export class Tls13Protection implements RecordProtection {
  readonly maxFragment = MAX_FRAGMENT_LENGTH;
  readonly maxRecords: number;
  private readonly options: Tls13ProtectionOptions;
  private clearAlertAllowed: boolean;

  constructor(options: Tls13ProtectionOptions) {
    this.options = options;
    this.maxRecords = MAX_RECORDS[options.aead];
    this.clearAlertAllowed = options.allowsClearAlert ?? false;
  }

  seal(sequence: Uint8Array, plaintext: Plaintext, version: number): SealedRecord {
    const { crypto, aead, keys, tagLength } = this.options;
    const inner = new Uint8Array(plaintext.bytes.length + 1);
    inner.set(plaintext.bytes);
    inner[plaintext.bytes.length] = CONTENT_TYPES[plaintext.type];
    const aad = additionalData('application_data', version, inner.length + tagLength);
    const fragment = crypto.aeadSeal(aead, keys.key, nonce(keys.iv, sequence), aad, inner);
    return { type: 'application_data', fragment };
  }

  open(sequence: Uint8Array, type: ContentType, version: number, fragment: Uint8Array): Plaintext {
    if (type !== 'application_data') {
      throw new TlsError('unexpected-message', `a record of type ${type} that is not encrypted`);
    }
    const { crypto, aead, keys } = this.options;
    const aad = additionalData(type, version, fragment.length);
    const inner = this.isWhole(fragment)
      ? crypto.aeadOpen(aead, keys.key, nonce(keys.iv, sequence), aad, fragment)
      : undefined;
    if (inner === undefined) throw new TlsError('bad-record-mac', 'the record was changed on its way');
    this.clearAlertAllowed = false;
    return takeOutContent(inner);
  }

  /** Section 5: ChangeCipherSpec is a word to middleboxes, and to nobody else. */
  leavesClear(type: ContentType): boolean {
    return type === 'change_cipher_spec' || (type === 'alert' && this.clearAlertAllowed);
  }

  private isWhole(fragment: Uint8Array): boolean {
    return fragment.length > this.options.tagLength;
  }
}

/** TLSInnerPlaintext: the content, its type, and as many zeros as the sender liked. */
function takeOutContent(inner: Uint8Array): Plaintext {
  if (inner.length > MAX_INNER_LENGTH) {
    throw new TlsError('record-overflow', `${inner.length} bytes of plaintext in a record`);
  }
  let end = inner.length;
  while (end > 0 && inner[end - 1] === 0) end--;
  if (end === 0) throw new TlsError('unexpected-message', 'a record of nothing but padding');
  const code = inner[end - 1]!;
  const type = contentTypeByCode(code);
  if (type === undefined || type === 'change_cipher_spec') {
    throw new TlsError('unexpected-message', `a protected record of type ${type ?? code}`);
  }
  const bytes = inner.subarray(0, end - 1);
  if (bytes.length === 0 && type !== 'application_data') {
    throw new TlsError('unexpected-message', `an empty record of type ${type}`);
  }
  return { type, bytes };
}

/** Section 5.2: the record's header. */
function additionalData(type: ContentType, version: number, length: number): Uint8Array {
  return Uint8Array.of(CONTENT_TYPES[type], version >>> 8, version & 0xff, length >>> 8, length & 0xff);
}

/** Section 5.3: the sequence number, put in front of zeros to the length of the IV, and the IV. */
function nonce(iv: Uint8Array, sequence: Uint8Array): Uint8Array {
  const mixed = iv.slice();
  const start = iv.length - sequence.length;
  for (let i = 0; i < sequence.length; i++) mixed[start + i]! ^= sequence[i]!;
  return mixed;
}
