/** TLS 1.2 records under an AEAD: RFC 5246 section 6.2.3.3, RFC 5288, RFC 6655, RFC 7905. */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import type { AeadParameters } from '../ciphers.ts';
import { TlsError } from '../engine.ts';
import { CONTENT_TYPES, type ContentType } from './content-type.ts';
import type { Plaintext, RecordProtection, SealedRecord } from './protection.ts';

const NONCE_LENGTH = 12;

export class AeadProtection implements RecordProtection {
  private readonly crypto: CryptoProvider;
  private readonly parameters: AeadParameters;
  private readonly key: Uint8Array;
  private readonly fixedIv: Uint8Array;
  /** Octets of the nonce that each record carries. */
  private readonly explicitLength: number;

  constructor(crypto: CryptoProvider, parameters: AeadParameters, key: Uint8Array, fixedIv: Uint8Array) {
    this.crypto = crypto;
    this.parameters = parameters;
    this.key = key;
    this.fixedIv = fixedIv;
    this.explicitLength = NONCE_LENGTH - parameters.fixedIvLength;
  }

  seal(sequence: Uint8Array, plaintext: Plaintext, version: number): SealedRecord {
    // The explicit part is the sequence number, as RFC 5288 section 3 suggests and mbedTLS does.
    const explicit = sequence.subarray(0, this.explicitLength);
    const nonce = this.nonce(explicit, sequence);
    const aad = additionalData(sequence, plaintext.type, version, plaintext.bytes.length);
    const sealed = this.crypto.aeadSeal(this.parameters.aead, this.key, nonce, aad, plaintext.bytes);
    return { type: plaintext.type, fragment: concat(explicit, sealed) };
  }

  open(sequence: Uint8Array, type: ContentType, version: number, fragment: Uint8Array): Plaintext {
    const length = fragment.length - this.explicitLength - this.parameters.tagLength;
    if (length < 0) throw new TlsError('bad-record-mac', `a protected record of ${fragment.length} bytes`);
    const nonce = this.nonce(fragment.subarray(0, this.explicitLength), sequence);
    const aad = additionalData(sequence, type, version, length);
    const sealed = fragment.subarray(this.explicitLength);
    const bytes = this.crypto.aeadOpen(this.parameters.aead, this.key, nonce, aad, sealed);
    if (bytes === undefined) throw new TlsError('bad-record-mac', 'the record was changed on its way');
    return { type, bytes };
  }

  private nonce(explicit: Uint8Array, sequence: Uint8Array): Uint8Array {
    if (explicit.length > 0) return concat(this.fixedIv, explicit);
    // RFC 7905 section 2: the sequence number, padded to the left, is mixed into the IV.
    const nonce = this.fixedIv.slice();
    for (const [i, byte] of sequence.entries()) nonce[NONCE_LENGTH - sequence.length + i]! ^= byte;
    return nonce;
  }
}

/** seq_num || type || version || length. */
export function additionalData(
  sequence: Uint8Array,
  type: ContentType,
  version: number,
  length: number,
): Uint8Array {
  const aad = new Uint8Array(13);
  aad.set(sequence);
  aad[8] = CONTENT_TYPES[type];
  aad[9] = version >>> 8;
  aad[10] = version;
  aad[11] = length >>> 8;
  aad[12] = length;
  return aad;
}
