/** The terminals of the devices of the world on the page. */
import { effect, signal } from '@preact/signals';
import { gatewayWanted } from '../state/gateway.ts';
import {
  eventCount,
  isAtWork,
  onConsole,
  openScenario,
  traceEvents,
  world,
  worldNumber,
  worldState,
} from '../state/run.ts';
import { serverAccess } from '../state/server.ts';
import { settings } from '../state/settings.ts';
import { source } from '../state/source.ts';
import { theme } from '../state/theme.ts';
import { DeviceTerminal } from './device-terminal.ts';
import { KeptLines } from './kept-lines.ts';

const SPACE = 32;
const ENTER = 13;

/** The console of a board that has been connected to the page, beside those of the world's devices. */
export const ownBoard = signal<DeviceTerminal | undefined>(undefined);
/** What it is called among them: with a blank, as no device is. */
export const OWN_BOARD = 'your board';

export const chosenDevice = signal('');
/** Somebody asked for a prompt, and will type at it. */
export const focusWanted = signal(false);

/** What was typed, at whichever prompt. */
export const lines = new KeptLines();
/** Until the world is there that shall hear it. */
let typedAhead: { readonly device: string; readonly bytes: Uint8Array }[] = [];
const terminals = new Map<string, DeviceTerminal>();
let scenario = '';
/** The last world in which somebody was told that it is paused. */
let remarkedIn = -1;

export function terminalOf(device: string): DeviceTerminal {
  if (device === OWN_BOARD && ownBoard.peek() !== undefined) return ownBoard.peek()!;
  let terminal = terminals.get(device);
  if (terminal === undefined) {
    terminal = new DeviceTerminal({ scenario, device, lines, type: (bytes) => type(device, bytes), isHeard });
    terminal.setTheme(colours());
    terminals.set(device, terminal);
  }
  return terminal;
}

function isHeard(): boolean {
  return isAtWork(worldState.peek().phase);
}

/** Where no world is at work one begins, as on a board there is always a prompt. */
function type(device: string, bytes: Uint8Array): string | undefined {
  const { phase, live } = worldState.peek();
  if (isAtWork(phase)) {
    world.type(device, bytes);
    return phase === 'paused'
      ? saidOnce('the run is paused: when it has ended, or is stopped, a prompt opens')
      : undefined;
  }
  if (phase === 'starting' && live) typedAhead.push({ device, bytes });
  else if (phase === 'refused' || phase === 'broken') return 'the scenario cannot run: About says why';
  else if (phase !== 'starting' && isText(bytes) && openPrompt()) typedAhead.push({ device, bytes });
  return undefined;
}

/** Not with every key. */
function saidOnce(remark: string): string | undefined {
  const number = worldNumber.peek();
  if (number === remarkedIn) return undefined;
  remarkedIn = number;
  return remark;
}

/** Ctrl-C and arrows have nothing to do with where there is no prompt. */
function isText([first = 0]: Uint8Array): boolean {
  return first >= SPACE || first === ENTER;
}

/** A live world of the scenario at hand; false where there is none. */
export function openPrompt(): boolean {
  const next = source.peek();
  if (next === undefined) return false;
  // Of the world's devices the first is in front then.
  if (chosenDevice.peek() === OWN_BOARD) chosenDevice.value = '';
  openScenario(next, settings.peek(), gatewayWanted.peek() ? serverAccess('gateway') : undefined);
  focusWanted.value = true;
  return true;
}

/** Begins with the pane, which is loaded once. */
export function watchWorlds(): void {
  let seen = -1;
  effect(() => {
    const { phase, name, devices, live } = worldState.value;
    if (phase === 'refused' || phase === 'broken') typedAhead = [];
    if (phase !== 'running' || seen === worldNumber.value) return;
    seen = worldNumber.value;
    if (name !== scenario) leave(name);
    for (const device of devices) {
      terminalOf(device.name).remark(live ? `a prompt in ${name}` : `a run of ${name}`);
    }
    const chosen = chosenDevice.peek();
    if (chosen !== OWN_BOARD && !devices.some((device) => device.name === chosen)) {
      chosenDevice.value = devices[0]?.name ?? '';
    }
    const typed = typedAhead;
    typedAhead = [];
    if (live) for (const each of typed) world.type(each.device, each.bytes);
  });
  let told = 0;
  effect(() => {
    const { live, name, devices } = worldState.peek();
    if (eventCount.value === 0) told = 0;
    const chosen = chosenDevice.peek();
    const heard = chosen === OWN_BOARD ? devices[0]?.name : chosen;
    for (const event of traceEvents().slice(told)) {
      if (live && name === scenario && heard !== undefined && event.type === 'note')
        terminalOf(heard).remark(event.text);
    }
    told = eventCount.value;
  });
  onConsole((device, bytes) => terminalOf(device).print(bytes));
  effect(() => {
    void theme.value;
    for (const terminal of terminals.values()) terminal.setTheme(colours());
  });
}

function leave(name: string): void {
  for (const terminal of terminals.values()) terminal.close();
  terminals.clear();
  scenario = name;
}

/** Of the page, for a terminal. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    background: value('--pane'),
    foreground: value('--text'),
    cursor: value('--accent'),
    cursorAccent: value('--pane'),
    selectionBackground: value('--selection'),
    brightBlack: value('--faint'),
  };
}
