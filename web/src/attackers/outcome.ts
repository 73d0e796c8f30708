/** What came of it for those who mean ill, and what the checks said, in words. */
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import type { Achievement } from '../../../src/report/attackers.ts';

export const IN_WORDS: Readonly<Record<Achievement, string>> = {
  read: 'reads what was said',
  impersonate: 'is taken for somebody else',
  rewrite: 'changes what was said',
  tamper: 'changes messages unnoticed',
  'spoof-dns': 'sends somebody to a false address',
  replay: 'says again what was said before',
  lure: 'has a board in her network',
};

/** Who looked at a certificate, and what they made of it: each once, in order. */
export function judgements(events: readonly TraceEvent[]): { text: string; good: boolean }[] {
  const verdicts = events.filter((event) => event.type === 'x509.verdict').map(inWords);
  return [...new Map(verdicts.map((each) => [each.text, each])).values()];
}

function inWords({ actor, outcome, checks }: TraceEventOf<'x509.verdict'>) {
  const failed = checks.find((check) => check.outcome === 'fail');
  const reason = failed === undefined ? '' : `: ${failed.certificate}, ${failed.detail}`;
  switch (outcome) {
    case 'accepted':
      return { text: `${actor} has checked the certificate and accepts it`, good: true };
    case 'refused':
      return { text: `${actor} refuses the certificate${reason}`, good: true };
    case 'ignored':
      return { text: `${actor} takes the certificate without a look at it${reason}`, good: false };
  }
}
