/**
 * Where a program speaks TLS as a client, and what it asks of its peer there. Looks at the text alone: a context is the
 * variable it is kept in, from where it is made to where the same variable gets another.
 */
import type { Call, Expression, Program } from './python/program.ts';

export interface TlsUse {
  readonly line: number;
  /** As a sentence begins with it: "this context". */
  readonly what: string;
  /** Whether it refuses a peer that it cannot verify. */
  readonly verifies: boolean;
  /** Where verification was switched off by hand; where it is off by itself, undefined. */
  readonly switchedOffAt: number | undefined;
  /** What it gets to trust; undefined where a program cannot give anything. */
  readonly anchors: readonly Expression[] | undefined;
  readonly certificates: readonly Expression[];
  readonly keys: readonly Expression[];
  /** Whether signatures are another's work: a secure element's. */
  readonly signsElsewhere: boolean;
}

const VERIFYING = new Set(['CERT_REQUIRED']);

/** Constructors, with what a context of theirs does when it is told nothing (docs/differences.md has the port's). */
const CONSTRUCTORS: Readonly<Record<string, { readonly verifies: boolean }>> = {
  'ssl.SSLContext': { verifies: false },
  'tls.SSLContext': { verifies: true },
};

/** Functions that make a context of their own, which verifies nothing. */
const UNVERIFYING_CALLS: Readonly<Record<string, { readonly what: string; isTls(call: Call): boolean }>> = {
  'asyncio.open_connection': { what: 'ssl=True', isTls: (call) => isTrue(call.keywords.get('ssl')) },
  'umqtt.simple.MQTTClient': { what: 'ssl=True', isTls: (call) => isTrue(call.keywords.get('ssl')) },
  'umqtt.robust.MQTTClient': { what: 'ssl=True', isTls: (call) => isTrue(call.keywords.get('ssl')) },
  ...Object.fromEntries(
    ['get', 'post', 'put', 'patch', 'delete', 'head', 'request'].map((method) => [
      `requests.${method}`,
      {
        what: 'requests',
        isTls: (call: Call) => call.positional.some(({ text }) => text?.startsWith('https:')),
      },
    ]),
  ),
};

export function findTlsUses(program: Program): TlsUse[] {
  return program.calls.flatMap((call) => {
    if (Object.hasOwn(CONSTRUCTORS, call.callee)) return contextOf(program, call) ?? [];
    if (call.callee === 'ssl.wrap_socket') return wrapped(call) ?? [];
    const helper = Object.hasOwn(UNVERIFYING_CALLS, call.callee) ? UNVERIFYING_CALLS[call.callee] : undefined;
    return helper?.isTls(call) ? unverified(call, helper.what) : [];
  });
}

/** What a variable was given, where that is written down once; else the expression itself. */
export function resolved(program: Program, expression: Expression): Expression {
  const values = program.assignments.filter(({ target }) => target === expression.source);
  return values.length === 1 ? values[0]!.value : expression;
}

function contextOf(program: Program, made: Call): TlsUse | undefined {
  if (isServer(made.positional[0])) return undefined;
  const { target } = made;
  const end = program.calls.find(
    (call) => call.line > made.line && call.target === target && Object.hasOwn(CONSTRUCTORS, call.callee),
  );
  const isWithin = ({ line }: { line: number }) => line >= made.line && line < (end?.line ?? Infinity);
  const calls = program.calls.filter((call) => call.receiver === target && isWithin(call));
  const called = (method: string) => calls.filter(({ callee }) => callee.endsWith(`.${method}`));
  const set = (attribute: string) =>
    program.assignments.filter((item) => item.target === `${target}.${attribute}` && isWithin(item)).at(-1);

  const mode = set('verify_mode');
  const chains = called('load_cert_chain');
  return {
    line: made.line,
    what: `this ${made.callee.split('.')[0]} context`,
    verifies: mode === undefined ? CONSTRUCTORS[made.callee]!.verifies : isVerifying(mode.value),
    switchedOffAt: mode?.line,
    anchors: called('load_verify_locations').flatMap((call) => [
      ...call.positional,
      ...keywordsOf(call, 'cafile', 'cadata'),
    ]),
    certificates: chains.flatMap(argumentAt(0, 'certfile')),
    keys: chains.flatMap(argumentAt(1, 'keyfile')),
    signsElsewhere: set('ecdsa_sign_callback') !== undefined || target === undefined,
  };
}

function wrapped(call: Call): TlsUse | undefined {
  if (call.keywords.get('server_side')?.source === 'True') return undefined;
  const mode = call.keywords.get('cert_reqs');
  return {
    line: call.line,
    what: 'ssl.wrap_socket',
    verifies: mode !== undefined && isVerifying(mode),
    switchedOffAt: mode?.line,
    anchors: keywordsOf(call, 'cadata'),
    certificates: keywordsOf(call, 'cert'),
    keys: keywordsOf(call, 'key'),
    signsElsewhere: false,
  };
}

function unverified({ line }: Call, what: string): TlsUse {
  return {
    line,
    what,
    verifies: false,
    switchedOffAt: undefined,
    anchors: undefined,
    certificates: [],
    keys: [],
    signsElsewhere: false,
  };
}

function keywordsOf(call: Call, ...keywords: readonly string[]): Expression[] {
  return keywords.flatMap((keyword) => call.keywords.get(keyword) ?? []);
}

function argumentAt(index: number, keyword: string): (call: Call) => Expression[] {
  return (call) => [call.keywords.get(keyword) ?? call.positional[index] ?? []].flat();
}

function isServer(protocol: Expression | undefined): boolean {
  return protocol?.name?.endsWith('_SERVER') === true;
}

function isVerifying({ name, source }: Expression): boolean {
  return VERIFYING.has(name?.split('.').at(-1) ?? '') || source === '2';
}

function isTrue(value: Expression | undefined): boolean {
  return value?.source === 'True' || value?.source === '1';
}
