/**
 * Certificates with the defaults of x509-limbo's own builder, to rebuild from their published definitions the
 * cases that the data set leaves out.
 */
import type { PrivateKey } from '../../emulator/crypto/provider.ts';
import type { BuiltExtension } from '../../emulator/x509/build-extensions.ts';
import { Tag } from '../../emulator/x509/der.ts';
import { derOid, derSequence, derValue } from '../../emulator/x509/der-write.ts';
import * as pki from './pki.ts';

export interface RebuiltCase {
  readonly id: string;
  /** What the suite expects. */
  readonly limbo: 'SUCCESS' | 'FAILURE';
  /** What mbedTLS 3.6.6 in the ESP-IDF configuration says: "", its flags, or the number of its parser's error. */
  readonly mbedtls: string | number;
  readonly anchors: readonly Uint8Array[];
  /** Leaf first. */
  readonly chain: readonly Uint8Array[];
  /** Default "example.com"; null: no name is asked for. */
  readonly host?: string | null;
  readonly purpose?: 'server' | 'client';
  readonly time?: number;
  readonly crls?: readonly Uint8Array[];
  /** Its answer when it is given them, which the port never does. */
  readonly mbedtlsWithCrls?: string | number;
}

export type Options = pki.IssueOptions & { readonly key?: PrivateKey };

let seed = 1;
export function newKey(): PrivateKey {
  return pki.ecKey(seed++);
}

/** A CA is a host as well there: SAN example.com, and keyUsage is not critical. */
function ca(signer: pki.Issued | undefined, { key = newKey(), ...options }: Options): pki.Issued {
  return pki.issue(key, signer, {
    basicConstraints: { ca: true },
    keyUsage: ['keyCertSign'],
    subjectAltNames: [{ dns: 'example.com' }],
    critical: { keyUsage: false },
    ...options,
  });
}

export function root(options: Options = {}): pki.Issued {
  return ca(undefined, { subject: 'CN=x509-limbo-root', ...options });
}

export function intermediate(signer: pki.Issued, options: Options = {}): pki.Issued {
  return ca(signer, { subject: `CN=x509-limbo-intermediate-${seed}`, ...options });
}

export function withPathLength(signer: pki.Issued, pathLength: number, options: Options = {}): pki.Issued {
  return intermediate(signer, { basicConstraints: { ca: true, pathLength }, ...options });
}

export function leaf(signer: pki.Issued, { key = newKey(), ...options }: Options = {}): pki.Issued {
  return pki.issue(key, signer, {
    subject: 'CN=example.com',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['serverAuth'],
    subjectAltNames: [{ dns: 'example.com' }],
    critical: { keyUsage: false },
    ...options,
  });
}

export function ders(...certificates: pki.Issued[]): Uint8Array[] {
  return certificates.map(({ der }) => der);
}

/** Written by hand: names and lists of names that the builder has no words for. */
const ascii = (text: string) => new TextEncoder().encode(text);
export const mail = (text: string) => derValue(0x81, ascii(text));
export const dns = (text: string) => derValue(0x82, ascii(text));
export const uri = (text: string) => derValue(0x86, ascii(text));
export const ip = (...bytes: number[]) => derValue(0x87, Uint8Array.from(bytes));
export const otherName = derValue(
  0xa0,
  derOid('1.3.6.1.4.1.55738.666.3'),
  derValue(0xa0, derValue(Tag.NULL)),
);

export function directory(commonName: string): Uint8Array {
  const attribute = derSequence(derOid('2.5.4.3'), derValue(Tag.UTF8_STRING, ascii(commonName)));
  return derValue(0xa4, derSequence(derValue(Tag.SET, attribute)));
}

export function altNames(...names: Uint8Array[]): BuiltExtension {
  return { oid: '2.5.29.17', critical: false, value: derSequence(...names) };
}

/** `permitted` and `excluded`: undefined leaves the list out, empty writes an empty one. */
export function constraints(permitted?: Uint8Array[], excluded?: Uint8Array[]): BuiltExtension {
  const subtrees = (tag: number, names: Uint8Array[] | undefined) =>
    names === undefined ? [] : [derValue(tag, ...names.map((name) => derSequence(name)))];
  const value = derSequence(...subtrees(0xa0, permitted), ...subtrees(0xa1, excluded));
  return { oid: '2.5.29.30', critical: true, value };
}

export const unknownCritical: BuiltExtension = {
  oid: '1.3.6.1.4.1.55738.666.1',
  critical: true,
  value: new Uint8Array(),
};

export const UNKNOWN_CRITICAL = -9570;
