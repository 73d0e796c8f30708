/** Turns something, and runs what comes of it. */
import { computed } from '@preact/signals';
import { type Choices, choices, clearChoices, type ServerChoice, settingsWith } from '../state/choices.ts';
import { runScenario } from '../state/run.ts';
import { settings } from '../state/settings.ts';
import { source } from '../state/source.ts';
import { survey } from '../state/survey.ts';
import type { Settings } from '../world/settings.ts';

/** Whether anything is not as the scenario has it. */
export const turned = computed(() => Object.keys(settings.value).length > 0);

/** Sets, or with undefined unsets, a setting. */
export function turn<K extends keyof Settings>(key: K, value: Settings[K] | undefined): void {
  const { [key]: _, ...rest } = settings.peek();
  settings.value = value === undefined ? rest : { ...rest, [key]: value };
  runAgain();
}

export function chooseServer(
  id: string,
  changes: { [K in keyof ServerChoice]: ServerChoice[K] | undefined },
): void {
  const { servers } = choices.peek();
  const entries = Object.entries({ ...servers[id], ...changes }).filter(([, value]) => value !== undefined);
  choose({ servers: { ...servers, [id]: Object.fromEntries(entries) } });
}

export function choose(changes: Partial<Choices>): void {
  const before = choices.peek();
  choices.value = { ...before, ...changes };
  settings.value = settingsWith(settings.peek(), choices.peek(), survey.peek()?.servers ?? [], before);
  runAgain();
}

export function turnBack(): void {
  clearChoices();
  runAgain();
}

function runAgain(): void {
  const next = source.peek();
  if (next !== undefined) runScenario(next, settings.peek());
}
