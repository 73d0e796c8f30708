/** What the schema finds wrong, in words. */
import type * as z from 'zod/mini';
import { clean, truncate } from '../report/text.ts';
import { didYouMean } from './did-you-mean.ts';
import { type Problem, pathText } from './problem.ts';
import { type Scenario, scenarioSchema } from './schema.ts';

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

/** The scenario with defaults filled in, or every way in which `data` is none. */
export function readScenario(data: unknown): { scenario: Scenario } | { problems: readonly Problem[] } {
  const result = readWith(scenarioSchema, data, 'the scenario');
  return 'problems' in result ? result : { scenario: result.value };
}

/** What a schema makes of `data`, or what is wrong with it, in the words that every file of ours gets. `whole`: what it is. */
export function readWith<T extends z.ZodMiniType>(
  schema: T,
  data: unknown,
  whole: string,
): { value: z.output<T> } | { problems: readonly Problem[] } {
  const result = schema.safeParse(data, { error: describe });
  if (result.success) return { value: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, whole)) };
}

/** Puts a phrase from `describe`, or from the schema's own checks, into its place. */
function problemsOf(issue: Issue, whole: string): Problem[] {
  const parent = pathText(issue.path.slice(0, -1), whole);
  const key = String(issue.path.at(-1));
  switch (issue.code) {
    case 'unrecognized_keys': {
      const hints = issue.message.split('\n');
      const where = pathText(issue.path, whole);
      return issue.keys.map((unknown, i) => ({
        at: [...issue.path, unknown],
        onKey: true,
        message: `unknown key '${unknown}' in ${where}${hints[i]!}`,
      }));
    }
    case 'invalid_key':
      return [{ at: issue.path, onKey: true, message: `'${key}' in ${parent}: ${issue.message}` }];
    default:
      if (issue.message === MISSING) return [{ at: issue.path, message: `missing '${key}' in ${parent}` }];
      return [{ at: issue.path, message: `${pathText(issue.path, whole)}: ${issue.message}` }];
  }
}

const MISSING = 'missing';

/** Columns: a file that is no scenario may be one text. */
const LONGEST_QUOTED = 60;

/** The phrase for one issue. For unknown keys: a hint per key, one a line. */
function describe(issue: RawIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysOf(issue.inst);
      return issue.keys.map((key) => didYouMean(key, known)).join('\n');
    }
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'not a name';
    case 'invalid_value':
      return describeChoice(issue.input, issue.values);
    case 'invalid_union':
      return describeDiscriminator(issue);
    case 'invalid_type':
      if (issue.input === undefined) return MISSING;
      return `expected ${typeName(issue.expected)}, not ${describeValue(issue.input)}`;
    case 'too_small':
      return describeSize(issue.origin, `at least ${issue.minimum}`, issue.input);
    case 'too_big':
      return describeSize(issue.origin, `at most ${issue.maximum}`, issue.input);
    default:
      return `not a value that may stand here: ${describeValue(issue.input)}`;
  }
}

function keysOf(schema: unknown): string[] {
  const shape = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
  return Object.keys(shape ?? {});
}

function describeChoice(value: unknown, choices: readonly unknown[]): string {
  if (value === undefined) return MISSING;
  const names = choices.map(String);
  const list = names.length <= 12 ? `expected one of ${names.join(', ')}, not` : 'unknown value';
  return `${list} ${describeValue(value)}${typeof value === 'string' ? didYouMean(value, names) : ''}`;
}

/** The union's alternatives are told apart by one key, whose value is missing or unknown. */
function describeDiscriminator(issue: RawIssue & { code: 'invalid_union' }): string {
  const { discriminator, options, input } = issue as {
    discriminator?: string;
    options?: unknown[];
    input: unknown;
  };
  if (discriminator === undefined) return `not a value that may stand here: ${describeValue(input)}`;
  return describeChoice((input as Record<string, unknown>)[discriminator], options ?? []);
}

function describeSize(origin: string, limit: string, value: unknown): string {
  switch (origin) {
    case 'string':
      return `expected ${limit} characters, not ${describeValue(value)}`;
    case 'array':
      return `expected ${limit} of them`;
    default:
      return `expected ${limit}, not ${describeValue(value)}`;
  }
}

function typeName(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  return names[expected] ?? expected;
}

function describeValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string'
    ? `'${truncate(clean(value), LONGEST_QUOTED)}'`
    : `the ${typeof value} ${String(value)}`;
}
