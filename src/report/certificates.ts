/** The certificates of a run: who showed which chain to whom, and what each of the two profiles makes of it. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { fromHex } from '../../emulator/world/bytes.ts';
import type {
  AnnotatedField,
  CertificateCheck,
  TraceEvent,
  TraceEventOf,
} from '../../emulator/world/trace-events.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';

type Verdict = TraceEventOf<'x509.verdict'>;
export type ProfileName = Verdict['profile'];
export const PROFILES: readonly ProfileName[] = ['mbedtls', 'rfc5280'];

export interface ShownChain {
  readonly connection: string;
  /** Who showed it, as the other end or the capture has it, and to whom. */
  readonly shownTo: string;
  readonly chain: readonly Uint8Array[];
  /** The verdict of the run; undefined in a capture, and where it did not come so far. */
  readonly verdict: Verdict | undefined;
  /** What each profile says; empty where it is not known what was asked. */
  readonly judgements: readonly Judgement[];
}

export interface Judgement {
  readonly profile: ProfileName;
  readonly outcome: Verdict['outcome'];
  readonly checks: readonly CertificateCheck[];
  /** Whether an end of the run judged so; else the report asked, with the same anchors, host and time. */
  readonly inTheRun: boolean;
}

/** In the order in which they were received. */
export function shownChains(events: readonly TraceEvent[], crypto: CryptoProvider): ShownChain[] {
  const verdicts = verdictsOf(events);
  return events.flatMap((event): ShownChain[] => {
    if (!isReceivedChain(event)) return [];
    const chain = chainIn(event.fields, event.bytes);
    if (chain.length === 0) return [];
    const verdict = verdicts.get(event);
    const { connection, actor: shownTo } = event;
    return [{ connection, shownTo, chain, verdict, judgements: judgementsOf(verdict, chain, crypto) }];
  });
}

function chainIn(fields: readonly AnnotatedField[], bytes: Uint8Array): Uint8Array[] {
  return fields.flatMap(({ name, offset, length, children = [] }) =>
    name === 'cert_data' ? [bytes.subarray(offset, offset + length)] : chainIn(children, bytes),
  );
}

function isReceivedChain(event: TraceEvent): event is TraceEventOf<'tls.message'> {
  return event.type === 'tls.message' && event.message === 'Certificate' && event.direction === 'received';
}

/** Of each Certificate the first verdict that comes before the next one at the same end. */
function verdictsOf(events: readonly TraceEvent[]): Map<TraceEvent, Verdict> {
  const verdicts = new Map<TraceEvent, Verdict>();
  const waiting = new Map<string, TraceEvent>();
  for (const event of events) {
    if (event.type !== 'x509.verdict' && !isReceivedChain(event)) continue;
    const end = `${event.actor} ${event.connection}`;
    const shown = waiting.get(end);
    if (event.type !== 'x509.verdict') waiting.set(end, event);
    else if (shown !== undefined && waiting.delete(end)) verdicts.set(shown, event);
  }
  return verdicts;
}

function judgementsOf(
  verdict: Verdict | undefined,
  chain: readonly Uint8Array[],
  crypto: CryptoProvider,
): Judgement[] {
  if (verdict === undefined) return [];
  return PROFILES.flatMap((profile): Judgement[] => {
    const { outcome, checks, question } = verdict;
    if (profile === verdict.profile) return [{ profile, outcome, checks, inTheRun: true }];
    if (question === undefined) return [];
    const { purpose, host, time } = question;
    const anchors = question.anchors.map(fromHex);
    const found = verifyChain({ chain, anchors, profile, purpose, host, time, crypto });
    return [
      { profile, outcome: found.accepted ? 'accepted' : 'refused', checks: found.checks, inTheRun: false },
    ];
  });
}
