/** What keys do to records, in one direction. */
import type { ContentType } from './content-type.ts';

export interface Plaintext {
  readonly type: ContentType;
  readonly bytes: Uint8Array;
}

export interface RecordProtection {
  /** The fragment to put behind the record's header. */
  seal(plaintext: Plaintext, version: number): Uint8Array;
  /** Throws TlsError "bad-record-mac". In TLS 1.3 the type inside is not the one outside. */
  open(type: ContentType, version: number, fragment: Uint8Array): Plaintext;
}
