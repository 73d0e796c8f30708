/** Numbers of exceptions and alerts, and what they stand for. */
import { alertByCode } from '../../emulator/tls/alerts.ts';
import { ALERT_CODES } from '../../emulator/tls/engine.ts';
import { ERRNO } from './errno-data.ts';
import { HIGH_LEVEL, LOW_LEVEL, MEANINGS } from './mbedtls-data.ts';

/** What a number or a name in the input stands for. */
export interface Decoded {
  /** As it stands there: "-17040", "[Errno 113]", "alert number 48". */
  readonly found: string;
  /** "-0x4290 = RSA_PUBLIC_FAILED (-0x4280) + MPI_ALLOC_FAILED (-0x0010)". */
  readonly is: string;
  /** In words, where a name does not say it; empty otherwise. */
  readonly means: string;
  /** What causes look for: "mbedtls:RSA_PUBLIC_FAILED". */
  readonly tokens: readonly string[];
}

/** Where the low-level part of an mbedTLS number ends. */
const LOW_BITS = 0x7f;

/** `code`: negative, as mbedTLS returns it. Undefined for what is none of its numbers. */
export function decodeMbedtls(code: number, found = String(code)): Decoded | undefined {
  const value = -code;
  const high = HIGH_LEVEL[value & ~LOW_BITS];
  const low = LOW_LEVEL[value & LOW_BITS];
  // Low-level numbers alone are too short to be told from any other number.
  if (high === undefined || ((value & LOW_BITS) !== 0 && low === undefined)) return undefined;
  const parts = [
    [high, value & ~LOW_BITS] as const,
    ...(low === undefined ? [] : [[low, value & LOW_BITS] as const]),
  ];
  const sum = parts.map(([name, part]) => (parts.length === 1 ? name : `${name} (${hex(part)})`)).join(' + ');
  return { found, is: `${hex(value)} = ${sum}`, ...named(parts.map(([name]) => name)) };
}

/** "MBEDTLS_ERR_A+MBEDTLS_ERR_B" without its number. */
export function decodeMbedtlsName(text: string): Decoded {
  const names = text.split('+').map((part) => part.replace('MBEDTLS_ERR_', ''));
  const codes = names.map(codeOf);
  const sum = codes.reduce<number | undefined>(
    (total, code) => (total === undefined || code === undefined ? undefined : total + code),
    0,
  );
  const is = sum === undefined ? 'an error of mbedTLS' : `${hex(sum)} = ${-sum}`;
  return { found: text, is, ...named(names) };
}

export function decodeErrno(number: number, found: string): Decoded | undefined {
  const known = ERRNO[number];
  if (known === undefined) return undefined;
  return { found, is: `${known.name} (${number})`, means: known.meaning, tokens: [`errno:${known.name}`] };
}

export function decodeErrnoName(name: string): Decoded | undefined {
  const entry = Object.entries(ERRNO).find(([, known]) => known.name === name);
  return entry && decodeErrno(Number(entry[0]), name);
}

export function decodeAlert(code: number, found: string): Decoded | undefined {
  const name = alertByCode(code);
  return name && { found, is: `the alert ${name} (${code})`, means: '', tokens: [`alert:${name}`] };
}

/** "unknown ca", "unknown_ca": OpenSSL writes the names with spaces. */
export function decodeAlertName(text: string): Decoded | undefined {
  const words = text.toLowerCase().replaceAll(' ', '_');
  const name = Object.keys(ALERT_CODES).find((each) => words === each || words.startsWith(`${each}_`));
  return name === undefined
    ? undefined
    : decodeAlert(ALERT_CODES[name as keyof typeof ALERT_CODES], text.slice(0, name.length));
}

function named(names: readonly string[]): Pick<Decoded, 'means' | 'tokens'> {
  return {
    means: names.flatMap((name) => MEANINGS[name] ?? []).join('; '),
    tokens: names.map((name) => `mbedtls:${name}`),
  };
}

function codeOf(name: string): number | undefined {
  const entry = [...Object.entries(HIGH_LEVEL), ...Object.entries(LOW_LEVEL)].find(
    ([, each]) => each === name,
  );
  return entry && Number(entry[0]);
}

function hex(value: number): string {
  return `-0x${value.toString(16).padStart(4, '0')}`;
}
