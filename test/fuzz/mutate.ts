/** Changes to bytes: blind ones, and ones that know where the fields are. */
import type { Random } from '../../emulator/world/random.ts';
import type { AnnotatedField } from '../../emulator/world/trace-events.ts';

export type Bytes = Uint8Array;

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)]!;
}

/** Some bytes flipped, inserted, taken out, repeated or cut off. */
export function mutateBytes(bytes: Bytes, random: Random): Bytes {
  return pick(random, BLIND)(bytes, random);
}

const BLIND: readonly ((bytes: Bytes, random: Random) => Bytes)[] = [
  (bytes, random) => {
    const out = bytes.slice();
    for (let count = 1 + random.below(3); count > 0; count--) {
      if (out.length > 0) out[random.below(out.length)] = random.below(256);
    }
    return out;
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, 0, random.bytes(1 + random.below(40)));
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, 1 + random.below(40), new Uint8Array(0));
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, 0, bytes.subarray(at, at + 1 + random.below(300)));
  },
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
];

function splice(bytes: Bytes, at: number, remove: number, insert: Bytes): Bytes {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(Math.min(bytes.length, at + remove))]);
}

/** A field, and the fields around it, outermost first: their lengths must follow when its own changes. */
export interface Spot {
  readonly field: AnnotatedField;
  readonly around: readonly AnnotatedField[];
}

export function spots(fields: readonly AnnotatedField[], around: readonly AnnotatedField[] = []): Spot[] {
  return fields.flatMap((field) => [{ field, around }, ...spots(field.children ?? [], [...around, field])]);
}

/** Octets of the length in front of a TLS vector: what stands before its first child. */
function prefixOf({ offset, length, children }: AnnotatedField): number {
  if (children === undefined) return 0;
  const first = children[0];
  return first === undefined ? length : first.offset - offset;
}

/** One field of a TLS message gets another value or another size; the lengths around it are put right. */
export function mutateFields(message: Bytes, all: readonly Spot[], random: Random): Bytes {
  const { field, around } = pick(random, all);
  const end = field.offset + field.length;
  const old = message.subarray(field.offset, end);
  const fresh = pick(random, VALUES)(old, random);
  const out = splice(message, field.offset, field.length, fresh);
  for (const outer of around) addToLength(out, outer.offset, prefixOf(outer), fresh.length - old.length);
  return out;
}

/** What a field is replaced by. */
const VALUES: readonly ((old: Bytes, random: Random) => Bytes)[] = [
  (old, random) => random.bytes(old.length),
  (old) => new Uint8Array(old.length),
  (old) => new Uint8Array(old.length).fill(0xff),
  () => new Uint8Array(0),
  (old) => Buffer.concat([old, old]),
  (old, random) => random.bytes(random.below(2 * old.length + 2)),
  (old, random) => {
    const out = old.slice();
    if (out.length > 0) out[random.below(out.length)]! ^= 1 << random.below(8);
    return out;
  },
];

/** In place, as a big-endian number that wraps around. */
function addToLength(bytes: Bytes, offset: number, size: number, by: number): void {
  if (size < 1 || size > 3) return;
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + bytes[offset + i]!;
  value += by;
  for (let i = 0; i < size; i++) bytes[offset + i] = value >>> (8 * (size - 1 - i));
}
