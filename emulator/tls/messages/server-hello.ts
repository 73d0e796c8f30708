/** RFC 5246 section 7.4.1.3. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { describeSuite } from '../suites.ts';
import { versionName } from '../versions.ts';
import { describeCompression } from './client-hello.ts';
import { type Extension, extensionId, readExtensions, writeExtensions } from './extensions.ts';
import type { MessageCodec } from './handshake.ts';
import { readRandom, readSessionId, writeRandom, writeSessionId } from './hello-fields.ts';

export interface ServerHello {
  readonly version: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suite: number;
  readonly compressionMethod: number;
  readonly extensions: readonly Extension[];
}

export const serverHello: MessageCodec<ServerHello> = {
  name: 'ServerHello',

  write(w: Writer, hello: ServerHello): void {
    w.u16('server_version', hello.version, versionName(hello.version));
    writeRandom(w, hello.random);
    writeSessionId(w, hello.sessionId);
    w.u16('cipher_suite', hello.suite, describeSuite(hello.suite));
    w.u8('compression_method', hello.compressionMethod, describeCompression(hello.compressionMethod));
    writeExtensions(w, hello.extensions, 'ServerHello');
  },

  read(r: Reader): ServerHello {
    return {
      version: r.u16('server_version', versionName),
      random: readRandom(r),
      sessionId: readSessionId(r),
      suite: r.u16('cipher_suite', describeSuite),
      compressionMethod: r.u8('compression_method', describeCompression),
      extensions: readExtensions(r, 'ServerHello'),
    };
  },

  summary(hello: ServerHello): readonly string[] {
    const agreed = hello.extensions.map(extensionId);
    return [
      versionName(hello.version),
      describeSuite(hello.suite),
      agreed.includes(23) ? 'extended master secret' : 'no extended master secret',
    ];
  },
};
