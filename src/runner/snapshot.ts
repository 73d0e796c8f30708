/**
 * The handshakes of a run as a file beside scenario.yaml: what was offered, agreed, sent and refused, without what
 * differs from seed to seed (times, lengths, random bytes). Written when asked for; a difference is a failure.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Failure } from '../scenario/expect/failure.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import type { HandshakeSummary } from '../scenario/summary.ts';

const FILE = 'handshakes.snapshot.json';
const AT = ['expect', 'snapshot'] as const;

/** "459 + 434 bytes": an ECDSA signature, and with it a certificate, is a byte longer or shorter with every key. */
const LENGTHS = /^\d+( \+ \d+)* bytes$/;

/** Compares with the file, or writes it. What a scenario does not ask for is neither. */
export function checkSnapshot(
  { file, scenario }: LoadedScenario,
  summary: readonly HandshakeSummary[],
  update: boolean,
): Failure[] {
  if (!scenario.expect.snapshot || file === undefined) return [];
  const path = join(dirname(file), FILE);
  const observed = renderSnapshot(summary);
  if (update) {
    writeFileSync(path, observed);
    return [];
  }
  const what = 'snapshot of the handshakes';
  const moment = summary.at(-1)?.decided;
  if (!existsSync(path)) {
    const remedy = 'there is none; test --update-snapshots writes it';
    return [{ what, expected: `the file ${FILE}`, observed: remedy, at: AT, moment }];
  }
  const difference = firstDifference(readFileSync(path, 'utf8'), observed);
  return difference === undefined ? [] : [{ ...difference, at: AT, moment }];
}

export function renderSnapshot(summary: readonly HandshakeSummary[]): string {
  const shown = summary.map(({ connection, decided, duration, messages, ...handshake }) => ({
    ...handshake,
    messages: messages.map(({ says, ...message }) => ({
      ...message,
      says: says.filter((phrase) => !LENGTHS.test(phrase)),
    })),
  }));
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function firstDifference(
  before: string,
  now: string,
): { what: string; expected: string; observed: string } | undefined {
  if (before === now) return undefined;
  const old = before.split('\n');
  const lines = now.split('\n');
  const index = lines.findIndex((line, i) => line !== old[i]);
  const line = index < 0 ? lines.length : index;
  return {
    what: `${FILE}, line ${line + 1}`,
    expected: old[line]?.trim() ?? 'the end of the file',
    observed: lines[line]?.trim() ?? 'the end of the file',
  };
}
