/** The board that is connected to the page, if one is; its console is one of the terminal's. */
import { effect, signal } from '@preact/signals';
import { openPane } from '../state/layout.ts';
import { theme } from '../state/theme.ts';
import { DeviceTerminal } from '../terminal/device-terminal.ts';
import { chosenDevice, colours, lines, OWN_BOARD, ownBoard } from '../terminal/terminals.ts';
import { BoardLine } from './board-line.ts';
import { WebSerialTransport } from './web-serial-transport.ts';

export type BoardPhase = 'none' | 'connecting' | 'connected';

export const phase = signal<BoardPhase>('none');
export const problem = signal('');
/** What the browser knows of the port, for somebody who wants to know which board. */
export const portName = signal('');
/** The page's own work has the line; what ends it. */
export const stopWork = signal<(() => void) | undefined>(undefined);

const CTRL_C = 3;

let line: BoardLine | undefined;

/** Undefined where the browser has no WebSerial. */
export function serialOfBrowser(): Serial | undefined {
  return (navigator as Partial<Navigator>).serial;
}

/** Undefined where no board is connected. */
export function boardLine(): BoardLine | undefined {
  return line;
}

/** Asks the person which port; must come from a click. */
export async function connect(serial: Serial): Promise<void> {
  problem.value = '';
  phase.value = 'connecting';
  try {
    const port = await serial.requestPort();
    const transport = await WebSerialTransport.open(port, nameOf(port));
    const terminal = consoleOfBoard();
    line = new BoardLine({
      transport,
      onOutput: (bytes) => terminal.print(bytes),
      onReturn: () => terminal.remark('the line is yours again'),
      onLost: lost,
    });
    portName.value = transport.name;
    phase.value = 'connected';
    terminal.remark(`connected to ${transport.name}`);
    chosenDevice.value = OWN_BOARD;
    openPane('bottom', 'terminal');
    // Enter brings the prompt of a board that waits at it; one that runs a program is left alone.
    line.type(new TextEncoder().encode('\r'));
  } catch (error) {
    phase.value = 'none';
    problem.value = whyNot(error as DOMException);
  }
}

export async function disconnect(): Promise<void> {
  const closing = line;
  line = undefined;
  phase.value = 'none';
  await closing?.close();
  ownBoard.peek()?.remark('disconnected');
}

function consoleOfBoard(): DeviceTerminal {
  if (ownBoard.peek() === undefined) {
    const isHeard = () => line !== undefined;
    const terminal = new DeviceTerminal({ scenario: 'own-board', device: OWN_BOARD, lines, type, isHeard });
    ownBoard.value = terminal;
    effect(() => {
      void theme.value;
      terminal.setTheme(colours());
    });
  }
  return ownBoard.peek()!;
}

/** Ctrl-C ends whatever has the board, as it would at any other terminal. */
function type(bytes: Uint8Array): string | undefined {
  const stop = stopWork.peek();
  if (stop !== undefined && bytes.includes(CTRL_C)) {
    stop();
    return undefined;
  }
  if (line?.type(bytes)) return undefined;
  return stop === undefined
    ? 'nobody hears: connect a board first'
    : 'the page is at work on the board: Ctrl-C stops that';
}

function lost(reason: string): void {
  line = undefined;
  phase.value = 'none';
  problem.value = `The line to the board was lost: ${reason}`;
  ownBoard.peek()?.remark('the line was lost');
}

function nameOf(port: SerialPort): string {
  const { usbVendorId, usbProductId } = port.getInfo();
  const hex = (id: number) => id.toString(16).padStart(4, '0');
  return usbVendorId === undefined ? 'the serial port' : `USB ${hex(usbVendorId)}:${hex(usbProductId ?? 0)}`;
}

function whyNot({ name, message }: DOMException): string {
  if (name === 'NotFoundError') return 'No port was chosen.';
  if (name === 'NetworkError' || name === 'InvalidStateError')
    return `The port could not be opened: does another program have it (a serial monitor, mpremote, Thonny), or may this user not open it? ${message}`;
  return `The board could not be connected: ${message}`;
}
