/** What is turned outlasts a reload of the tab; with another scenario, or in another tab, all is as it is written. */
import { effect } from '@preact/signals';
import type { Settings } from '../world/settings.ts';
import { chosenName } from './catalogue.ts';
import { type Choices, choices, clearChoices } from './choices.ts';
import { settings } from './settings.ts';

const KEY = 'tls-sandbox/turned';

interface Turned {
  readonly scenario: string;
  readonly settings: Settings;
  readonly choices: Choices;
}

/** What the tab had when it was loaded, until a scenario has begun. */
let left = read();

/** Everything as the scenario has it, or as it was turned before the reload. */
export function restoreTurns(scenario: string): void {
  const found = left;
  left = undefined;
  clearChoices();
  if (found?.scenario !== scenario) return;
  choices.value = found.choices;
  settings.value = found.settings;
}

effect(() => {
  const turned = { scenario: chosenName.value, settings: settings.value, choices: choices.value };
  if (left === undefined) write(turned);
});

/** Where the browser keeps nothing, there is nothing to restore. */
function read(): Turned | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

function write(turned: Turned): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(turned));
  } catch {
    // It is kept for as long as the page is.
  }
}
