/** Which lesson is open and which are done, kept by the browser. */
import { signal } from '@preact/signals';
import { recall, remember } from '../state/storage.ts';

const KEY = 'guide';

interface Kept {
  readonly open?: string;
  readonly done?: readonly string[];
}

const kept = recall<Kept>(KEY);
export const openLesson = signal<string | undefined>(kept?.open);
export const done = signal<readonly string[]>(kept?.done ?? []);

export function open(id: string): void {
  openLesson.value = id;
  save();
}

export function markDone(id: string): void {
  if (done.peek().includes(id)) return;
  done.value = [...done.peek(), id];
  save();
}

function save(): void {
  remember(KEY, { open: openLesson.peek(), done: done.peek() } satisfies Kept);
}
