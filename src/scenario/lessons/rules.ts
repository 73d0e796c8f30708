/** What the uses of keys must fulfil beside their shape. Works on the data as written, as references.ts does. */
import { type Found, keysAt, select } from '../data-paths.ts';
import { didYouMean } from '../did-you-mean.ts';
import { type Problem, pathText } from '../problem.ts';
import { hasOperation } from './operations.ts';

/** A text that is given no name of its own. */
const DEFAULT_INPUT = 'message';

type Written = Readonly<Record<string, unknown>>;

export function checkLesson(data: unknown): Problem[] {
  const uses = select(data, 'steps.*.use-key').filter((found): found is Found & { value: Written } =>
    isMapping(found.value),
  );
  if (uses.length === 0) return checkSomebodyActs(data);
  const names = new Set<string>();
  return uses.flatMap(({ at, value }) => {
    const problems = [
      ...checkScheme(at, value),
      ...checkKey(data, at, value),
      ...checkValues(at, value, names),
    ];
    if (value.text !== undefined) names.add(String(value.input ?? DEFAULT_INPUT));
    if (typeof value.as === 'string') names.add(value.as);
    return problems;
  });
}

/** A world in which nothing can happen. */
function checkSomebodyActs(data: unknown): Problem[] {
  if (!isMapping(data) || keysAt(data, 'devices').length > 0) return [];
  const at = 'devices' in data ? ['devices'] : [];
  return [{ at, message: 'devices: expected at least one device' }];
}

function checkScheme(at: Found['at'], { to, scheme }: Written): Problem[] {
  if (typeof to !== 'string' || typeof scheme !== 'string' || hasOperation(to, scheme)) return [];
  const message = `${pathText([...at, 'scheme'])}: ${scheme} is no scheme to ${to} with`;
  return [{ at: [...at, 'scheme'], message }];
}

/** RSA schemes need an RSA key, the others one on a curve. */
function checkKey(data: unknown, at: Found['at'], { scheme, key, peer }: Written): Problem[] {
  const wanted = String(scheme).startsWith('RSA') ? 'rsa' : 'ec';
  return Object.entries({ key, peer }).flatMap(([which, name]) => {
    if (typeof name !== 'string' || typeof scheme !== 'string') return [];
    const type = typeOfKey(data, name);
    if (type === undefined || type.startsWith(wanted)) return [];
    const message = `${pathText([...at, which])}: the key of '${name}' is ${type}, ${scheme} needs one of type ${wanted}-…`;
    return [{ at: [...at, which], message }];
  });
}

/** As written; undefined for what is not there, or has the key of another. */
function typeOfKey(data: unknown, name: string): string | undefined {
  for (const map of ['roots', 'intermediates', 'leaves']) {
    const entry = select(data, `pki.${map}.*`).find(({ at }) => at.at(-1) === name)?.value;
    if (!isMapping(entry) || entry.keyOf !== undefined) continue;
    return typeof entry.key === 'string' ? entry.key : 'ec-p256';
  }
  return undefined;
}

/** What each operation must be given, and that it is made before. */
function checkValues(at: Found['at'], value: Written, names: ReadonlySet<string>): Problem[] {
  const { to, text, input, signature, peer } = value;
  const problem = (key: string, message: string): Problem => ({
    at: key in value ? [...at, key] : at,
    message: `${pathText(at)}: ${message}`,
  });
  const unknown = (key: string, name: unknown): Problem[] =>
    typeof name !== 'string' || names.has(name)
      ? []
      : [problem(key, `no step before makes '${name}'${didYouMean(name, [...names])}`)];
  const problems: Problem[] = [];
  if (to === 'agree' && peer === undefined) problems.push(problem('peer', "'agree' needs a peer"));
  if (to === 'verify' && signature === undefined)
    problems.push(problem('signature', "'verify' needs a signature"));
  if (to !== 'agree' && text === undefined) problems.push(...unknown('input', input ?? DEFAULT_INPUT));
  return [...problems, ...unknown('signature', signature)];
}

function isMapping(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
