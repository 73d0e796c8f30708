/** The verdict on a certificate chain, check by check, in words. */
import type { CertificateCheck, TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { type NoteItem, type NoteRow, note } from './model.ts';
import type { Cast } from './parties.ts';

type Verdict = TraceEventOf<'x509.verdict'>;

/** The four questions that authentication stands on; each gets a line of its own, in this order. */
const QUESTIONS: readonly CertificateCheck['check'][] = ['name', 'validity', 'signature', 'anchor'];

const PROFILES: Readonly<Record<Verdict['profile'], string>> = {
  mbedtls: 'as mbedTLS does',
  rfc5280: 'as RFC 5280 asks',
};

export function certificateRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  return events.flatMap((event, order) =>
    event.type === 'x509.verdict' ? [verdictRow(event, order, cast)] : [],
  );
}

/** Nothing was looked at (CERT_NONE), as against looked at and let pass (CERT_OPTIONAL). */
export function wasNotLookedAt({ outcome, checks }: Verdict): boolean {
  return outcome === 'ignored' && checks.every((check) => check.outcome === 'unchecked');
}

function verdictRow(verdict: Verdict, order: number, cast: Cast): NoteRow {
  const { client, server } = cast.connections.get(verdict.connection)!;
  const other = verdict.actor === client ? server : client;
  const at = { t: verdict.t, order };
  if (wasNotLookedAt(verdict)) {
    return note(at, verdict.actor, `does not check the certificate of ${other} (CERT_NONE)`, {
      mark: '!',
      tone: 'warning',
      items: IGNORED.map((text) => ({ mark: '–', label: '', text, tone: 'warning' })),
    });
  }
  const how = PROFILES[verdict.profile];
  const { text, mark, tone } = VERDICTS[verdict.outcome];
  return note(at, verdict.actor, `checks the certificate of ${other} ${how}: ${text}`, {
    mark,
    tone,
    items: checkItems(verdict.checks, verdict.actor === client),
  });
}

const VERDICTS = {
  accepted: { text: 'accepted', mark: '✓', tone: 'good' },
  refused: { text: 'refused', mark: '✗', tone: 'bad' },
  ignored: { text: 'refused, but goes on (CERT_OPTIONAL)', mark: '!', tone: 'warning' },
} as const;

/** What CERT_NONE leaves open, each a property that a learner may take for granted. */
const IGNORED: readonly string[] = [
  'not who signed it: anyone can make such a certificate',
  'not the name in it: it may belong to another server',
  'not its dates: it may have expired',
];

/** `nameMatters`: a client means to talk to someone by name; a server takes whom its authorities vouch for. */
function checkItems(checks: readonly CertificateCheck[], nameMatters: boolean): NoteItem[] {
  const isToldOnce = (check: CertificateCheck) =>
    check.outcome === 'unchecked' &&
    (!QUESTIONS.includes(check.check) || (check.check === 'name' && !nameMatters));
  const looked = checks.filter((check) => !isToldOnce(check));
  const skipped = checks.filter(isToldOnce);
  const depths = [...new Set(looked.map((check) => check.depth))].sort(leafFirst);
  return [
    ...depths.flatMap((depth) => certificateItems(looked.filter((check) => check.depth === depth))),
    ...skippedItems(skipped),
  ];
}

/** The leaf, its issuers, then the trust anchors (depth -1). */
function leafFirst(a: number, b: number): number {
  return (a < 0 ? Number.MAX_SAFE_INTEGER : a) - (b < 0 ? Number.MAX_SAFE_INTEGER : b);
}

function certificateItems(checks: readonly CertificateCheck[]): NoteItem[] {
  const own = checks.filter((check) => check.outcome === 'fail' || QUESTIONS.includes(check.check));
  const others = checks.filter((check) => !own.includes(check));
  const items = [...own].sort((a, b) => rank(a) - rank(b)).map(checkItem);
  if (others.length > 0) {
    const names = [...new Set(others.map((check) => words(check.check)))].join(', ');
    items.push({ mark: '✓', label: 'also', text: names, tone: 'good' });
  }
  return [{ mark: '', label: '', text: certificateTitle(checks), tone: 'strong' }, ...items];
}

function certificateTitle(checks: readonly CertificateCheck[]): string {
  // A name check carries the host name, not the subject.
  const { certificate, depth } = checks.find((check) => check.check !== 'name') ?? checks[0]!;
  return depth < 0 ? `${certificate} (trust anchor)` : certificate;
}

function rank(check: CertificateCheck): number {
  const place = QUESTIONS.indexOf(check.check);
  return place < 0 ? QUESTIONS.length : place;
}

function checkItem(check: CertificateCheck): NoteItem {
  const { mark, tone, lead } = OUTCOMES[check.outcome];
  // Validity is told in days where it begins and ends at midnight.
  const detail = check.detail.replace(/ 00:00:00Z/g, '');
  return { mark, label: words(check.check), text: lead + detail, tone };
}

const OUTCOMES = {
  pass: { mark: '✓', tone: 'good', lead: '' },
  fail: { mark: '✗', tone: 'bad', lead: '' },
  unchecked: { mark: '–', tone: 'warning', lead: 'not checked: ' },
} as const satisfies Record<CertificateCheck['outcome'], object>;

/** What was not looked at, once for the chain: the same kind is skipped for every certificate. */
function skippedItems(checks: readonly CertificateCheck[]): NoteItem[] {
  if (checks.length === 0) return [];
  const kinds = [...new Set(checks.map(({ check }) => words(check)))];
  return [{ mark: '–', label: 'not checked', text: kinds.join(', '), tone: 'quiet' }];
}

function words(check: CertificateCheck['check']): string {
  if (check === 'parse') return 'well-formed';
  return check.replaceAll('-', ' ');
}
