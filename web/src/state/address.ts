/** The page's address names what it shows: `#/mode2-server-auth`. */
import { catalogue, chosenName } from './catalogue.ts';
import { askGateway, keepToken } from './gateway.ts';
import { runScenario } from './run.ts';
import { settings } from './settings.ts';
import { edited } from './source.ts';

const FIRST = 'mode2-server-auth';

/** Shows what the address names, now and whenever it changes. */
export function followAddress(): void {
  const follow = () => {
    const name = parts().name;
    show(catalogue.value.some((entry) => entry.name === name) ? name : FIRST);
  };
  addEventListener('hashchange', follow);
  takeToken();
  void askGateway();
  follow();
}

/** What the address says behind its #: `#/name?key=value`. */
function parts(): { name: string; values: URLSearchParams } {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { name: decodeURIComponent(path), values: new URLSearchParams(query) };
}

/** Takes the token of the server's start out of the address, so that nobody copies it with a link. */
function takeToken(): void {
  const { name, values } = parts();
  const token = values.get('token');
  if (token === null) return;
  values.delete('token');
  const rest = values.size === 0 ? '' : `?${values}`;
  history.replaceState(null, '', `${location.pathname}${location.search}#/${name}${rest}`);
  keepToken(token);
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
  edited.value = undefined;
  runScenario(entry);
}
