/** Writing DER, as little of it as keys and OCSP need; certificates are built with a library (build.ts). */
import { concat } from '../world/bytes.ts';
import type { UnixSeconds } from '../world/time.ts';
import { Tag } from './der.ts';

export function derValue(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const body = concat(...contents);
  return concat(Uint8Array.of(tag), derLength(body.length), body);
}

export function derSequence(...contents: Uint8Array[]): Uint8Array {
  return derValue(Tag.SEQUENCE, ...contents);
}

/** A non-negative INTEGER from big-endian bytes. */
export function derInteger(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const significant = bytes.subarray(start);
  const padded =
    significant.length === 0 || significant[0]! & 0x80 ? [Uint8Array.of(0), significant] : [significant];
  return derValue(Tag.INTEGER, ...padded);
}

/** An INTEGER in two's complement, with as few bytes as hold it. */
export function derSignedInteger(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(Number(BigInt.asUintN(8, rest)));
    rest >>= 8n;
  } while (rest !== (bytes[0]! & 0x80 ? -1n : 0n));
  return derValue(Tag.INTEGER, Uint8Array.from(bytes));
}

export function derOctetString(...contents: Uint8Array[]): Uint8Array {
  return derValue(Tag.OCTET_STRING, ...contents);
}

/** "20260301120000Z" (RFC 5280 section 4.1.2.5.2). */
export function derGeneralizedTime(time: UnixSeconds): Uint8Array {
  const text = new Date(time * 1000).toISOString().replace(/[-:T]|\.\d+/g, '');
  return derValue(Tag.GENERALIZED_TIME, new TextEncoder().encode(text));
}

/** Extensions ::= SEQUENCE OF Extension (RFC 5280 section 4.1); `critical` is left out when false. */
export function derExtensions(
  extensions: readonly { readonly oid: string; readonly critical: boolean; readonly value: Uint8Array }[],
): Uint8Array {
  return derSequence(
    ...extensions.map(({ oid, critical, value }) =>
      derSequence(
        derOid(oid),
        ...(critical ? [derValue(Tag.BOOLEAN, Uint8Array.of(0xff))] : []),
        derOctetString(value),
      ),
    ),
  );
}

export function derOid(dotted: string): Uint8Array {
  const arcs = dotted.split('.').map(BigInt);
  const subidentifiers = [arcs[0]! * 40n + arcs[1]!, ...arcs.slice(2)];
  return derValue(Tag.OID, Uint8Array.from(subidentifiers.flatMap(base128)));
}

function base128(value: bigint): number[] {
  const septets = [Number(value & 0x7fn)];
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) septets.unshift(Number(rest & 0x7fn) | 0x80);
  return septets;
}

function derLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from([0x80 | bytes.length, ...bytes]);
}
