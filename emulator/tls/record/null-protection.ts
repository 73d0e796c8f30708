/** TLS 1.2 records with a MAC and no encryption: RFC 5246 section 6.2.3.1. */
import { constantTimeEqual } from '../../crypto/constant-time.ts';
import { HASH_BYTES } from '../../crypto/hashes.ts';
import type { CryptoProvider, HashName } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import { TlsError } from '../engine.ts';
import { additionalData } from './aead-protection.ts';
import type { ContentType } from './content-type.ts';
import type { Plaintext, RecordProtection, SealedRecord } from './protection.ts';

export class NullProtection implements RecordProtection {
  private readonly crypto: CryptoProvider;
  private readonly macHash: HashName;
  private readonly macKey: Uint8Array;

  constructor(crypto: CryptoProvider, macHash: HashName, macKey: Uint8Array) {
    this.crypto = crypto;
    this.macHash = macHash;
    this.macKey = macKey;
  }

  seal(sequence: Uint8Array, { type, bytes }: Plaintext, version: number): SealedRecord {
    return { type, fragment: concat(bytes, this.mac(sequence, type, version, bytes)) };
  }

  open(sequence: Uint8Array, type: ContentType, version: number, fragment: Uint8Array): Plaintext {
    const end = fragment.length - HASH_BYTES[this.macHash];
    const bytes = fragment.slice(0, Math.max(0, end));
    const mac = fragment.subarray(bytes.length);
    if (end < 0 || !constantTimeEqual(mac, this.mac(sequence, type, version, bytes))) {
      throw new TlsError('bad-record-mac', 'the record was changed on its way');
    }
    return { type, bytes };
  }

  private mac(sequence: Uint8Array, type: ContentType, version: number, bytes: Uint8Array): Uint8Array {
    const data = concat(additionalData(sequence, type, version, bytes.length), bytes);
    return this.crypto.hmac(this.macHash, this.macKey, data);
  }
}
