/** Holds what is known against an input: the causes whose signs it shows, the likeliest first. */
import type { Cause, Hint, Sign } from './cause.ts';
import { CAUSES } from './causes-data.ts';
import type { Decoded } from './decode.ts';
import type { Line } from './read-text.ts';

/** Something in the input that speaks for a cause. */
export interface Evidence {
  /** "line 3", "5.8772 s". */
  readonly where: string;
  readonly text: string;
  /** What it tells beyond itself. */
  readonly says: readonly string[];
}

export interface Suspicion {
  /** Whether its sign is where the program ended; what was met before that may have been caught. */
  readonly atTheEnd: boolean;
  readonly cause: Cause;
  /** Of the cause's scenarios the one that fits the evidence best. */
  readonly scenario: string;
  readonly score: number;
  readonly evidence: readonly Evidence[];
}

export interface Diagnosis {
  /** Numbers and names, as they stand in the input, once each. */
  readonly decoded: readonly (Decoded & { readonly where: string })[];
  /** The likeliest first; empty when nothing here is known. */
  readonly suspicions: readonly Suspicion[];
  /** A run or capture in which all went as it should. */
  readonly isUneventful?: boolean;
}

export function diagnose(lines: readonly Line[]): Diagnosis {
  const found = CAUSES.flatMap((cause) => {
    const seen = signsOf(cause, lines);
    return seen.length === 0 ? [] : [{ cause, seen }];
  });
  const ends = endsOf(found.flatMap(({ seen }) => seen));
  const suspicions = found
    .map(({ cause, seen }) => weigh(cause, seen, lines, ends))
    .filter(({ score }) => score > 0)
    .sort((a, b) => Number(b.atTheEnd) - Number(a.atTheEnd) || b.score - a.score);
  return { decoded: decodedIn(lines), suspicions };
}

/** Where the program ended: exceptions that are known as such, else the last line that shows anything. */
function endsOf(seen: readonly Line[]): ReadonlySet<Line> {
  const exceptions = seen.filter(({ tokens }) => tokens.includes('state:exception'));
  if (exceptions.length > 0) return new Set(exceptions);
  const last = seen.reduce((latest, { number }) => Math.max(latest, number), 0);
  return new Set(seen.filter(({ number }) => number === last));
}

function signsOf({ signs }: Cause, lines: readonly Line[]): Line[] {
  return lines.filter((line) => signs.some((sign) => shows(line, sign)));
}

function shows(line: Line, sign: Sign): boolean {
  if (typeof sign !== 'string') return sign.test(line.text);
  const undirected = sign.replace(/^(board|peer)-alert:/, 'alert:');
  return (
    line.tokens.includes(sign) ||
    line.decoded.some(({ tokens }) => tokens.includes(sign) || tokens.includes(undirected))
  );
}

function weigh(
  cause: Cause,
  seen: readonly Line[],
  lines: readonly Line[],
  ends: ReadonlySet<Line>,
): Suspicion {
  const exception = seen.findLast((line) => ends.has(line)) ?? seen.at(-1)!;
  const evidence = new Map<Line, string[]>([[exception, []]]);
  let score = cause.common;
  let [scenario] = cause.scenarios;
  for (const hint of cause.hints ?? []) {
    const met = meets(hint, lines);
    if (met === undefined) continue;
    score += hint.weight;
    scenario = hint.scenario ?? scenario;
    // What speaks against a cause is no evidence of it.
    if (hint.weight <= 0) continue;
    evidence.set(met.line, [...(evidence.get(met.line) ?? []), met.says]);
  }
  return {
    atTheEnd: ends.has(exception),
    cause,
    scenario,
    score,
    evidence: [...evidence].map(([{ where, text }, says]) => ({ where, text, says })),
  };
}

/** The last line that shows it: the state at the end counts. */
function meets(hint: Hint, lines: readonly Line[]): { line: Line; says: string } | undefined {
  for (const line of [...lines].reverse()) {
    const { sees } = hint;
    const match = typeof sees === 'string' ? (shows(line, sees) ? [''] : null) : sees.exec(line.text);
    if (match === null || !inRange(hint, match[1])) continue;
    return { line, says: hint.says.replace('$1', match[1] ?? '') };
  }
  return undefined;
}

function inRange({ below, above }: Hint, group: string | undefined): boolean {
  if (below === undefined && above === undefined) return true;
  const value = Number(group?.replaceAll(/[,_]/g, ''));
  return (below === undefined || value < below) && (above === undefined || value > above);
}

function decodedIn(lines: readonly Line[]): Diagnosis['decoded'] {
  const seen = new Set<string>();
  return lines.flatMap(({ where, decoded }) =>
    decoded
      .filter(({ tokens }) => !seen.has(tokens.join()) && seen.add(tokens.join()))
      .map((each) => ({ ...each, where })),
  );
}
