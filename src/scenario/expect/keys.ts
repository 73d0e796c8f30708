/** The uses of keys of a run, one by one, in order. */
import { sameBytes } from '../../../emulator/world/bytes.ts';
import type { TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { excerptOf } from '../../report/bytes-in-words.ts';
import type { KeyUseExpectation } from '../schema/expect.ts';
import type { Failure } from './failure.ts';

type KeyOperation = TraceEventOf<'key.operation'>;
type Difference = readonly [aspect: string, expected: string, observed: string] | undefined;

export function checkKeys(
  expected: readonly KeyUseExpectation[],
  observed: readonly KeyOperation[],
): Failure[] {
  const failures = expected.flatMap((one, i): Failure[] => {
    const use = observed[i];
    const what = `use of a key ${i + 1}, ${one.by}: ${one.to}`;
    const at = ['expect', 'keys', i];
    if (use === undefined)
      return [{ what, expected: one.outcome, observed: 'there was none', at, moment: undefined }];
    return differences(one, use, observed).map(([aspect, wanted, came]) => ({
      what: `${what}: ${aspect}`,
      expected: wanted,
      observed: came,
      at: [...at, aspect],
      moment: use,
    }));
  });
  const surplus = observed.slice(expected.length).map((use, i) => ({
    what: `use of a key ${expected.length + i + 1}, ${use.actor}: ${use.operation}`,
    expected: 'none',
    observed: use.outcome,
    at: ['expect', 'keys'],
    moment: use,
  }));
  return [...failures, ...surplus];
}

function differences(
  { by, to, outcome, text, size, sameAs }: KeyUseExpectation,
  use: KeyOperation,
  all: readonly KeyOperation[],
): NonNullable<Difference>[] {
  const differs = (aspect: string, expected: unknown, observed: unknown): Difference =>
    expected === undefined || expected === observed
      ? undefined
      : [aspect, String(expected), String(observed)];
  const found: Difference[] = [
    differs('by', by, use.actor),
    differs('to', to, use.operation),
    differs('outcome', outcome, use.outcome),
    differs('text', text && JSON.stringify(text), excerptOf(use.output)),
    differs('size', size, use.output.length),
    sameAs === undefined ? undefined : checkSame(sameAs, use, all),
  ];
  return found.filter((difference) => difference !== undefined);
}

function checkSame(name: string, { output }: KeyOperation, all: readonly KeyOperation[]): Difference {
  const other = all.find(({ outputName }) => outputName === name)?.output;
  if (other !== undefined && sameBytes(other, output)) return undefined;
  return [
    'sameAs',
    other === undefined ? `'${name}', which was not made` : excerptOf(other),
    excerptOf(output),
  ];
}
