/** Changes to the scenario at hand. They are kept by themselves, a moment later. */
import { signal } from '@preact/signals';
import type { ScenarioSource } from '../world/protocol.ts';
import { chosen, chosenName } from './catalogue.ts';
import { asName, discard, freeName, keep, kept } from './kept.ts';
import { edited, foreign, source } from './source.ts';

/** Milliseconds without a change until it is kept. */
const PAUSE = 250;

/** Why the last change is not kept; undefined when it is. */
export const keepProblem = signal<string | undefined>(undefined);

/** Counts what comes from elsewhere than the editor, which then shows it. */
export const sourceVersion = signal(0);

let timer: ReturnType<typeof setTimeout> | undefined;

/** As typed in the editor. */
export function changeFile(file: string, contents: string): void {
  const now = source.peek();
  if (now === undefined || now.files[file] === contents) return;
  change({ ...now, files: { ...now.files, [file]: contents } });
}

/** As something other than the editor made it. */
export function replaceSource(changed: ScenarioSource): void {
  change(changed);
  sourceVersion.value++;
}

function change(changed: ScenarioSource): void {
  edited.value = changed;
  clearTimeout(timer);
  timer = setTimeout(keepNow, PAUSE);
}

/** Keeps what waits to be kept. */
export function keepNow(): void {
  if (timer === undefined) return;
  clearTimeout(timer);
  timer = undefined;
  const now = edited.peek();
  if (now === undefined) return;
  keepProblem.value = keep({ name: now.name, files: now.files, foreign: foreign.peek() });
  // What came with a link is now kept here, and the address need not carry it any more.
  if (keepProblem.peek() === undefined && location.hash.includes('?')) {
    history.replaceState(null, '', `#/${now.name}`);
  }
}

addEventListener('pagehide', keepNow);

/** Whether there is a catalogue's to go back to. */
export function canReset(): boolean {
  return edited.value !== undefined && chosen.value !== undefined;
}

export function resetToCatalogue(): void {
  clearTimeout(timer);
  timer = undefined;
  edited.value = undefined;
  keepProblem.value = undefined;
  discard(chosenName.peek());
  sourceVersion.value++;
}

/** Keeps a scenario as one's own under a free name, which it returns; a sentence in `problem` when it cannot. */
export function keepAsOwn(scenario: ScenarioSource, wanted: string): { name: string; problem?: string } {
  const name = freeName(asName(wanted) ?? 'scenario');
  const problem = keep({ name, files: scenario.files, foreign: false });
  return problem === undefined ? { name } : { name, problem };
}

/** The person has looked at it: it is one of their own from here on. */
export function acceptForeign(): void {
  const now = source.peek();
  if (now === undefined) return;
  foreign.value = false;
  edited.value = now;
  timer ??= setTimeout(keepNow, 0);
  keepNow();
}

export function isKept(name: string): boolean {
  return kept.value.has(name);
}
