/** What a JSON Schema says of a place in a text. */
import type { YamlNode } from './yaml-path.ts';

export interface JsonSchema {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Below it stands what takes the place of the same keys outside of it. */
const PATCH = 'withoutDefect';

/** All schemas that may hold at the end of the path; none for what the format does not know. */
export function schemasAt(whole: JsonSchema, written: readonly YamlNode[]): readonly JsonSchema[] {
  const path = written.filter(({ key }, depth) => depth !== 1 || key !== PATCH);
  let at: readonly JsonSchema[] = [whole];
  for (const [depth, { key, isItem, entries }] of path.entries()) {
    if (depth > 0) at = at.flatMap((schema) => step(schema, isItem ? undefined : key));
    at = fitting(at.flatMap(alternatives), entries);
  }
  return at;
}

function step(
  { properties, additionalProperties, items }: JsonSchema,
  key: string | undefined,
): JsonSchema[] {
  if (key === undefined) return typeof items === 'object' ? [items] : [];
  if (properties !== undefined && Object.hasOwn(properties, key)) return [properties[key]!];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const several = schema.oneOf ?? schema.anyOf;
  return several === undefined ? [schema] : several.flatMap(alternatives);
}

/** Without those that ask for another word than what is written: `type: https` is no other service. */
function fitting(
  schemas: readonly JsonSchema[],
  entries: ReadonlyMap<string, string>,
): readonly JsonSchema[] {
  return schemas.filter(({ properties = {} }) =>
    Object.entries(properties).every(([key, value]) => {
      const written = entries.get(key);
      return value.const === undefined || !written || written === value.const;
    }),
  );
}

/** The words that may stand there. */
export function valuesOf({ const: only, enum: words, type, default: usual }: JsonSchema): string[] {
  if (only !== undefined) return [String(only)];
  if (words !== undefined) return words.map(String);
  if (type === 'boolean') return ['true', 'false'];
  return ['string', 'number'].includes(typeof usual) && usual !== '' ? [String(usual)] : [];
}
