/** What a key or a value of scenario.yaml means, from the schema of the format, where the mouse rests. */
import type { Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import { type JsonSchema, schemasAt, valuesOf } from './schema-walk.ts';
import { yamlPlace } from './yaml-path.ts';

export function yamlHover(schema: () => Promise<JsonSchema>): Extension {
  return hoverTooltip(async ({ state }, position) => {
    const line = state.doc.lineAt(position);
    const word = wordAt(line.text, position - line.from);
    if (word === undefined) return null;
    const lines = meaningAt(await schema(), state.doc.toString(), position, word.text);
    if (lines.length === 0) return null;
    const { from, to } = word;
    return { pos: line.from + from, end: line.from + to, above: true, create: () => ({ dom: shown(lines) }) };
  });
}

function wordAt(line: string, at: number): { from: number; to: number; text: string } | undefined {
  for (const match of line.matchAll(/[\w./-]+/g)) {
    const [from, to] = [match.index, match.index + match[0].length];
    if (from <= at && at < to) return { from, to, text: match[0] };
  }
  return undefined;
}

/** Sentences; none for what is a name of the scenario's own. */
function meaningAt(whole: JsonSchema, text: string, position: number, word: string): string[] {
  const place = yamlPlace(text, position);
  if (place === undefined) return [];
  const around = schemasAt(whole, place.path);
  if (place.wants === 'key') {
    const own = around.flatMap(({ properties = {}, required = [] }) =>
      Object.hasOwn(properties, word) ? sentences(properties[word]!, required.includes(word)) : [],
    );
    return [...new Set(own)];
  }
  return [...new Set(around.flatMap((schema) => sentences(schema, false)))];
}

function sentences(schema: JsonSchema, isRequired: boolean): string[] {
  const { description, default: usual } = schema;
  const values = valuesOf(schema);
  return [
    description,
    isRequired ? 'Required.' : undefined,
    values.length > 1 ? `One of ${values.join(', ')}.` : undefined,
    ['string', 'number', 'boolean'].includes(typeof usual) ? `By default ${usual}.` : undefined,
  ].filter((each) => each !== undefined);
}

function shown(lines: readonly string[]): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'cm-meaning';
  for (const line of lines) dom.appendChild(document.createElement('p')).textContent = line;
  return dom;
}
