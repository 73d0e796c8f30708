/** The board that is connected to the page, if one is. */
import { effect, signal } from '@preact/signals';
import { theme } from '../state/theme.ts';
import { DeviceTerminal } from '../terminal/device-terminal.ts';
import { colours, lines } from '../terminal/terminals.ts';
import { BoardLine } from './board-line.ts';
import { WebSerialTransport } from './web-serial-transport.ts';

/** `busy`: a program of the page's own has the line. */
export type BoardPhase = 'none' | 'connecting' | 'connected' | 'busy';

export const phase = signal<BoardPhase>('none');
export const problem = signal('');
let line: BoardLine | undefined;

/** Undefined where the browser has no WebSerial. */
export function serialOfBrowser(): Serial | undefined {
  return (navigator as Partial<Navigator>).serial;
}

export const terminal = new DeviceTerminal({
  scenario: 'own-board',
  device: 'your board',
  lines,
  type: (bytes) => (line?.type(bytes) ? undefined : 'nobody hears: connect a board first'),
});
effect(() => {
  void theme.value;
  terminal.setTheme(colours());
});

/** Asks the person which port; must come from a click. */
export async function connect(serial: Serial): Promise<void> {
  problem.value = '';
  phase.value = 'connecting';
  try {
    const port = await serial.requestPort();
    const transport = await WebSerialTransport.open(port, nameOf(port));
    line = new BoardLine({ transport, onOutput: (bytes) => terminal.print(bytes), onLost: lost });
    phase.value = 'connected';
    terminal.remark(`connected to ${transport.name}`);
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
  terminal.remark('disconnected');
}

/** The line for a moment. Throws where there is none. */
export async function withLine<T>(work: (line: BoardLine) => Promise<T>): Promise<T> {
  if (line === undefined) throw new Error('no board is connected');
  phase.value = 'busy';
  try {
    return await work(line);
  } finally {
    if (line !== undefined) phase.value = 'connected';
  }
}

function lost(reason: string): void {
  line = undefined;
  phase.value = 'none';
  problem.value = `The line to the board was lost: ${reason}`;
  terminal.remark('the line was lost');
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
