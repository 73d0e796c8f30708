/** The devices' consoles, a tab each. */
import '@xterm/xterm/css/xterm.css';
import './terminal.css';
import { useEffect, useRef } from 'preact/hooks';
import { moveFocus } from '../shell/roving.ts';
import { isAtWork, worldNumber, worldState } from '../state/run.ts';
import { source } from '../state/source.ts';
import { GatewaySwitch } from './gateway-switch.tsx';
import { TerminalSearch } from './terminal-search.tsx';
import {
  chosenDevice,
  focusWanted,
  OWN_BOARD,
  openPrompt,
  ownBoard,
  terminalOf,
  watchWorlds,
} from './terminals.ts';

watchWorlds();

export function TerminalPane() {
  const { devices, live, phase } = worldState.value;
  const next = source.value;
  const device = chosenDevice.value;
  const consoles = [
    ...devices,
    ...(ownBoard.value === undefined
      ? []
      : [{ name: OWN_BOARD, board: 'A real one, connected to this page' }]),
  ];
  return (
    <div class="terminal">
      <div class="terminal-bar">
        <div class="tabs" role="tablist" aria-label="Devices" onKeyDown={moveFocus}>
          {consoles.map(({ name, board }) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={tabId(name)}
              aria-controls="console"
              aria-selected={name === device}
              tabIndex={name === device ? 0 : -1}
              title={board}
              onClick={() => {
                chosenDevice.value = name;
              }}
              onFocus={() => {
                chosenDevice.value = name;
              }}
            >
              {name}
            </button>
          ))}
        </div>
        <button
          type="button"
          disabled={next === undefined || phase === 'starting'}
          title="A live world with this scenario's hosts, and MicroPython's prompt at each device"
          onClick={openPrompt}
        >
          {live && phase === 'running' ? 'New prompt' : 'Open a prompt'}
        </button>
        <button type="button" disabled={device === ''} onClick={() => terminalOf(device).clear()}>
          Clear
        </button>
        <GatewaySwitch />
        <TerminalSearch />
      </div>
      <Screen key={worldState.value.name} device={device} world={worldNumber.value} />
      <p class="terminal-hint">
        {isAtWork(phase) || device === OWN_BOARD
          ? 'Ctrl-C interrupts, Ctrl-D resets, Tab completes, Shift-Tab leaves the terminal'
          : "Type, and the prompt opens: MicroPython, among this scenario's hosts"}
      </p>
    </div>
  );
}

/** Names of devices are words; the board's has a blank, which no id may have. */
function tabId(device: string): string {
  return `console-tab-${device.replaceAll(' ', '-')}`;
}

function Screen({ device, world }: { device: string; world: number }) {
  const place = useRef<HTMLDivElement>(null);
  const { phase } = worldState.value;
  const isWanted = focusWanted.value;
  useEffect(() => {
    if (device === '') return;
    const terminal = terminalOf(device);
    terminal.show(place.current!);
    if ((phase === 'running' || device === OWN_BOARD) && isWanted) {
      focusWanted.value = false;
      terminal.terminal.focus();
    }
    const watch = new ResizeObserver(() => terminal.resize());
    watch.observe(place.current!);
    return () => watch.disconnect();
  }, [device, world, phase, isWanted]);
  return (
    <div ref={place} class="terminal-screen" id="console" role="tabpanel" aria-labelledby={tabId(device)} />
  );
}
