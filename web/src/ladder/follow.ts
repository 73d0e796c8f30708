/** Whether the ladder keeps its end in sight: as somebody wants it, else where rows come slowly enough to be read. */
import { computed, effect, signal } from '@preact/signals';
import { worldNumber, worldState } from '../state/run.ts';

/** Undefined until somebody says so. */
const wish = signal<boolean | undefined>(undefined);

export const follows = computed(() => {
  const { phase, live } = worldState.value;
  return wish.value ?? (phase === 'paused' || (live && phase === 'running'));
});

effect(() => {
  void worldNumber.value;
  wish.value = undefined;
});

export function follow(wanted: boolean): void {
  wish.value = wanted;
}
