/** RFC 8422 section 5.7: the client's ephemeral ECDH key. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import type { MessageCodec } from './handshake.ts';
import { readPoint, writePoint } from './server-key-exchange.ts';

export interface EcdheClientKeyExchange {
  readonly publicKey: Uint8Array;
}

export const ecdheClientKeyExchange: MessageCodec<EcdheClientKeyExchange> = {
  name: 'ClientKeyExchange',

  write(w: Writer, { publicKey }: EcdheClientKeyExchange): void {
    writePoint(w, publicKey);
  },

  read(r: Reader): EcdheClientKeyExchange {
    return { publicKey: readPoint(r) };
  },

  summary({ publicKey }: EcdheClientKeyExchange): readonly string[] {
    return [`public key of ${publicKey.length} bytes`];
  },
};
