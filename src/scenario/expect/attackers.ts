/** What attackers have of a run. */

import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { type AttackerReport, reportAttackers } from '../../report/attackers.ts';
import type { AttackerExpectation, Expectations } from '../schema/expect.ts';
import type { Failure } from './failure.ts';

export function checkAttackers(
  expected: Expectations['attackers'],
  events: readonly TraceEvent[],
): Failure[] {
  const reports = new Map(reportAttackers(events).map((each) => [each.name, each]));
  return Object.entries(expected).flatMap(([name, each]) => {
    const moment = events.findLast(({ actor, type }) => actor === name && type.startsWith('attacker.'));
    return checkAttacker(each, reports.get(name) ?? IDLE).map(({ key, ...rest }) => ({
      ...rest,
      what: `${name}: ${key}`,
      at: ['expect', 'attackers', name, key],
      moment,
    }));
  });
}

/** One who came upon nothing. */
const IDLE: Omit<AttackerReport, 'name'> = {
  achieved: [],
  read: '',
  messages: [],
  learned: [],
  did: [],
  stopped: [],
  saw: [],
  ledTo: [],
};

type Miss = Pick<Failure, 'expected' | 'observed'> & { readonly key: keyof AttackerExpectation };

function checkAttacker(expected: AttackerExpectation, report: Omit<AttackerReport, 'name'>): Miss[] {
  const { achieves, reads = [], readsNot = [], learns = [], stoppedBy } = expected;
  const { achieved, read } = report;
  const learned = report.learned.map(({ text }) => text).join('; ');
  const stopped = report.stopped.map(({ detail }) => detail).join('; ');
  const contains = (key: Miss['key'], texts: readonly string[], whole: string): Miss[] =>
    texts
      .filter((text) => !whole.includes(text))
      .map((text) => ({ key, expected: `'${text}'`, observed: whole || 'nothing' }));
  return [
    ...(achieves === undefined || sameSet(achieves, achieved)
      ? []
      : [{ key: 'achieves', expected: list(achieves), observed: list(achieved) } as const]),
    ...contains('reads', reads, read),
    ...readsNot
      .filter((text) => read.includes(text))
      .map((text) => ({ key: 'readsNot', expected: `'${text}' to stay hidden`, observed: read }) as const),
    ...contains('learns', learns, learned),
    ...contains('stoppedBy', stoppedBy === undefined ? [] : [stoppedBy], stopped),
  ];
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}

function list(texts: readonly string[]): string {
  return texts.join(', ') || 'nothing';
}
