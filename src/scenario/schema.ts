/**
 * The scenario: one definition, read three ways. `load.ts` validates scenario.yaml with it, editors get its
 * JSON Schema, and TypeScript gets its type: `ScenarioInput` as written, `Scenario` with defaults filled in
 * and quantities as numbers.
 *
 * zod/mini, not zod: the same checks at a fifth of the code, and the start of a run pays for every kilobyte.
 */
import * as z from 'zod/mini';
import { attacker } from './schema/attackers.ts';
import { device } from './schema/device.ts';
import { expectations } from './schema/expect.ts';
import { host, network } from './schema/network.ts';
import { pki } from './schema/pki.ts';
import { step } from './schema/steps.ts';
import { doc, name, time } from './schema/terms.ts';

export const scenarioSchema = z.strictObject({
  title: doc('One line that says what happens.', z.string().check(z.minLength(1))),
  why: doc('A paragraph: why this matters, and what to do about it.', z.string().check(z.minLength(1))),
  remedy: doc(
    'A paragraph: what to do about it, where `why` does not say it already.',
    z.optional(z.string().check(z.minLength(1))),
  ),
  tags: doc(
    'Words to select by: `test --tag`.',
    z._default(
      z.array(z.string().check(z.regex(/^[a-z0-9][a-z0-9-]*$/, 'expected a word of a-z, 0-9, -'))),
      [],
    ),
  ),
  seed: doc(
    'Names the run: the same seed gives the same run, to the byte.',
    z._default(z.int().check(z.minimum(0)), 1),
  ),
  time: doc('What a correct clock shows when the world begins.', z.prefault(time, '2026-03-01T12:00:00Z')),
  pki: doc('Certificates and their keys.', z.prefault(pki, {})),
  network: doc('Links and their quality.', z.prefault(network, {})),
  hosts: doc(
    'The peers, by name.',
    z._default(z.record(name, host), () => ({})),
  ),
  devices: doc(
    'The microcontrollers, by name. Only a scenario whose steps use keys may be without.',
    z._default(z.record(name, device), () => ({})),
  ),
  attackers: doc(
    'Who listens, stands in the way or forges, by name.',
    z._default(z.record(name, attacker), () => ({})),
  ),
  steps: doc('What happens while the world runs, in order.', z._default(z.array(step), [])),
  expect: doc('What must come out.', z.prefault(expectations, {})),
  withoutDefect: doc(
    'What to change so that what goes wrong here goes wrong no more, in the shape of the scenario: null takes a key away, a mapping with indices as keys changes entries of a list. The expectations must then fail.',
    z.optional(z.record(z.string(), z.unknown())),
  ),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
