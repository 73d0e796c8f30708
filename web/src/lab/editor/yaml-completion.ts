/** Keys and values of scenario.yaml, from the schema of the format and from the names that the text itself gives. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { type JsonSchema, schemasAt, valuesOf } from './schema-walk.ts';
import { type YamlNode, type YamlPlace, yamlPlace } from './yaml-path.ts';

/** Keys behind which a name stands that something else in the text has. */
const NAMES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  certificate: [
    ['pki', 'roots'],
    ['pki', 'intermediates'],
    ['pki', 'leaves'],
    ['pki', 'imported'],
  ],
  chain: [
    ['pki', 'intermediates'],
    ['pki', 'roots'],
    ['pki', 'leaves'],
  ],
  issuer: [
    ['pki', 'roots'],
    ['pki', 'intermediates'],
  ],
  clientCa: [
    ['pki', 'roots'],
    ['pki', 'intermediates'],
  ],
  ca: [
    ['pki', 'roots'],
    ['pki', 'intermediates'],
  ],
  secureElement: [['pki', 'leaves']],
  victim: [['hosts']],
  host: [['hosts']],
  from: [['devices'], ['hosts']],
  to: [['hosts'], ['devices']],
};

export function yamlCompletion(schema: () => Promise<JsonSchema>) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const place = yamlPlace(context.state.doc.toString(), context.pos);
    if (place === undefined) return null;
    const word = context.matchBefore(/[\w./-]*/);
    const from = word?.from ?? context.pos;
    if (!context.explicit && from === context.pos) return null;
    const whole = await schema();
    const options = place.wants === 'key' ? keysAt(whole, place) : valuesAt(whole, place);
    return options.length === 0 ? null : { from, options, validFor: /^[\w./-]*$/ };
  };
}

function keysAt(whole: JsonSchema, { path }: YamlPlace): Completion[] {
  const present = path.at(-1)!.entries;
  const options = new Map<string, Completion>();
  for (const { properties = {}, required = [] } of schemasAt(whole, path)) {
    for (const [key, { description, const: only }] of Object.entries(properties)) {
      if (present.has(key)) continue;
      const isRequired = required.includes(key);
      options.set(key, {
        label: key,
        apply: `${key}: `,
        type: 'property',
        ...(description !== undefined && { info: description }),
        // What says which of several shapes is meant comes first.
        ...(isRequired && { detail: 'required', boost: only === undefined ? 1 : 2 }),
      });
    }
  }
  return [...options.values()];
}

function valuesAt(whole: JsonSchema, { root, path }: YamlPlace): Completion[] {
  const schemas = schemasAt(whole, path);
  const words = schemas.flatMap((schema) =>
    valuesOf(schema).map(
      (label): Completion => ({
        label,
        type: 'enum',
        ...(schema.description !== undefined && { info: schema.description }),
        ...(schema.default === label && { detail: 'default' }),
      }),
    ),
  );
  // A list of names is asked for by the key before it.
  const key = path.findLast((node) => node.key !== undefined)?.key ?? '';
  const names = schemas.length === 0 ? [] : namesFor(root, key);
  const known = new Map([...words, ...names].map((option) => [option.label, option]));
  return [...known.values()];
}

function namesFor(root: YamlNode, key: string): Completion[] {
  const places = Object.hasOwn(NAMES, key) ? NAMES[key]! : [];
  return places.flatMap((place) => {
    const holder = place.reduce<YamlNode | undefined>((at, step) => at?.children.get(step), root);
    const detail = place.at(-1)!;
    return [...(holder?.children.keys() ?? [])].map((label) => ({ label, type: 'variable', detail }));
  });
}
