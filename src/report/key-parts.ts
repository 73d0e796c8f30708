/** Steps from the secret that both sides share to the keys of records: what the trace says of them. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { concat } from '../../emulator/world/bytes.ts';
import type { AnnotatedField, TraceEventOf } from '../../emulator/world/trace-events.ts';

/** A value: `bytes` where the trace holds it or it can be computed, else `text` says why it is not here. */
export interface KeyPart {
  readonly name: string;
  readonly bytes?: Uint8Array;
  readonly text?: string;
}

export interface KeyStep {
  readonly title: string;
  readonly meaning: string;
  /** The function, as the RFC writes it. */
  readonly how: string;
  readonly section: string;
  readonly inputs: readonly KeyPart[];
  readonly outputs: readonly KeyPart[];
}

export type Message = TraceEventOf<'tls.message'>;

/** What one end said, heard and derived. */
export interface Account {
  readonly messages: readonly Message[];
  /** By the label of the key log. */
  readonly secrets: ReadonlyMap<string, TraceEventOf<'tls.secret'>>;
  readonly suiteId: number;
  readonly crypto: CryptoProvider;
}

/** All of that name, at any depth. */
export function fieldsIn(fields: readonly AnnotatedField[], name: string): AnnotatedField[] {
  return fields.flatMap((field) => [
    ...(field.name === name ? [field] : []),
    ...fieldsIn(field.children ?? [], name),
  ]);
}

/** The first of that name, at any depth. */
export function fieldIn(fields: readonly AnnotatedField[], name: string): AnnotatedField | undefined {
  return fieldsIn(fields, name)[0];
}

/** The bytes of a message's field; undefined where there is no such message or field. */
export function bytesOf(
  { messages }: Account,
  message: string,
  ...path: readonly string[]
): Uint8Array | undefined {
  const said = messages.find((each) => each.message === message);
  let fields = said?.fields ?? [];
  let found: AnnotatedField | undefined;
  for (const name of path) {
    found = fieldIn(fields, name);
    fields = found?.children ?? [];
  }
  return found && said?.bytes.subarray(found.offset, found.offset + found.length);
}

/** A part that may not be there. */
export function part(name: string, bytes: Uint8Array | undefined, otherwise: string): KeyPart {
  return bytes === undefined ? { name, text: otherwise } : { name, bytes };
}

/** Not handshake messages, or not part of what is hashed (RFC 5246 section 7.4.9). */
const NOT_HASHED: ReadonlySet<string> = new Set(['ChangeCipherSpec', 'HelloRequest', 'HelloVerifyRequest']);

/** All handshake messages so far, up to and with the last of that name that `until` accepts. */
export function transcript(
  { messages }: Account,
  until: (message: Message) => boolean,
): Uint8Array | undefined {
  const last = messages.findIndex(until);
  if (last < 0 || messages.some(({ message }) => message === 'HelloRetryRequest')) return undefined;
  return concat(
    ...messages.slice(0, last + 1).flatMap(({ message, bytes }) => (NOT_HASHED.has(message) ? [] : [bytes])),
  );
}

/** A Finished: whose it is, and the messages before it, where they are known as they are hashed. */
export interface Finished {
  readonly side: 'client' | 'server';
  readonly said: Uint8Array | undefined;
}

/** In the order in which they were said. */
export function finishedMessages(account: Account): Finished[] {
  const { messages } = account;
  const isClient = messages.find(({ message }) => message === 'ClientHello')?.direction === 'sent';
  return messages.flatMap((finished, i): Finished[] => {
    if (finished.message !== 'Finished') return [];
    const before = messages.slice(0, i);
    const last = before.findLast(({ message }) => message !== 'ChangeCipherSpec');
    return [
      {
        side: (finished.direction === 'sent') === isClient ? 'client' : 'server',
        said: transcript({ ...account, messages: before }, (each) => each === last),
      },
    ];
  });
}
