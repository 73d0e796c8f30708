/** The handshakes of a run, one by one, in the order in which they began. */
import type { AlertExpectation, HandshakeExpectation } from '../schema/expect.ts';
import type { HandshakeSummary } from '../summary.ts';
import type { Failure } from './failure.ts';

export function checkHandshakes(
  expected: readonly HandshakeExpectation[],
  observed: readonly HandshakeSummary[],
): Failure[] {
  const failures = expected.flatMap((one, i) => {
    const handshake = observed[i];
    const what = `handshake ${i + 1}, ${one.from} → ${one.to}`;
    const at = ['expect', 'handshakes', i];
    if (handshake !== undefined) return checkHandshake(what, at, one, handshake);
    return [{ what, expected: one.outcome, observed: 'there was none', at, moment: undefined }];
  });
  const surplus = observed.slice(expected.length).map((handshake, i) => ({
    what: `handshake ${expected.length + i + 1}, ${handshake.from ?? 'nobody'} → ${handshake.to ?? 'nobody who speaks TLS'}`,
    expected: 'none',
    observed: handshake.outcome,
    at: ['expect', 'handshakes'],
    moment: handshake.decided,
  }));
  return [...failures, ...surplus];
}

/** Aspects compared as they stand; the others need words. */
const PLAIN = ['from', 'to', 'version', 'suite', 'resumed'] as const;

function checkHandshake(
  what: string,
  at: readonly PropertyKey[],
  expected: HandshakeExpectation,
  handshake: HandshakeSummary,
): Failure[] {
  const moment = handshake.decided;
  if (expected.outcome !== handshake.outcome) {
    // Everything else about it only follows from that.
    const observed = outcomeText(handshake);
    const path = [...at, 'outcome'];
    return [{ what: `${what}: outcome`, expected: expected.outcome, observed, at: path, moment }];
  }
  const differences: Difference[] = [
    ...PLAIN.map((aspect) => differs(aspect, expected[aspect], handshake[aspect])),
    checkAuthenticated('serverAuthenticated', expected, handshake.server, handshake.serverAuthenticated),
    checkAuthenticated('clientAuthenticated', expected, handshake.client, handshake.clientAuthenticated),
    checkFailingCheck(expected, handshake),
    checkFatalAlert(expected, handshake),
    checkAlerts(expected, handshake),
  ];
  return differences.flatMap((difference) => {
    if (difference === undefined) return [];
    const [aspect, wanted, observed] = difference;
    return [{ what: `${what}: ${aspect}`, expected: wanted, observed, at: [...at, aspect], moment }];
  });
}

type Difference = readonly [aspect: string, expected: string, observed: string] | undefined;

function differs(aspect: string, expected: unknown, observed: unknown): Difference {
  if (expected === undefined || expected === observed) return undefined;
  return [aspect, String(expected), String(observed ?? 'none')];
}

/** Whether, or as whom. */
function checkAuthenticated(
  aspect: 'serverAuthenticated' | 'clientAuthenticated',
  { [aspect]: expected }: HandshakeExpectation,
  name: string | undefined,
  proved: boolean,
): Difference {
  if (typeof expected !== 'string') return differs(aspect, expected, proved);
  return differs(aspect, expected, proved ? name : 'nobody');
}

function checkFailingCheck(
  { failingCheck }: HandshakeExpectation,
  { failingChecks }: HandshakeSummary,
): Difference {
  if (failingCheck === undefined || failingChecks.includes(failingCheck)) return undefined;
  return ['failingCheck', failingCheck, failingChecks.join(', ') || 'none'];
}

function checkFatalAlert({ alert: expected }: HandshakeExpectation, { alert }: HandshakeSummary): Difference {
  if (expected === undefined) return undefined;
  return differs('alert', alertText(expected), alert === undefined ? 'none' : alertText(alert));
}

function checkAlerts({ alerts: expected }: HandshakeExpectation, { alerts }: HandshakeSummary): Difference {
  return expected && differs('alerts', alertsText(expected), alertsText(alerts));
}

function alertsText(alerts: readonly AlertExpectation[]): string {
  return alerts.map(alertText).join(', ') || 'none';
}

function alertText({ by, name }: AlertExpectation): string {
  return `${name} by ${by}`;
}

function outcomeText({ outcome, decided }: HandshakeSummary): string {
  return decided.type === 'tls.failed' ? `failed: ${decided.detail}` : outcome;
}
