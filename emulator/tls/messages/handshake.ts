/** What all handshake messages share: the four-byte header (RFC 5246 section 7.4) and the way to code them. */
import type { AnnotatedField } from '../../world/trace-events.ts';
import { FieldPath, type FieldSink, FieldTree } from '../codec/field-tree.ts';
import { Reader } from '../codec/reader.ts';
import { type Close, Writer } from '../codec/writer.ts';
import { TlsError } from '../engine.ts';

export const HANDSHAKE_TYPES = {
  HelloRequest: 0,
  ClientHello: 1,
  ServerHello: 2,
  HelloVerifyRequest: 3,
  NewSessionTicket: 4,
  EncryptedExtensions: 8,
  Certificate: 11,
  ServerKeyExchange: 12,
  CertificateRequest: 13,
  ServerHelloDone: 14,
  CertificateVerify: 15,
  ClientKeyExchange: 16,
  Finished: 20,
  CertificateStatus: 22,
  KeyUpdate: 24,
} as const;

export type HandshakeName = keyof typeof HANDSHAKE_TYPES;

export const HANDSHAKE_HEADER_LENGTH = 4;

const NAMES = new Map<number, HandshakeName>(
  Object.entries(HANDSHAKE_TYPES).map(([name, type]) => [type, name as HandshakeName]),
);

export function handshakeName(type: number): HandshakeName | undefined {
  return NAMES.get(type);
}

/** How one message is written, read and put in words. One object a message, and a variant of it. */
export interface MessageCodec<T> {
  readonly name: HandshakeName;
  /** Its name in the trace, where the RFC has another than that of its type. */
  readonly shownAs?: string;
  write(writer: Writer, message: T): void;
  read(reader: Reader): T;
  /** What matters in it, in order of importance. */
  summary(message: T): readonly string[];
}

/** A message with its header, as the transcript takes it, and what the trace says of it. */
export interface CodedMessage {
  /** In the trace. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly AnnotatedField[];
  readonly summary: readonly string[];
}

export interface EncodedMessage<T> extends CodedMessage {
  readonly codec: MessageCodec<T>;
}

/** Fields and summary are made when they are asked for, by writing the message again: few hosts do. */
export function encodeMessage<T>(codec: MessageCodec<T>, message: T): EncodedMessage<T> {
  return {
    codec,
    name: shownName(codec),
    bytes: written(codec, message, new FieldPath()).bytes,
    get fields() {
      return written(codec, message, new FieldTree()).fields;
    },
    get summary() {
      return codec.summary(message);
    },
  };
}

function written<T>(codec: MessageCodec<T>, message: T, tree: FieldSink): ReturnType<Writer['finish']> {
  const writer = new Writer(tree);
  writer.u8('msg_type', HANDSHAKE_TYPES[codec.name], codec.name);
  const end = writer.lengthU24('body');
  codec.write(writer, message);
  end();
  return writer.finish();
}

/** Either the message, or the error and as many fields as could be read. */
export interface DecodedMessage<T> extends CodedMessage {
  readonly message: T | undefined;
  readonly error: TlsError | undefined;
}

/**
 * `readHeader` reads what stands before the body and opens it; in DTLS that is more than in TLS. Fields and summary
 * are made when they are asked for, as those of `encodeMessage` are.
 */
export function decodeMessage<T>(
  codec: MessageCodec<T>,
  bytes: Uint8Array,
  readHeader: (reader: Reader) => Close = readTlsHeader,
): DecodedMessage<T> {
  const found = readWith(codec, new Reader(bytes, new FieldPath()), readHeader);
  return {
    name: shownName(codec),
    bytes,
    ...found,
    get fields() {
      const reader = new Reader(bytes);
      readWith(codec, reader, readHeader);
      return reader.fields();
    },
    get summary() {
      return found.error === undefined ? codec.summary(found.message) : [`malformed: ${found.error.message}`];
    },
  };
}

type Found<T> =
  | { readonly message: T; readonly error: undefined }
  | { readonly message: undefined; readonly error: TlsError };

function readWith<T>(
  codec: MessageCodec<T>,
  reader: Reader,
  readHeader: (reader: Reader) => Close,
): Found<T> {
  try {
    const end = readHeader(reader);
    const message = codec.read(reader);
    end();
    reader.end();
    return { message, error: undefined };
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return { message: undefined, error };
  }
}

function readTlsHeader(reader: Reader): Close {
  readType(reader);
  return reader.lengthU24('body');
}

export function readType(reader: Reader): void {
  reader.u8('msg_type', (type) => handshakeName(type) ?? 'unknown');
}

/** The header alone, for messages that are shown but not read. */
export function describeHeader(bytes: Uint8Array): readonly AnnotatedField[] {
  const reader = new Reader(bytes);
  readType(reader);
  reader.u24('length');
  reader.rest('body');
  return reader.fields();
}

export function shownName<T>({ name, shownAs = name }: MessageCodec<T>): string {
  return shownAs;
}
