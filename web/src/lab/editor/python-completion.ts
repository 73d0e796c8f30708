/** What a program can import on a board, and what is in it, as a simulated board says. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { localCompletionSource } from '@codemirror/lang-python';
import { type Member, type ModuleMembers, RESULT } from '../../world/modules.ts';

const KEYWORDS =
  'and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield'.split(
    ' ',
  );

/** Words of the program itself; behind a dot none of them is meant. */
export function programWords(context: CompletionContext): CompletionResult | null {
  return context.matchBefore(/\.\w*/) === null ? localCompletionSource(context) : null;
}

const TYPES = { function: 'function', class: 'class', constant: 'constant', module: 'namespace' } as const;

export function pythonCompletion(modules: () => Promise<ModuleMembers>) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const line = context.state.doc.lineAt(context.pos);
    const typed = line.text.slice(0, context.pos - line.from);
    const word = /[\w]*$/.exec(typed)![0];
    const dotted = /([\w.]+)\.\w*$/.exec(typed)?.[1];
    if (!context.explicit && word === '' && dotted === undefined) return null;
    if (/(^|[^'"])#/.test(typed)) return null;
    const known = await modules();
    const options = optionsFor(known, context.state.doc.toString(), typed, dotted);
    return options.length === 0 ? null : { from: context.pos - word.length, options, validFor: /^\w*$/ };
  };
}

function optionsFor(
  known: ModuleMembers,
  text: string,
  typed: string,
  dotted: string | undefined,
): Completion[] {
  const from = /^\s*from\s+([\w.]+)\s+import\s+[\w\s,(]*$/.exec(typed)?.[1];
  if (from !== undefined) return membersOf(known, from);
  if (/^\s*(?:from|import)\s+[\w.,\s]*$/.test(typed)) {
    const before = dotted === undefined ? '' : `${dotted}.`;
    return Object.keys(known)
      .filter((name) => name.startsWith(before) && name !== 'builtins' && !name.startsWith(RESULT))
      .map((name) => ({ label: name.slice(before.length), type: 'namespace' }));
  }
  if (dotted !== undefined) return membersOf(known, meaningOf(known, text, dotted));
  return [...KEYWORDS.map((label) => ({ label, type: 'keyword' })), ...membersOf(known, 'builtins')];
}

/** Of a module, or of a class in one: `network.WLAN`. */
function membersOf(known: ModuleMembers, path: string): Completion[] {
  const members = Object.hasOwn(known, path) ? known[path] : undefined;
  if (members !== undefined) return members.map(asOption);
  return (classAt(known, path)?.members ?? []).map((label) => ({ label, type: 'method' }));
}

function classAt(known: ModuleMembers, path: string): Member | undefined {
  const dot = path.lastIndexOf('.');
  const module = path.slice(0, dot);
  return Object.hasOwn(known, module)
    ? known[module]!.find(({ name, kind }) => kind === 'class' && name === path.slice(dot + 1))
    : undefined;
}

function asOption({ name, kind, value }: Member): Completion {
  return { label: name, type: TYPES[kind], ...(value !== undefined && { detail: value.slice(0, 30) }) };
}

/** So many variables may be made of one another: a program being typed may go in a circle. */
const DEEPEST = 5;

/** What a name of the program stands for: imports followed, and a variable that a call has made. */
function meaningOf(known: ModuleMembers, text: string, name: string, depth = 0): string {
  const [first = '', ...rest] = name.split('.');
  const escaped = first.replace(/\W/g, '');
  const call = new RegExp(`^\\s*${escaped}\\s*=\\s*(?:await\\s+)?([\\w.]+)\\(`, 'm').exec(text)?.[1];
  const made = call === undefined || depth === DEEPEST ? undefined : meaningOf(known, text, call, depth + 1);
  return [(made && madeBy(known, made)) ?? imported(text, first), ...rest].join('.');
}

/** What a call of it makes, where that is known. */
function madeBy(known: ModuleMembers, called: string): string | undefined {
  if (classAt(known, called) !== undefined) return called;
  return Object.hasOwn(known, RESULT + called) ? RESULT + called : undefined;
}

/** The dotted path with its first name as the import statements have it. */
function imported(text: string, path: string): string {
  const [first = '', ...rest] = path.split('.');
  const as = new RegExp(`^\\s*import\\s+([\\w.]+)\\s+as\\s+${first}\\b`, 'm').exec(text)?.[1];
  const from = new RegExp(
    `^\\s*from\\s+([\\w.]+)\\s+import\\s+(?:.*,\\s*)?(?:(\\w+)\\s+as\\s+)?${first}\\b`,
    'm',
  ).exec(text);
  const whole = as ?? (from === null ? first : `${from[1]}.${from[2] ?? first}`);
  return [whole, ...rest].join('.');
}
