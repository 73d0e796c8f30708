/** Which names a program's import statements bind, and to what. */
import type { SyntaxNode } from '@lezer/common';

/** Older names of modules, and modules that have the same in them: rules know one name. */
const SAME_MODULES: Readonly<Record<string, string>> = {
  ussl: 'ssl',
  usocket: 'socket',
  uasyncio: 'asyncio',
  urequests: 'requests',
};

/** Dotted path by the name that the program has for it. */
export function readImports(top: SyntaxNode, textOf: (node: SyntaxNode) => string): Map<string, string> {
  const bound = new Map<string, string>();
  top.cursor().iterate(({ name, node }) => {
    if (name !== 'ImportStatement') return;
    for (const [alias, path] of bindings(wordsOf(node, textOf))) {
      const [module, ...rest] = path.split('.');
      bound.set(alias, [SAME_MODULES[module!] ?? module, ...rest].join('.'));
    }
  });
  return bound;
}

function wordsOf(statement: SyntaxNode, textOf: (node: SyntaxNode) => string): string[] {
  const words: string[] = [];
  for (let node = statement.firstChild; node !== null; node = node.nextSibling) words.push(textOf(node));
  return words;
}

/** `import a.b, c as d` and `from a.b import c as d, e`. */
function* bindings(words: readonly string[]): Generator<[alias: string, path: string]> {
  const isFrom = words[0] === 'from';
  const at = words.indexOf('import');
  const module = isFrom ? `${words.slice(1, at).join('')}.` : '';
  const items = words.slice(at + 1).filter((word) => word !== '(' && word !== ')');
  for (const item of splitAtCommas(items)) {
    const as = item.indexOf('as');
    const path = (as < 0 ? item : item.slice(0, as)).join('');
    if (as >= 0) yield [item[as + 1]!, module + path];
    // `import a.b` binds a.
    else yield isFrom ? [path, module + path] : [path.split('.')[0]!, path.split('.')[0]!];
  }
}

function splitAtCommas(words: readonly string[]): string[][] {
  const items: string[][] = [[]];
  for (const word of words) {
    if (word === ',') items.push([]);
    else items.at(-1)!.push(word);
  }
  return items.filter((item) => item.length > 0);
}
