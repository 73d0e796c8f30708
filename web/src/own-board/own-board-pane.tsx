/** A real board on USB: its prompt, and one program on it and in the emulator, side by side. */
import './own-board.css';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'preact/hooks';
import { Both } from './both-view.tsx';
import { connect, disconnect, phase, problem, serialOfBrowser, terminal } from './connection.ts';

export function OwnBoardPane() {
  const serial = serialOfBrowser();
  if (serial === undefined) return <NoSerial />;
  const now = phase.value;
  return (
    <div class="own-board">
      <div class="own-board-bar">
        {now === 'none' || now === 'connecting' ? (
          <button
            type="button"
            class="strong"
            disabled={now === 'connecting'}
            onClick={() => void connect(serial)}
          >
            Connect a board …
          </button>
        ) : (
          <button type="button" disabled={now === 'busy'} onClick={() => void disconnect()}>
            Disconnect
          </button>
        )}
        <span class="own-board-status" role="status">
          {problem.value === '' ? STATUS[now] : <span class="bad">{problem.value}</span>}
        </span>
      </div>
      <div class="own-board-parts">
        <Screen />
        <Both />
      </div>
    </div>
  );
}

const STATUS = {
  none: 'An ESP32 with MicroPython, on USB. The browser asks which port.',
  connecting: 'The browser asks which port …',
  connected: 'Connected. What you type goes to the board.',
  busy: 'The page is talking to the board …',
} as const;

function Screen() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    terminal.show(place.current!);
    const watch = new ResizeObserver(() => terminal.resize());
    watch.observe(place.current!);
    return () => watch.disconnect();
  }, []);
  return <section ref={place} class="own-board-screen" aria-label="Console of your board" />;
}

function NoSerial() {
  return (
    <div class="own-board own-board-without">
      <p class="warn">
        This browser cannot reach a board: it has no WebSerial. Chrome, Edge and other browsers built on
        Chromium have it, on a computer, for pages on localhost or by https.
      </p>
      <p>
        Without it a terminal does the same and more: <code>npx tls-sandbox ports</code> shows what is plugged
        in, <code>npx tls-sandbox mirror mode2-server-auth --device /dev/ttyUSB0</code> runs a scenario on the
        board, with your computer as its servers.
      </p>
    </div>
  );
}
