/** What there is to turn in the scenario at hand, as the world's worker reads it. */
import { effect, signal } from '@preact/signals';
import type { Survey } from '../world/survey.ts';
import { world } from './run.ts';
import { source } from './source.ts';

/** Milliseconds without a change until it is read again. */
const PAUSE = 200;

export const survey = signal<Survey | undefined>(undefined);

let shown = '';
let timer: ReturnType<typeof setTimeout> | undefined;

effect(() => {
  const now = source.value;
  clearTimeout(timer);
  if (now === undefined) return;
  const read = () =>
    world.request({ what: 'survey', source: { name: now.name, files: now.files } }).then(
      (value) => {
        if (source.peek() === now) survey.value = value;
      },
      // Its worker was stopped: the next change asks again.
      () => undefined,
    );
  if (now.name !== shown) void read();
  else timer = setTimeout(read, PAUSE);
  shown = now.name;
});
