/** Vectors of numbers, as suites, groups and schemes come (RFC 8446 section 3.4). */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';

export function writeList16(
  w: Writer,
  list: string,
  item: string,
  values: readonly number[],
  describe: (value: number) => string,
): void {
  const end = w.lengthU16(list);
  for (const value of values) w.u16(item, value, describe(value));
  end();
}

/** A vector of 2-byte items, at least one (all of RFC 5246's and 8446's lists of this shape are `<2..>`). */
export function readList16(
  r: Reader,
  list: string,
  item: string,
  describe: (value: number) => string,
): readonly number[] {
  const values: number[] = [];
  const end = r.lengthU16(list);
  if (r.remaining === 0) throw r.error(list, 'is empty');
  while (r.remaining > 0) values.push(r.u16(item, describe));
  end();
  return values;
}

export function writeList8(
  w: Writer,
  list: string,
  item: string,
  values: readonly number[],
  describe: (value: number) => string,
  size: 1 | 2 = 1,
): void {
  const end = w.lengthU8(list);
  for (const value of values) w[size === 1 ? 'u8' : 'u16'](item, value, describe(value));
  end();
}

export function readList8(
  r: Reader,
  list: string,
  item: string,
  describe: (value: number) => string,
  size: 1 | 2 = 1,
): readonly number[] {
  const values: number[] = [];
  const end = r.lengthU8(list);
  if (r.remaining === 0) throw r.error(list, 'is empty');
  while (r.remaining > 0) values.push(r[size === 1 ? 'u8' : 'u16'](item, describe));
  end();
  return values;
}

/** DER names, as a request for certificates lists authorities (RFC 5246 section 7.4.4, RFC 8446 section 4.2.4). */
export function writeNames(w: Writer, list: string, names: readonly Uint8Array[]): void {
  const end = w.lengthU16(list);
  for (const name of names) {
    const endName = w.lengthU16('distinguished_name');
    w.bytes('name', name);
    endName();
  }
  end(`${names.length} names`);
}

export function readNames(r: Reader, list: string): readonly Uint8Array[] {
  const names: Uint8Array[] = [];
  const end = r.lengthU16(list);
  while (r.remaining > 0) {
    const endName = r.lengthU16('distinguished_name');
    if (r.remaining === 0) throw r.error('distinguished_name', 'is empty');
    names.push(r.rest('name').slice());
    endName();
  }
  end(`${names.length} names`);
  return names;
}
