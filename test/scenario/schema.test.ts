import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod/mini';
import { type ScenarioInput, scenarioSchema } from '../../src/scenario/schema.ts';

type JsonSchema = {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  description?: string;
  const?: unknown;
};

/** Paths of all properties in a JSON Schema, with what stands there. */
function properties(schema: JsonSchema, path = ''): [string, JsonSchema][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]): [string, JsonSchema][] => [
    [`${path}.${key}`, value],
    ...properties(value, `${path}.${key}`),
  ]);
  const inner = [schema.additionalProperties, schema.items, ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [
    ...own,
    ...inner.flatMap((child) => (typeof child === 'object' ? properties(child, `${path}.*`) : [])),
  ];
}

describe('the schema', () => {
  const json = z.toJSONSchema(scenarioSchema, { io: 'input' }) as JsonSchema;

  it('gives a JSON Schema in which every key is described', () => {
    const all = properties(json);
    assert.ok(all.length > 60, `${all.length} keys`);
    // The key that tells services apart describes itself by its value.
    const silent = all.filter(([, schema]) => schema.description === undefined && schema.const === undefined);
    assert.deepEqual(
      silent.map(([path]) => path),
      [],
    );
  });

  it('refuses unknown keys at every level of the JSON Schema too', () => {
    const open = properties({ properties: { scenario: json } }).filter(
      ([, schema]) => schema.properties !== undefined && schema.additionalProperties !== false,
    );
    assert.deepEqual(
      open.map(([path]) => path),
      [],
    );
  });

  it('is a TypeScript type: what is written there is read the same way', () => {
    const input: ScenarioInput = {
      title: 'typed',
      why: 'because',
      time: '2026-06-01',
      network: { internet: { latency: '15ms' } },
      devices: { sensor: { rtc: 'set' } },
    };
    const scenario = scenarioSchema.parse(input);
    assert.equal(scenario.network.internet.latency, 15_000_000);
    assert.equal(scenario.devices.sensor!.rtc, 'set');
    assert.equal(scenario.devices.sensor!.main, 'main.py');
  });
});
