/** The JSON Schema for editors, from the one definition of the format. */
import * as z from 'zod/mini';
import { scenarioSchema } from './schema.ts';

export function scenarioJsonSchema(): object {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  return { ...schema, title: 'A scenario of micropython-tls-sandbox' };
}
