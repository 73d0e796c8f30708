/** What a real board can meet of the scenario at hand, with what somebody has turned: known before anything reaches it. */
import { effect, signal } from '@preact/signals';
import { world } from '../state/run.ts';
import { settings } from '../state/settings.ts';
import { source } from '../state/source.ts';
import type { PromotedSource } from '../world/promotion.ts';
import type { ScenarioSource } from '../world/protocol.ts';
import type { Settings } from '../world/settings.ts';

/** Milliseconds without a change until it is asked again. */
const PAUSE = 200;

export const promotion = signal<PromotedSource | undefined>(undefined);
/** Why the scenario is none at the moment. */
export const promotionProblem = signal('');

/** Rejected with a sentence. */
export function promote({ name, files }: ScenarioSource, turned: Settings): Promise<PromotedSource> {
  return world.request({ what: 'promotion', source: { name, files }, settings: turned });
}

let timer: ReturnType<typeof setTimeout> | undefined;

effect(() => {
  const now = source.value;
  const turned = settings.value;
  clearTimeout(timer);
  if (now === undefined) return;
  const isCurrent = () => source.peek() === now && settings.peek() === turned;
  const ask = () =>
    promote(now, turned).then(
      (value) => {
        if (!isCurrent()) return;
        promotion.value = value;
        promotionProblem.value = '';
      },
      (error: Error) => {
        if (isCurrent()) promotionProblem.value = error.message;
      },
    );
  timer = setTimeout(ask, promotion.peek()?.source.name === now.name ? PAUSE : 0);
});
