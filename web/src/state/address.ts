/** The page's address names what it shows: `#/mode2-server-auth`. */
import { catalogue, chosenName } from './catalogue.ts';
import { runScenario } from './run.ts';
import { settings } from './settings.ts';

const FIRST = 'mode2-server-auth';

/** Shows what the address names, now and whenever it changes. */
export function followAddress(): void {
  const follow = () => {
    const name = decodeURIComponent(location.hash.replace(/^#\/?/, ''));
    show(catalogue.value.some((entry) => entry.name === name) ? name : FIRST);
  };
  addEventListener('hashchange', follow);
  follow();
}

/** Chooses a scenario of the catalogue, and lets the address say so. */
export function choose(name: string): void {
  location.hash = `/${name}`;
}

function show(name: string): void {
  const entry = catalogue.value.find((each) => each.name === name);
  if (entry === undefined || name === chosenName.value) return;
  chosenName.value = name;
  settings.value = {};
  runScenario(entry);
}
