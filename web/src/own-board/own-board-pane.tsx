/** A real board on USB: the scenario mirrored on it, or a program on it and in the emulator. Its prompt is in the terminal. */
import './own-board.css';
import { signal } from '@preact/signals';
import { moveFocus } from '../shell/roving.ts';
import { showPane } from '../state/layout.ts';
import { chosenDevice, focusWanted, OWN_BOARD, ownBoard } from '../terminal/terminals.ts';
import { connect, disconnect, phase, portName, problem, serialOfBrowser } from './connection.ts';
import { MirrorView } from './mirror-view.tsx';
import { ProgramView } from './program-view.tsx';
import { work } from './work.ts';

const VIEWS = {
  scenario: { title: 'This scenario', View: MirrorView },
  program: { title: 'A program', View: ProgramView },
} as const;
type ViewName = keyof typeof VIEWS;

const view = signal<ViewName>('scenario');

export function OwnBoardPane() {
  const serial = serialOfBrowser();
  if (serial === undefined) return <NoSerial />;
  const { View } = VIEWS[view.value];
  return (
    <div class="own-board">
      <Connection serial={serial} />
      <div class="tabs" role="tablist" aria-label="What the board does" onKeyDown={moveFocus}>
        {(Object.keys(VIEWS) as ViewName[]).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`own-board-tab-${name}`}
            aria-controls="own-board-view"
            aria-selected={name === view.value}
            tabIndex={name === view.value ? 0 : -1}
            onClick={() => show(name)}
            onFocus={() => show(name)}
          >
            {VIEWS[name].title}
          </button>
        ))}
      </div>
      <div
        class="own-board-view"
        role="tabpanel"
        id="own-board-view"
        aria-labelledby={`own-board-tab-${view.value}`}
      >
        <h2 class="unseen">{VIEWS[view.value].title}</h2>
        <View />
      </div>
    </div>
  );
}

function show(name: ViewName): void {
  view.value = name;
}

function Connection({ serial }: { serial: Serial }) {
  const isFree = phase.value !== 'connected';
  return (
    <div class="own-board-bar">
      {isFree ? (
        <button
          type="button"
          class="strong"
          disabled={phase.value === 'connecting'}
          onClick={() => void connect(serial)}
        >
          Connect a board …
        </button>
      ) : (
        <button type="button" disabled={work.value !== undefined} onClick={() => void disconnect()}>
          Disconnect
        </button>
      )}
      <button type="button" disabled={ownBoard.value === undefined} onClick={goToTerminal}>
        To its terminal
      </button>
      <span class="own-board-status" role="status">
        {problem.value === '' ? status() : <span class="bad">{problem.value}</span>}
      </span>
    </div>
  );
}

function status(): string {
  if (phase.value === 'none') return 'An ESP32 with MicroPython, on USB. The browser asks which port.';
  if (phase.value === 'connecting') return 'The browser asks which port …';
  return work.value === undefined
    ? `Connected: ${portName.value}. Its prompt is in the terminal.`
    : `Connected: ${portName.value}. At work: ${work.value.title}.`;
}

function goToTerminal(): void {
  chosenDevice.value = OWN_BOARD;
  focusWanted.value = true;
  showPane('bottom', 'terminal');
}

function NoSerial() {
  return (
    <div class="own-board-work">
      <p class="warn">
        This browser cannot reach a board: it has no WebSerial. Chrome, Edge, other browsers built on Chromium
        and a new Firefox have it, on a computer, for pages on localhost or by https.
      </p>
      <p>
        Without it a terminal does the same: <code>npx tls-sandbox ports</code> shows what is plugged in,{' '}
        <code>npx tls-sandbox mirror mode2-server-auth --device /dev/ttyUSB0</code> runs a scenario on the
        board, with your computer as its servers.
      </p>
    </div>
  );
}
