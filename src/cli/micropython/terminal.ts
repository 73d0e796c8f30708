/** The terminal's side of a program that runs: standard input when it is asked for, and Ctrl-C. */
import { CTRL_C } from '../../../emulator/device/console.ts';
import type { Device } from '../../../emulator/device/device.ts';

/** Bytes that may wait for the program before standard input is held back. */
const READ_AHEAD = 65_536;

/** The status of a process that SIGINT ended, as shells count. */
const KILLED_BY_SIGINT = 128 + 2;

export interface TerminalOptions {
  readonly device: Device;
  /** How something from outside comes into the world. */
  readonly enter: (action: () => void) => void;
  /** Keys come as they are typed, Ctrl-C among them as a byte. */
  readonly raw: boolean;
}

export function connectTerminal({ device, enter, raw }: TerminalOptions): void {
  const { stdin } = process;
  process.on('SIGINT', () => enter(() => pressCtrlC(device, () => device.interrupt())));

  const receive = (bytes: Uint8Array) => {
    if (!raw) device.console.feed(bytes);
    else if (!bytes.includes(CTRL_C)) device.console.write(bytes);
    else pressCtrlC(device, () => device.console.write(bytes));
    if (!raw && device.console.readable >= READ_AHEAD) stdin.pause();
  };
  let reading = false;
  const read = () => {
    if (reading) {
      stdin.resume();
      return;
    }
    reading = true;
    stdin.on('data', (bytes: Uint8Array) => enter(() => receive(bytes)));
    stdin.on('end', () => enter(() => device.console.end()));
    stdin.on('error', () => enter(() => device.console.end()));
  };
  // A program that does not read leaves standard input to those that come after it.
  device.console.onStarved = read;
  if (raw) read();
}

/** The second time in a row that nothing came of it, the program cannot be reached. */
function pressCtrlC(device: Device, press: () => void): void {
  if (device.hasPendingInterrupt) {
    process.stderr.write(
      'tls-sandbox: the program computes without a call in which it could be interrupted; ended\n',
    );
    process.exit(KILLED_BY_SIGINT);
  }
  press();
}
