/** A text as causes are looked for in it: its lines, and what is decoded in each. */
import {
  type Decoded,
  decodeAlert,
  decodeAlertName,
  decodeErrno,
  decodeErrnoName,
  decodeMbedtls,
  decodeMbedtlsName,
} from './decode.ts';

export interface Line {
  /** Order in the input. */
  readonly number: number;
  /** "line 3", "5.8772 s". */
  readonly where: string;
  readonly text: string;
  readonly decoded: readonly Decoded[];
  /** Tokens that are not decoded from the text: what a trace knows without words. */
  readonly tokens: readonly string[];
}

/** Longest line that is looked at, characters: expressions are held against it. */
const LONGEST = 4_000;

type Match = RegExpMatchArray;
interface Reader {
  readonly finds: RegExp;
  decode(match: Match): Decoded | undefined;
}

/** In this order; what one reader has found, the next ones pass over. */
const READERS: readonly Reader[] = [
  // (-9984, 'MBEDTLS_ERR_…') and MBEDTLS_ERR_A+MBEDTLS_ERR_B
  {
    finds: /(-\d{4,5}), *'MBEDTLS_ERR_[A-Z0-9_+]+'?/g,
    decode: ([, code]) => decodeMbedtls(Number(code)),
  },
  {
    finds: /MBEDTLS_ERR_[A-Z0-9_]+(?:\+MBEDTLS_ERR_[A-Z0-9_]+)*/g,
    decode: ([name]) => decodeMbedtlsName(name),
  },
  {
    finds: /-0x([0-9a-f]{3,4})\b/gi,
    decode: ([found, digits]) => decodeMbedtls(-Number.parseInt(digits!, 16), found),
  },
  {
    finds: /(?<![\w.])-(\d{4,5})\b/g,
    decode: ([found]) => decodeMbedtls(Number(found), found),
  },
  // SSL alert number 48; alert 40; a fatal alert message (msg 40)
  {
    finds: /alert(?: +(?:number|message|description|type))?[ :=(]*(?:msg )?(\d{1,3})\b(?! *bytes)/gi,
    decode: ([found, code]) => decodeAlert(Number(code), found),
  },
  {
    finds: /alert[ :_=]+([a-z]+(?:[ _][a-z]+){0,4})/gi,
    decode: ([, name]) => decodeAlertName(name!),
  },
  // [Errno 113]; OSError: 113; OSError(113,); OSError: (104, 'ECONNRESET'); errno 12
  {
    finds: /(?:\[Errno |OSError\(|OSError: \(?|errno[ =:]+)(-?\d{1,3})\b\]?/gi,
    decode: ([found, number]) => decodeErrno(Number(number), found),
  },
  { finds: /\bE[A-Z]{3,12}\b/g, decode: ([name]) => decodeErrnoName(name) },
];

/** `text` may be a word, an exception, a log of any length. */
export function readText(text: string): Line[] {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\\n', '\n').split('\n');
  const end = exceptionLines(lines);
  const read = lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const tokens = end.has(i) ? ['state:exception'] : [];
    return [readLine(line.trim().slice(0, LONGEST), i + 1, `line ${i + 1}`, tokens)];
  });
  return read.length === 1 ? [withBareNumber(read[0]!)] : read;
}

/** Where the exception of the last traceback stands: what is printed after it did not end the program. */
function exceptionLines(lines: readonly string[]): Set<number> {
  const begin = lines.findLastIndex((line) => line.includes('Traceback (most recent call last)'));
  const found = new Set<number>();
  if (begin < 0) return found;
  const head = lines.findIndex((line, i) => i > begin && line.trim() !== '' && !/^\s/.test(line));
  if (head < 0) return found;
  found.add(head);
  // The reasons of a refused certificate follow, a line each, with empty ones between.
  for (let i = head + 1; i < lines.length && /^\s*$|^(The |Usage |Certificate |Other )/.test(lines[i]!); i++)
    found.add(i);
  return found;
}

export function readLine(text: string, number: number, where: string, tokens: readonly string[] = []): Line {
  const decoded: Decoded[] = [];
  let rest = text;
  for (const { finds, decode } of READERS) {
    rest = rest.replace(finds, (...groups) => {
      const found = decode(groups as unknown as Match);
      if (found === undefined) return groups[0];
      decoded.push(found);
      return ' ';
    });
  }
  return { number, where, text, decoded: distinct(decoded), tokens };
}

/** A number and nothing else can be any of the three; all are looked at. */
function withBareNumber(line: Line): Line {
  const match = /^(-?\d{1,5}|-?0x[0-9a-f]{2,4})$/i.exec(line.text);
  if (match === null || line.decoded.length > 0) return line;
  const number = line.text.startsWith('-') ? -Number(line.text.slice(1)) : Number(line.text);
  const decoded = [
    decodeErrno(number, line.text),
    decodeMbedtls(-Math.abs(number), line.text),
    decodeAlert(number, line.text),
  ].filter((each) => each !== undefined);
  return { ...line, decoded };
}

/** The tuple of an OSError holds number and name of one thing. */
function distinct(decoded: readonly Decoded[]): Decoded[] {
  const seen = new Set<string>();
  return decoded.filter(({ tokens }) => {
    const key = tokens.join();
    return !seen.has(key) && seen.add(key);
  });
}
