/** RFC 5246 section 7.4.1.3, RFC 8446 sections 4.1.3 and 4.1.4. */
import { sameBytes } from '../../world/bytes.ts';
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { describeGroup } from '../groups.ts';
import { describeSuite } from '../suites.ts';
import { versionName } from '../versions.ts';
import { describeCompression } from './client-hello.ts';
import { type Extension, extensionId, findExtension, readExtensions, writeExtensions } from './extensions.ts';
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
  write: (w, hello) => write(w, hello, 'ServerHello'),
  read: (r) => read(r, 'ServerHello'),

  summary(hello: ServerHello): readonly string[] {
    const version = selectedVersion(hello);
    const suite = describeSuite(hello.suite);
    if (version !== undefined) return [versionName(version), suite, ...describeKeys(hello)];
    const agreed = hello.extensions.map(extensionId);
    return [
      versionName(hello.version),
      suite,
      agreed.includes(23) ? 'extended master secret' : 'no extended master secret',
    ];
  },
};

/** A ServerHello by its type, told by its random: the client shall try again with another key share. */
export const helloRetryRequest: MessageCodec<ServerHello> = {
  name: 'ServerHello',
  shownAs: 'HelloRetryRequest',
  write: (w, hello) => write(w, hello, 'HelloRetryRequest'),
  read: (r) => read(r, 'HelloRetryRequest'),

  summary({ suite, extensions }: ServerHello): readonly string[] {
    const group = findExtension(extensions, 'key_share')?.shares[0]?.group;
    const hasCookie = findExtension(extensions, 'cookie') !== undefined;
    return [
      group === undefined ? 'asks for the same again' : `asks for a key share of ${describeGroup(group)}`,
      describeSuite(suite),
      ...(hasCookie ? ['with a cookie'] : []),
    ];
  },
};

/** SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3). */
export const HELLO_RETRY_RANDOM = Uint8Array.from([
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2,
  0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
]);

/** After the message's header and the version. */
const RANDOM_START = 6;

/** Of a message of type ServerHello, header included, whether it is a HelloRetryRequest. */
export function isHelloRetryRequest(message: Uint8Array): boolean {
  const random = message.subarray(RANDOM_START, RANDOM_START + HELLO_RETRY_RANDOM.length);
  return sameBytes(random, HELLO_RETRY_RANDOM);
}

/** What supported_versions says; undefined in a hello of TLS 1.2. */
export function selectedVersion({ extensions }: ServerHello): number | undefined {
  return findExtension(extensions, 'supported_versions')?.versions[0];
}

function describeKeys({ extensions }: ServerHello): readonly string[] {
  const group = findExtension(extensions, 'key_share')?.shares[0]?.group;
  const resumes = findExtension(extensions, 'pre_shared_key') !== undefined;
  return [
    ...(group === undefined ? [] : [`key share of ${describeGroup(group)}`]),
    ...(resumes ? ['takes up the session offered'] : []),
  ];
}

function write(w: Writer, hello: ServerHello, place: 'ServerHello' | 'HelloRetryRequest'): void {
  w.u16('server_version', hello.version, versionName(hello.version));
  writeRandom(w, hello.random);
  writeSessionId(w, hello.sessionId);
  w.u16('cipher_suite', hello.suite, describeSuite(hello.suite));
  w.u8('compression_method', hello.compressionMethod, describeCompression(hello.compressionMethod));
  writeExtensions(w, hello.extensions, place);
}

function read(r: Reader, place: 'ServerHello' | 'HelloRetryRequest'): ServerHello {
  return {
    version: r.u16('server_version', versionName),
    random: readRandom(r),
    sessionId: readSessionId(r),
    suite: r.u16('cipher_suite', describeSuite),
    compressionMethod: r.u8('compression_method', describeCompression),
    extensions: readExtensions(r, place),
  };
}
