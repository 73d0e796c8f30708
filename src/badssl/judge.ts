/** What a client checks, judged by what arrived on the wire of each case. */
import type { Case } from './case.ts';
import type { Expected } from './defect.ts';
import { type DefectKind, RISKS } from './risks-data.ts';

/** One connection, as the server saw it. */
export interface Seen {
  /** Whether a ClientHello came. */
  readonly hello: boolean;
  /** "TLSv1.3"; undefined when the handshake was not completed at this end. */
  readonly established: string | undefined;
  /** Names of the fatal alerts and close_notify from the client, in order. */
  readonly alerts: readonly string[];
  /** Octets that the client's program sent, after decryption. */
  readonly data: number;
  /** Whether the client ended it by RST. */
  readonly reset: boolean;
  /** What this end found wrong, and says in its own alert: "no-shared-parameters". */
  readonly failure: string | undefined;
}

/** How the client's command ended. */
export interface ClientEnd {
  /** Exit status; undefined when it was killed. */
  readonly status: number | undefined;
  readonly timedOut: boolean;
  /** The last thing that it said. */
  readonly said: string;
  readonly milliseconds: number;
}

export type Outcome = 'accepted' | 'refused' | 'refused-late' | 'hung' | 'not-connected';
/** `note`: nothing that the client must do. */
export type Mark = 'good' | 'bad' | 'note';

export interface Judgement {
  readonly outcome: Outcome;
  /** "alert unknown_ca", "closes without a word". */
  readonly how: string;
  readonly mark: Mark;
  /** In words; empty where the client did right. */
  readonly risk: string;
}

/** Defects that show only when data has been sent: that some was is no fault of the client. */
const SHOWS_AFTER_DATA: ReadonlySet<DefectKind> = new Set(['integrity', 'plain']);

export function judge(
  { kind, expected }: Pick<Case, 'kind' | 'expected'>,
  seen: readonly Seen[],
  end: ClientEnd,
): Judgement {
  const outcome = outcomeOf(kind, seen, end);
  const mark = markOf(expected, outcome);
  return { outcome, how: howOf(outcome, seen, end), mark, risk: riskOf(kind, expected, outcome, mark) };
}

function outcomeOf(kind: DefectKind, seen: readonly Seen[], end: ClientEnd): Outcome {
  if (end.timedOut) return 'hung';
  if (seen.length === 0) return 'not-connected';
  if (end.status === 0) return 'accepted';
  const told = seen.some(({ data }) => data > 0);
  return told && !SHOWS_AFTER_DATA.has(kind) ? 'refused-late' : 'refused';
}

function markOf(expected: Expected, outcome: Outcome): Mark {
  if (expected === 'either') return 'note';
  if (outcome === 'not-connected') return 'bad';
  if (expected === 'accept') return outcome === 'accepted' ? 'good' : 'bad';
  return outcome === 'refused' ? 'good' : 'bad';
}

function howOf(outcome: Outcome, seen: readonly Seen[], { status, said }: ClientEnd): string {
  const [version] = seen.flatMap(({ established }) => established ?? []);
  switch (outcome) {
    case 'not-connected':
      return `the command ended with status ${status}: ${said || 'it said nothing'}`;
    case 'accepted':
      return version ?? 'without TLS';
    case 'hung':
      return 'the client still waited, and was ended';
    case 'refused-late':
      return `${waysOut(seen)}, when data had been sent`;
    case 'refused':
      return waysOut(seen);
  }
}

/** The client's last word. */
function waysOut(seen: readonly Seen[]): string {
  const alerts = [...new Set(seen.flatMap((each) => each.alerts))].filter((name) => name !== 'close_notify');
  if (alerts.length > 0) return `alert ${alerts.join(', ')}`;
  if (seen.some(({ failure }) => failure === 'no-shared-parameters' || failure === 'unsupported-version')) {
    return 'offers nothing that the server could speak';
  }
  if (seen.some(({ reset }) => reset)) return 'resets the connection';
  return seen.some(({ hello }) => hello) ? 'closes without an alert' : 'closes without a word';
}

function riskOf(kind: DefectKind, expected: Expected, outcome: Outcome, mark: Mark): string {
  if (mark === 'good') return '';
  if (outcome === 'not-connected') return mark === 'bad' ? 'nothing was tried: is the command right?' : '';
  if (outcome === 'hung') return RISKS.silence.means;
  if (expected === 'accept') return RISKS.none.means;
  if (outcome === 'refused') return '';
  if (expected === 'either' && kind === 'capability') return '';
  const late =
    outcome === 'refused-late' ? 'what was sent first, a password perhaps, is in the wrong hands; and ' : '';
  return `${late}${RISKS[kind].means}`;
}

export interface Scored {
  readonly case: Case;
  readonly end: ClientEnd;
  readonly seen: readonly Seen[];
  readonly judgement: Judgement;
}

export interface Tally {
  /** Cases that must be refused, and how many were. */
  readonly toRefuse: number;
  readonly refused: number;
  /** The control was accepted. */
  readonly acceptsGood: boolean;
  /** "dates" and how many of its cases were refused, in the order of the cases. */
  readonly checks: readonly { readonly what: string; readonly refused: number; readonly of: number }[];
  readonly passed: boolean;
}

export function tally(results: readonly Scored[]): Tally {
  const must = results.filter((each) => each.case.expected === 'refuse');
  const isGood = ({ judgement }: Scored) => judgement.mark === 'good';
  const whats = [...new Set(must.map((each) => RISKS[each.case.kind].checks))];
  return {
    toRefuse: must.length,
    refused: must.filter(isGood).length,
    acceptsGood: results.some((each) => each.case.expected === 'accept' && isGood(each)),
    checks: whats.map((what) => {
      const own = must.filter((each) => RISKS[each.case.kind].checks === what);
      return { what, refused: own.filter(isGood).length, of: own.length };
    }),
    passed: results.every(({ judgement }) => judgement.mark !== 'bad'),
  };
}
