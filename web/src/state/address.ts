/** The page's address names what it shows: `#/mode2-server-auth`. */
import { signal } from '@preact/signals';
import type { ScenarioSource } from '../world/protocol.ts';
import { catalogue, chosenName } from './catalogue.ts';
import { keepNow, keepProblem, sourceVersion } from './editing.ts';
import { askGateway, gatewayWanted } from './gateway.ts';
import { asName, freeName, kept } from './kept.ts';
import { restoreTurns } from './kept-turns.ts';
import { LINK_KEY, readLink } from './link.ts';
import { runScenario } from './run.ts';
import { keepToken } from './server.ts';
import { settings } from './settings.ts';
import { edited, foreign } from './source.ts';

const FIRST = 'mode2-server-auth';

/** Why what the address names is not shown. */
export const addressProblem = signal<string | undefined>(undefined);

/** Shows what the address names, now and whenever it changes. */
export function followAddress(): void {
  addEventListener('hashchange', follow);
  takeToken();
  void askGateway();
  follow();
}

function follow(): void {
  const { name, values } = parts();
  const packed = values.get(LINK_KEY);
  const known = isKnown(name);
  addressProblem.value =
    packed !== null || known || name === ''
      ? undefined
      : `There is no scenario called “${name}” here: this is ${FIRST}, and the list has all others.`;
  if (packed !== null) void showLinked(packed);
  else show(known ? name : FIRST);
}

function isKnown(name: string): boolean {
  return kept.value.has(name) || catalogue.value.some((entry) => entry.name === name);
}

/** What the address says behind its #: `#/name?key=value`. */
function parts(): { name: string; values: URLSearchParams } {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { name: decoded(path), values: new URLSearchParams(query) };
}

/** As it is where it is no encoding: somebody may have typed it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
  if (name === chosenName.value) return;
  keepNow();
  const copy = kept.value.get(name);
  begin(name, copy && { name, files: copy.files }, copy?.foreign === true);
}

/** Shows what a link carries. It is not kept before somebody changes it or says that it may stay. */
async function showLinked(packed: string): Promise<void> {
  try {
    const linked = await readLink(packed);
    const name = freeName(asName(linked.name) ?? 'scenario');
    keepNow();
    begin(name, { ...linked, name }, true);
  } catch (error) {
    addressProblem.value = (error as Error).message;
    if (chosenName.value === '') show(FIRST);
  }
}

/** `copy`: in place of the catalogue's. */
function begin(name: string, copy: ScenarioSource | undefined, isForeign: boolean): void {
  const shown = copy ?? catalogue.value.find((entry) => entry.name === name);
  if (shown === undefined) return;
  // What somebody has allowed to one scenario is not allowed to the next one.
  gatewayWanted.value = false;
  restoreTurns(isForeign ? '' : name);
  keepProblem.value = undefined;
  chosenName.value = name;
  edited.value = copy;
  foreign.value = isForeign;
  sourceVersion.value++;
  runScenario(shown, settings.peek());
}
