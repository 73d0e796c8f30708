/** From the scenario's words to steps: one entry a kind. */
import { kindOf, type StepKind, type StepSpec } from '../schema/steps.ts';
import { Delay } from './delay.ts';
import { SetLink } from './set-link.ts';
import { SetRtc } from './set-rtc.ts';
import type { Step } from './step.ts';
import { UseKey } from './use-key.ts';
import { WaitSerial } from './wait-serial.ts';
import { WriteSerial } from './write-serial.ts';

const EPOCH_2000 = Date.UTC(2000, 0, 1) / 1000;

type Makers = {
  readonly [K in StepKind]: (value: NonNullable<StepSpec[K]>, device: string) => Step;
};

const MAKERS: Makers = {
  'wait-serial': (text, device) => new WaitSerial(device, text),
  'write-serial': (text, device) => new WriteSerial(device, text),
  delay: (duration) => new Delay(duration),
  'set-link': ({ link, ...quality }) => new SetLink(link, quality),
  'set-host': ({ host, up }) => new SetLink(host, { down: !up }),
  'use-key': (spec) => new UseKey(spec),
  'set-rtc': ({ device, time }, only) =>
    new SetRtc(device ?? only, time === 'set' ? undefined : time === 'unset' ? EPOCH_2000 : time),
};

/** `only`: the device that is meant where none is named. */
export function makeStep(spec: StepSpec, only: string): Step {
  const kind = kindOf(spec);
  const make = MAKERS[kind] as (value: unknown, device: string) => Step;
  return make(spec[kind], spec.device ?? only);
}
