/** RFC 5246 section 7.4.1.2; in DTLS with a cookie, RFC 6347 section 4.2.1. */
import { EMPTY } from '../codec/bytes.ts';
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { describeGroup } from '../groups.ts';
import { describeSuite } from '../suites.ts';
import { versionName } from '../versions.ts';
import { type Extension, findExtension, readExtensions, writeExtensions } from './extensions.ts';
import type { MessageCodec } from './handshake.ts';
import {
  readCookie,
  readRandom,
  readSessionId,
  writeCookie,
  writeRandom,
  writeSessionId,
} from './hello-fields.ts';

export interface ClientHello {
  readonly version: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  /** DTLS only, where it is empty in a client's first hello (RFC 6347 section 4.2.1). */
  readonly cookie?: Uint8Array;
  readonly suites: readonly number[];
  readonly compressionMethods: readonly number[];
  readonly extensions: readonly Extension[];
}

/** In TLS. What its version says does not matter here: a peer may claim any. */
export const clientHello = helloCodec(false);
/** In DTLS. */
export const dtlsClientHello = helloCodec(true);

function helloCodec(hasCookie: boolean): MessageCodec<ClientHello> {
  return {
    name: 'ClientHello',

    write(w: Writer, hello: ClientHello): void {
      w.u16('client_version', hello.version, versionName(hello.version));
      writeRandom(w, hello.random);
      writeSessionId(w, hello.sessionId);
      if (hasCookie) writeCookie(w, hello.cookie ?? EMPTY);
      const endSuites = w.lengthU16('cipher_suites');
      for (const id of hello.suites) w.u16('cipher_suite', id, describeSuite(id));
      endSuites(`${hello.suites.length} suites`);
      const endMethods = w.lengthU8('compression_methods');
      for (const method of hello.compressionMethods) w.u8('method', method, describeCompression(method));
      endMethods();
      writeExtensions(w, hello.extensions, 'ClientHello');
    },

    read(r: Reader): ClientHello {
      const version = r.u16('client_version', versionName);
      const random = readRandom(r);
      const sessionId = readSessionId(r);
      const cookie = hasCookie ? readCookie(r) : undefined;
      const suites = readSuites(r);
      const compressionMethods = readCompressionMethods(r);
      return {
        version,
        random,
        sessionId,
        ...(cookie === undefined ? {} : { cookie }),
        suites,
        compressionMethods,
        extensions: readExtensions(r, 'ClientHello'),
      };
    },

    summary(hello: ClientHello): readonly string[] {
      const name = findExtension(hello.extensions, 'server_name')?.hostName;
      const groups = findExtension(hello.extensions, 'supported_groups')?.groups;
      return [
        versionName(highestVersion(hello)),
        name === undefined ? 'no server name' : `server name ${name}`,
        `${hello.suites.length} suites`,
        ...(groups === undefined ? [] : [groups.map(describeGroup).join(', ')]),
      ];
    },
  };
}

/** What the client can speak at best: RFC 8446 4.2.1 puts it into an extension from TLS 1.3 on. */
function highestVersion(hello: ClientHello): number {
  const versions = findExtension(hello.extensions, 'supported_versions')?.versions ?? [];
  return Math.max(hello.version, ...versions.filter((version) => version >>> 8 === 3));
}

function readSuites(r: Reader): readonly number[] {
  const suites: number[] = [];
  const end = r.lengthU16('cipher_suites');
  if (r.remaining === 0) throw r.error('cipher_suites', 'is empty');
  while (r.remaining > 0) suites.push(r.u16('cipher_suite', describeSuite));
  end(`${suites.length} suites`);
  return suites;
}

function readCompressionMethods(r: Reader): readonly number[] {
  const methods: number[] = [];
  const end = r.lengthU8('compression_methods');
  if (r.remaining === 0) throw r.error('compression_methods', 'is empty');
  while (r.remaining > 0) methods.push(r.u8('method', describeCompression));
  end();
  return methods;
}

export function describeCompression(method: number): string {
  return method === 0 ? 'null' : method === 1 ? 'DEFLATE' : `unknown method ${method}`;
}
