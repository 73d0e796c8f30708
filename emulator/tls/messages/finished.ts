/** RFC 5246 section 7.4.9, RFC 8446 section 4.4.4. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import type { MessageCodec } from './handshake.ts';

/** Octets of verify_data, for all suites of TLS 1.2. */
export const VERIFY_DATA_LENGTH = 12;

export const finished: MessageCodec<Uint8Array> = {
  name: 'Finished',
  write: (w: Writer, verifyData: Uint8Array) => w.bytes('verify_data', verifyData),
  read: (r: Reader) => r.bytes('verify_data', VERIFY_DATA_LENGTH).slice(),
  summary: () => ['confirms the whole handshake'],
};

/** TLS 1.3: as long as the hash of the suite. */
export function finished13(length: number): MessageCodec<Uint8Array> {
  return { ...finished, read: (r) => r.bytes('verify_data', length).slice() };
}
