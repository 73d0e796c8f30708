/**
 * A board's end of the serial cable, to which one client at a time is plugged. The board runs on whether anybody
 * listens or not; what it says meanwhile is lost, as with a UART.
 */
import { CTRL_C } from '../../emulator/device/console.ts';
import type { Device } from '../../emulator/device/device.ts';
import { InterruptWatch } from '../repl/interrupt-watch.ts';
import { AutoReset } from './auto-reset.ts';
import type { ControlLines } from './com-port-server.ts';

export interface LineClient {
  /** As the log calls it. */
  readonly name: string;
  /** The board has sent this. */
  receive(bytes: Uint8Array): void;
}

/** A client's end of the cable. */
export interface LineConnection {
  write(bytes: Uint8Array): void;
  setLines(lines: ControlLines): void;
  /** Pulls the cable: both lines fall at once, which resets nothing. */
  disconnect(): void;
}

export interface BoardLineOptions {
  readonly device: Device;
  /** How something from outside comes into the world. */
  readonly enter: (action: () => void) => void;
  /** Tells whoever runs the tool. */
  readonly log: (text: string) => void;
}

export class BoardLine {
  private readonly options: BoardLineOptions;
  private readonly autoReset: AutoReset;
  private client: LineClient | undefined;
  private readonly interrupts: InterruptWatch;

  constructor(options: BoardLineOptions) {
    this.options = options;
    const { device, enter, log } = options;
    this.interrupts = new InterruptWatch(device, enter);
    this.autoReset = new AutoReset({
      hold() {
        enter(() => device.holdInReset());
        log('reset by DTR and RTS');
      },
      release(download) {
        enter(() => device.releaseReset(download ? 'download' : 'flash'));
        if (download) log('waiting for download: only another reset starts the program');
      },
    });
    device.console.onOutput((bytes) => this.client?.receive(bytes));
  }

  /** The name of the client that has the line. */
  get user(): string | undefined {
    return this.client?.name;
  }

  /** Undefined when another client has the line. */
  connect(client: LineClient): LineConnection | undefined {
    if (this.client !== undefined) return undefined;
    this.client = client;
    this.options.log(`${client.name} connected`);
    const has = () => this.client === client;
    return {
      write: (bytes) => has() && this.write(bytes),
      setLines: (lines) => has() && this.autoReset.set(lines),
      disconnect: () => has() && this.disconnect(client),
    };
  }

  close(): void {
    this.client = undefined;
    this.autoReset.close();
    this.interrupts.stop();
  }

  private disconnect(client: LineClient): void {
    this.client = undefined;
    this.autoReset.set({ dtr: false, rts: false });
    this.options.log(`${client.name} gone`);
  }

  private write(bytes: Uint8Array): void {
    const { device, enter } = this.options;
    enter(() => device.console.write(bytes));
    if (bytes.includes(CTRL_C)) this.interrupts.start();
  }
}
