/** RFC 6347 section 4.2.1. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { versionName } from '../versions.ts';
import type { MessageCodec } from './handshake.ts';
import { readCookie, writeCookie } from './hello-fields.ts';

export interface HelloVerifyRequest {
  readonly version: number;
  readonly cookie: Uint8Array;
}

export const helloVerifyRequest: MessageCodec<HelloVerifyRequest> = {
  name: 'HelloVerifyRequest',

  write(w: Writer, { version, cookie }: HelloVerifyRequest): void {
    w.u16('server_version', version, versionName(version));
    writeCookie(w, cookie);
  },

  read(r: Reader): HelloVerifyRequest {
    return { version: r.u16('server_version', versionName), cookie: readCookie(r) };
  },

  summary: ({ cookie }) => ['asks the client to repeat its hello', `cookie of ${cookie.length} bytes`],
};
