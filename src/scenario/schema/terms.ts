/** The small schemas that the larger ones are made of. Each reads what a person writes and gives what a world needs. */
import * as z from 'zod/mini';
import { fromHex } from '../../../emulator/world/bytes.ts';
import { isLocal } from '../local-path.ts';
import { parseDuration, parseMoment, parsePercentage, parseRate, parseSize, parseTime } from '../units.ts';

/** Attaches the sentence that the JSON Schema and the documentation show. */
export function doc<T extends z.ZodMiniType>(sentence: string, schema: T): T {
  return schema.check(z.describe(sentence));
}

/** A schema for text that `parse` turns into a value; `expected` completes "expected …". */
export function quantity<T>(parse: (text: string) => T | undefined, expected: string) {
  return z.pipe(
    z.string(),
    z.transform((text: string, context): T => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', input: text, message: `expected ${expected}, not '${text}'` });
      return z.NEVER;
    }),
  );
}

/** Nanoseconds. */
export const duration = quantity(parseDuration, 'a duration such as 20ms or 1.5s');
/** Bits per second. */
export const rate = quantity(parseRate, 'a rate such as 20Mbit/s');
/** Bytes. */
export const size = quantity(parseSize, 'a size such as 500B, 60kB or 16KiB');
/** A fraction of one. */
export const percentage = quantity(parsePercentage, 'a percentage such as 2.5%');
/** Seconds since 1970. */
export const time = quantity(parseTime, 'a UTC time such as 2026-03-01 or 2026-03-01T12:00:00Z');

/** A time, or a distance from the time of the world. */
export const moment = quantity(
  parseMoment,
  'a UTC time such as 2026-03-01, or a distance from the time of the world such as -30d',
);
/** Bytes written in hex. */
export const hexBytes = quantity(parseHex, 'pairs of hex digits');

function parseHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\s:]/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) return undefined;
  return fromHex(digits);
}

/** Contents of an INTEGER of a certificate. */
export const serialNumber = z.pipe(
  z.union([z.int(), z.string().check(z.regex(/^-?(\d+|0x[0-9a-f]+)$/i, 'expected a number such as 0x1f'))]),
  z.transform((value: number | string) => bigInteger(String(value))),
);

function bigInteger(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

export const HASHES = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const;

export const oid = z
  .string()
  .check(z.regex(/^[012](\.(0|[1-9]\d*))+$/, 'expected an OID such as 1.3.6.1.4.1.11129'));

/** What a link does to frames; what is not said stays as it is. */
export const linkQuality = {
  latency: doc('One-way delay.', z.optional(duration)),
  jitter: doc('Frames take up to this much longer; their order stays.', z.optional(duration)),
  loss: doc('Share of frames that are lost, chosen by the seed.', z.optional(percentage)),
  duplicate: doc('Share of frames that arrive twice.', z.optional(percentage)),
  reorder: doc('Share of frames that later ones overtake.', z.optional(percentage)),
  bandwidth: doc('Rate at which a frame is sent.', z.optional(rate)),
};

/** Name and passphrase of a Wi-Fi network, and its channel in the band of 2.4 GHz. */
export const ssid = z.string().check(z.minLength(1), z.maxLength(32));
export const password = z.string().check(z.minLength(8), z.maxLength(63));
export const channel = z.int().check(z.minimum(1), z.maximum(13));

/** Signal strength, dBm. */
export const signal = z.int().check(z.minimum(-100), z.maximum(-10));

/** The name of a thing in the scenario: of a certificate, a host, a device. */
export const name = z
  .string()
  .check(z.regex(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'expected a name of letters, digits, . _ -'));

export const ipv4Address = z
  .string()
  .check(
    z.regex(/^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/, 'expected an IPv4 address such as 203.0.113.10'),
  );

export const port = z.int().check(z.minimum(1), z.maximum(65_535));

/** A path of a file beside scenario.yaml. */
export const localFile = z
  .string()
  .check(z.minLength(1), z.refine(isLocal, { message: 'expected a path inside the folder of the scenario' }));
