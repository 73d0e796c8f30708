/** What a parity report is: two runs of one scenario, line by line. */

import { MILLISECOND } from '../../../emulator/world/time.ts';
import { formatDuration } from '../../report/format.ts';

/** What was not observed on one side is never equal. */
export type Verdict = 'equal' | 'different' | 'not comparable';

export const VERDICTS: readonly Verdict[] = ['equal', 'different', 'not comparable'];

/** How a verdict is shown. */
export interface Mark {
  readonly mark: string;
  readonly tone: 'good' | 'bad' | 'quiet';
}

export const MARKS: Readonly<Record<Verdict, Mark>> = {
  equal: { mark: '=', tone: 'good' },
  different: { mark: '≠', tone: 'bad' },
  'not comparable': { mark: '?', tone: 'quiet' },
};

export interface ParityLine {
  /** "handshake 1 with api.example.com", "program", "heap" */
  readonly section: string;
  readonly what: string;
  readonly verdict: Verdict;
  readonly emulated: string;
  readonly board: string;
  /** Why it is not comparable, where the first difference is, how far apart two times are. */
  readonly note?: string;
}

export const EXPECTATION_VERDICTS = ['met', 'not met', 'not observable'] as const;
export type ExpectationVerdict = (typeof EXPECTATION_VERDICTS)[number];

export const EXPECTATION_MARKS: Readonly<Record<ExpectationVerdict, Mark>> = {
  met: { mark: '✓', tone: 'good' },
  'not met': { mark: '✗', tone: 'bad' },
  'not observable': { mark: '?', tone: 'quiet' },
};

/** The heading above them, in all forms of the report. */
export const EXPECTED_ON_BOARD = 'what the scenario expects, on the board';

export interface ExpectationLine {
  /** "handshake 1, sensor → api.example.com: suite" */
  readonly what: string;
  readonly verdict: ExpectationVerdict;
  readonly expected: string;
  /** Undefined for what is met, or cannot be seen. */
  readonly observed?: string;
  /** Why it cannot be seen; whether the emulated run fails it as well. */
  readonly note?: string;
}

export interface BoardNetwork {
  /** What joining Wi-Fi took; undefined for a board that was on a network already. */
  readonly joining: number | undefined;
  /** From a SYN to its answer. */
  readonly roundTrip: number;
}

export interface ParityReport {
  /** The scenario's name and title. */
  readonly name: string;
  readonly title: string;
  /** What `--device` named. */
  readonly device: string;
  /** The board in one line, as it says itself. */
  readonly boardIs: string;
  /** All that it says of itself, by name. */
  readonly probe: Readonly<Record<string, unknown>>;
  /** The board's way to this computer, measured before the run. Milliseconds. */
  readonly network: BoardNetwork;
  /** The board profile of the emulated run. */
  readonly profile: string;
  /** What the reader has to know of this run. */
  readonly remarks: readonly string[];
  readonly lines: readonly ParityLine[];
  /** What the scenario expects, held against the board's run: beside parity, and not counted for it. */
  readonly expectations: readonly ExpectationLine[];
}

export type Totals = Readonly<Record<Verdict, number>>;

export function totalsOf({ lines }: Pick<ParityReport, 'lines'>): Totals {
  const count = (verdict: Verdict) => lines.filter((line) => line.verdict === verdict).length;
  return {
    equal: count('equal'),
    different: count('different'),
    'not comparable': count('not comparable'),
  };
}

/** No line is different, and something could be compared at all. */
export function hasParity(report: Pick<ParityReport, 'lines'>): boolean {
  const { equal, different } = totalsOf(report);
  return different === 0 && equal > 0;
}

/** "41 equal, 1 different, 3 not comparable" */
export function totalsInWords(totals: Totals): string {
  return VERDICTS.map((verdict) => `${totals[verdict]} ${verdict}`).join(', ');
}

/** "11 met, 0 not met, 2 not observable" */
export function expectationsInWords(lines: readonly ExpectationLine[]): string {
  const count = (verdict: ExpectationVerdict) => lines.filter((line) => line.verdict === verdict).length;
  return EXPECTATION_VERDICTS.map((verdict) => `${count(verdict)} ${verdict}`).join(', ');
}

/** "joined Wi-Fi in 2.31 s; a round trip to this computer takes 11.2 ms" */
export function networkInWords({ joining, roundTrip }: BoardNetwork): string {
  const way =
    joining === undefined
      ? 'was on its network already'
      : `joined Wi-Fi in ${formatDuration(joining * MILLISECOND)}`;
  return `${way}; a round trip to this computer takes ${formatDuration(roundTrip * MILLISECOND)}`;
}
