/** What happens to the world while it runs, in order: each step begins when the one before is done. */
import * as z from 'zod/mini';
import { parseTime } from '../units.ts';
import { doc, duration, linkQuality, name, quantity } from './terms.ts';
import { useKey } from './use-key.ts';

const setLink = z.strictObject({
  link: doc(
    'Which link: wifi, internet, a further access point; or what one host or device has of it.',
    name,
  ),
  down: doc('Cut: every frame is lost, and nobody is told.', z.optional(z.boolean())),
  ...linkQuality,
});

const setHost = z.strictObject({
  host: doc('Which host.', name),
  up: doc('Whether its cable is plugged in.', z.boolean()),
});

const setRtc = z.strictObject({
  device: doc('Which device; needed when there are several.', z.optional(name)),
  time: doc(
    'What its clock shows: "set" is the right time, "unset" 2000-01-01, or a UTC time.',
    quantity(
      (text) => (text === 'unset' || text === 'set' ? text : parseTime(text)),
      'unset, set, or a UTC time such as 2026-03-01',
    ),
  ),
});

/** Every kind of step by its key: exactly one of them stands in a step, which references.ts sees to. */
export const stepKinds = {
  'wait-serial': doc('Waits until the device has printed this text, after the one found before.', z.string()),
  'write-serial': doc('Types on the serial console; a line end is Enter, "\\x03" is Ctrl-C.', z.string()),
  delay: doc('Lets so much virtual time pass.', duration),
  'set-link': doc('Changes the quality of a link; what is not mentioned stays.', setLink),
  'set-host': doc("Pulls a host's cable, or plugs it in again.", setHost),
  'set-rtc': doc("Sets a device's clock.", setRtc),
  'use-key': doc('Somebody uses a key: encrypts, decrypts, signs, verifies or agrees.', useKey),
} as const;

const optional = <T extends z.ZodMiniType>(schema: T) => z.optional(schema);

export const step = z.strictObject({
  at: doc('Not before this much virtual time has passed since the beginning.', z.optional(duration)),
  device: doc('Which device prints or is typed to; needed when there are several.', z.optional(name)),
  'wait-serial': optional(stepKinds['wait-serial']),
  'write-serial': optional(stepKinds['write-serial']),
  delay: optional(stepKinds.delay),
  'set-link': optional(stepKinds['set-link']),
  'set-host': optional(stepKinds['set-host']),
  'set-rtc': optional(stepKinds['set-rtc']),
  'use-key': optional(stepKinds['use-key']),
});

export type StepSpec = z.output<typeof step>;
export type StepKind = keyof typeof stepKinds;

export const STEP_KINDS = Object.keys(stepKinds) as StepKind[];

export function kindOf(step: StepSpec): StepKind {
  return STEP_KINDS.find((kind) => step[kind] !== undefined)!;
}
