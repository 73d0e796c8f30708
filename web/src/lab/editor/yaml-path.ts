/**
 * Where in a YAML text the cursor stands, found by indentation alone: a text that is being typed is seldom one that a
 * parser takes.
 */

/** A mapping or a list item of the text. */
export interface YamlNode {
  readonly indent: number;
  /** Undefined for an item of a list, and for the whole. */
  readonly key: string | undefined;
  readonly isItem: boolean;
  /** What stands behind its keys on their own lines. */
  readonly entries: Map<string, string>;
  readonly children: Map<string, YamlNode>;
}

export interface YamlPlace {
  readonly root: YamlNode;
  /** From the whole down to what holds the cursor. */
  readonly path: readonly YamlNode[];
  /** `key`: a key is being typed; `value`: what stands behind the last key of the path. */
  readonly wants: 'key' | 'value';
}

const KEY = /^("[^"]*"|'[^']*'|[^\s#:{}[\],"'&*!|>%@`-][^:#{}[\],]*?|-[^\s:][^:]*?)\s*:(?=\s|$)\s*/;

/** Undefined within a comment or a block of text. */
export function yamlPlace(text: string, cursor: number): YamlPlace | undefined {
  const root = node(-1, undefined, false);
  let stack = [root];
  let place: Omit<YamlPlace, 'root'> | undefined;
  let block: number | undefined;
  let start = 0;
  for (const line of text.split('\n')) {
    const here = cursor >= start && cursor <= start + line.length;
    const typed = here ? line.slice(0, cursor - start) : line;
    start += line.length + 1;
    const indent = line.length - line.trimStart().length;
    if (block !== undefined && (line.trim() === '' || indent > block)) {
      if (here) return undefined;
      continue;
    }
    if (here) {
      if (/(^|\s)#/.test(typed)) return undefined;
      place = placeIn(stack, typed);
    }
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    if (here && place?.wants === 'key' && !line.includes(':')) continue;
    block = undefined;
    const after = read(stack, line);
    stack = after.stack;
    if (/^[|>][-+\d]*\s*$/.test(after.rest)) block = stack.at(-1)!.indent;
  }
  return place && { root, ...place };
}

function node(indent: number, key: string | undefined, isItem: boolean): YamlNode {
  return { indent, key, isItem, entries: new Map(), children: new Map() };
}

/** Reads a line: the stack below it, and what stands behind its last key. */
function read(
  stack: readonly YamlNode[],
  line: string,
): { stack: YamlNode[]; rest: string; key: string | undefined } {
  const { stack: open, column, rest } = readItems(stack, line);
  const match = KEY.exec(rest);
  if (match === null) return { stack: open, rest, key: undefined };
  const within = open.filter(({ indent }) => indent < column);
  const key = match[1]!.replace(/^["']|["']$/g, '');
  const value = rest.slice(match[0].length).replace(/\s+#.*$/, '');
  const parent = within.at(-1)!;
  const own = node(column, key, false);
  parent.entries.set(key, value);
  parent.children.set(key, own);
  return { stack: [...within, own], rest: value, key };
}

/** The dashes at the beginning of a line. */
function readItems(
  stack: readonly YamlNode[],
  line: string,
): { stack: YamlNode[]; column: number; rest: string } {
  let open = [...stack];
  let column = line.length - line.trimStart().length;
  let rest = line.trimStart();
  for (;;) {
    const dash = /^-(\s+|$)/.exec(rest);
    if (dash === null) return { stack: open, column, rest };
    const at = column;
    // A list may stand as far left as the key that it belongs to.
    open = open.filter(({ indent, isItem }) => indent < at || (indent === at && !isItem));
    open.push(node(at, undefined, true));
    column += dash[0].length;
    rest = rest.slice(dash[0].length);
  }
}

function placeIn(stack: readonly YamlNode[], typed: string): Omit<YamlPlace, 'root'> {
  const { stack: open, column, rest } = readItems(stack, typed);
  const match = KEY.exec(rest);
  const base = match === null ? open.filter(({ indent }) => indent < column) : read(stack, typed).stack;
  const flow = match === null ? rest : rest.slice(match[0].length);
  if (!/^[{[]/.test(flow)) return { path: base, wants: match === null ? 'key' : 'value' };
  return placeInFlow(base, flow);
}

/** Within `{…}` and `[…]` on one line. */
function placeInFlow(base: readonly YamlNode[], flow: string): Omit<YamlPlace, 'root'> {
  const path = [...base];
  const depths: number[] = [];
  let word = '';
  for (const character of flow) {
    if (character === '{' || character === '[') {
      depths.push(path.length);
      if (character === '[') path.push(node(0, undefined, true));
      word = '';
    } else if (character === '}' || character === ']') {
      path.length = depths.pop() ?? base.length;
      word = '';
    } else if (character === ',') {
      path.length = (depths.at(-1) ?? base.length) + (path[depths.at(-1) ?? -1]?.isItem ? 1 : 0);
      word = '';
    } else if (character === ':') {
      const key = word.trim();
      path.at(-1)?.entries.set(key, '');
      path.push(node(0, key, false));
      word = '';
    } else word += character;
  }
  const last = path.at(-1);
  const inside = depths.length > 0;
  const opened = depths.at(-1) ?? 0;
  const isValue = !inside || path.length > opened + (last?.isItem ? 1 : 0) || last?.isItem === true;
  return { path, wants: isValue ? 'value' : 'key' };
}
