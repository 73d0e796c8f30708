/** TLS 1.2 records under an AEAD with an explicit nonce: RFC 5246 section 6.2.3.3, RFC 5288, RFC 6655. */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { TlsError } from '../engine.ts';
import type { AeadParameters } from '../suites.ts';
import { CONTENT_TYPES, type ContentType } from './content-type.ts';
import type { Plaintext, RecordProtection, SealedRecord } from './protection.ts';

/** Octets of the nonce that each record carries; the other four, the salt, come from the key block. */
const EXPLICIT_NONCE_LENGTH = 8;
const SALT_LENGTH = 4;

export class AeadProtection implements RecordProtection {
  private readonly crypto: CryptoProvider;
  private readonly parameters: AeadParameters;
  private readonly key: Uint8Array;
  private readonly salt: Uint8Array;

  constructor(crypto: CryptoProvider, parameters: AeadParameters, key: Uint8Array, salt: Uint8Array) {
    this.crypto = crypto;
    this.parameters = parameters;
    this.key = key;
    this.salt = salt;
  }

  seal(sequence: Uint8Array, plaintext: Plaintext, version: number): SealedRecord {
    // The explicit part is the sequence number, as RFC 5288 section 3 suggests and mbedTLS does.
    const nonce = this.nonce(sequence);
    const aad = additionalData(sequence, plaintext.type, version, plaintext.bytes.length);
    const sealed = this.crypto.aeadSeal(this.parameters.aead, this.key, nonce, aad, plaintext.bytes);
    const fragment = new Uint8Array(EXPLICIT_NONCE_LENGTH + sealed.length);
    fragment.set(sequence);
    fragment.set(sealed, EXPLICIT_NONCE_LENGTH);
    return { type: plaintext.type, fragment };
  }

  open(sequence: Uint8Array, type: ContentType, version: number, fragment: Uint8Array): Plaintext {
    const length = fragment.length - EXPLICIT_NONCE_LENGTH - this.parameters.tagLength;
    if (length < 0) throw new TlsError('bad-record-mac', `a protected record of ${fragment.length} bytes`);
    const nonce = this.nonce(fragment.subarray(0, EXPLICIT_NONCE_LENGTH));
    const aad = additionalData(sequence, type, version, length);
    const sealed = fragment.subarray(EXPLICIT_NONCE_LENGTH);
    const bytes = this.crypto.aeadOpen(this.parameters.aead, this.key, nonce, aad, sealed);
    if (bytes === undefined) throw new TlsError('bad-record-mac', 'the record was changed on its way');
    return { type, bytes };
  }

  private nonce(explicit: Uint8Array): Uint8Array {
    const nonce = new Uint8Array(SALT_LENGTH + EXPLICIT_NONCE_LENGTH);
    nonce.set(this.salt);
    nonce.set(explicit, SALT_LENGTH);
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
