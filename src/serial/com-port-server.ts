/**
 * The server's end of RFC 2217: what a client asks of the port, and what it is told. Bytes in, bytes out, no socket;
 * the port behind it is an ESP32 development board's, which has DTR and RTS but no lines for flow control.
 */
import { CONTROL, type ComPortMessage, decodeComPort, encodeComPort, PARITY, STOP_SIZE } from './com-port.ts';
import { encodeData, encodeSubnegotiation, OPTION, TelnetDecoder } from './telnet.ts';
import { TelnetOptions } from './telnet-options.ts';

/** DTR and RTS; true is asserted. */
export interface ControlLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

export interface PortSettings {
  /** Bits per second. */
  readonly baudRate: number;
  readonly dataSize: number;
  readonly parity: number;
  readonly stopSize: number;
}

/** As MicroPython sets the UART of its prompt. */
export const BOARD_SETTINGS: PortSettings = {
  baudRate: 115_200,
  dataSize: 8,
  parity: PARITY.none,
  stopSize: STOP_SIZE.one,
};

export interface ComPort {
  /** To the client. */
  send(bytes: Uint8Array): void;
  /** To the board. */
  write(bytes: Uint8Array): void;
  setLines(lines: ControlLines): void;
  /** The client has set this; the board does not follow. */
  settingsChanged(settings: PortSettings): void;
}

const SIGNATURE = 'micropython-tls-sandbox';

/** Bytes kept for a client that has suspended the flow; what comes after that is lost, as in a UART nobody reads. */
const SUSPENDED_BYTES = 65_536;

const BOTH_SIDES = [OPTION.binary, OPTION.suppressGoAhead, OPTION.comPort];

export class ComPortServer {
  private readonly port: ComPort;
  private readonly decoder = new TelnetDecoder();
  private readonly options: TelnetOptions;
  private settings: PortSettings = BOARD_SETTINGS;
  private lines: ControlLines = { dtr: false, rts: false };
  private breaks = false;
  private masks = { lineStateMask: 0, modemStateMask: 255 };
  /** What the client has not taken, while it has suspended the flow. */
  private held: number[] | undefined;
  private hasTold = false;

  constructor(port: ComPort) {
    this.port = port;
    // The board echoes what is typed, so a person's Telnet shall not.
    const policy = { ours: [...BOTH_SIDES, OPTION.echo], theirs: BOTH_SIDES };
    this.options = new TelnetOptions(policy, (bytes) => port.send(bytes));
  }

  /** A client has come. */
  start(): void {
    this.options.request();
  }

  /** From the client. */
  receive(bytes: Uint8Array): void {
    for (const event of this.decoder.decode(bytes)) {
      if (event.kind === 'data') this.port.write(event.bytes);
      else if (event.kind === 'option') this.agree(event.verb, event.option);
      else if (event.option === OPTION.comPort) {
        // A client may take our offer for its own and not say so: python3-serial does, now and then.
        this.begin();
        const message = decodeComPort('client', event.payload);
        if (message !== undefined) this.obey(message);
      }
    }
  }

  /** From the board. */
  sendData(bytes: Uint8Array): void {
    if (this.held === undefined) {
      this.port.send(encodeData(bytes, this.options.usesOurs(OPTION.binary)));
      return;
    }
    for (const byte of bytes.subarray(0, SUSPENDED_BYTES - this.held.length)) this.held.push(byte);
  }

  private agree(verb: Parameters<TelnetOptions['receive']>[0], option: number): void {
    this.options.receive(verb, option);
    this.decoder.binary = this.options.usesTheirs(OPTION.binary);
    if (this.options.usesOurs(OPTION.comPort) || this.options.usesTheirs(OPTION.comPort)) this.begin();
  }

  /** The client speaks RFC 2217. */
  private begin(): void {
    if (this.hasTold) return;
    this.hasTold = true;
    this.tellModemState();
  }

  private obey(message: ComPortMessage): void {
    switch (message.command) {
      case 'signature':
        if (message.text === '') this.answer({ command: 'signature', text: SIGNATURE });
        return;
      case 'baudRate':
      case 'dataSize':
      case 'parity':
      case 'stopSize':
        this.set(message.command, message.value);
        return;
      case 'control':
        this.answer({ command: 'control', value: this.control(message.value) });
        return;
      case 'lineStateMask':
      case 'modemStateMask':
        this.masks = { ...this.masks, [message.command]: message.value };
        this.answer(message);
        if (message.command === 'modemStateMask') this.tellModemState();
        return;
      case 'purge':
        // Nothing waits here but what a suspended client has not taken.
        if (this.held !== undefined) this.held = [];
        this.answer(message);
        return;
      case 'suspend':
        this.held ??= [];
        return;
      case 'resume':
        this.resume();
        return;
      case 'notifyLineState':
      case 'notifyModemState':
        // A server's to say.
        return;
    }
  }

  private set(setting: keyof PortSettings, value: number): void {
    if (value !== 0 && value !== this.settings[setting]) {
      this.settings = { ...this.settings, [setting]: value };
      this.port.settingsChanged(this.settings);
    }
    this.answer({ command: setting, value: this.settings[setting] });
  }

  /** Returns the value that tells how it stands now. */
  private control(value: number): number {
    switch (value) {
      case CONTROL.breakOn:
      case CONTROL.breakOff:
        this.breaks = value === CONTROL.breakOn;
        return value;
      case CONTROL.askBreak:
        return this.breaks ? CONTROL.breakOn : CONTROL.breakOff;
      case CONTROL.dtrOn:
      case CONTROL.dtrOff:
        this.setLines({ ...this.lines, dtr: value === CONTROL.dtrOn });
        return value;
      case CONTROL.askDtr:
        return this.lines.dtr ? CONTROL.dtrOn : CONTROL.dtrOff;
      case CONTROL.rtsOn:
      case CONTROL.rtsOff:
        this.setLines({ ...this.lines, rts: value === CONTROL.rtsOn });
        return value;
      case CONTROL.askRts:
        return this.lines.rts ? CONTROL.rtsOn : CONTROL.rtsOff;
      default:
        return value >= CONTROL.askInboundFlow ? CONTROL.noInboundFlow : CONTROL.noOutboundFlow;
    }
  }

  private setLines(lines: ControlLines): void {
    this.lines = lines;
    this.port.setLines(lines);
  }

  private resume(): void {
    const { held } = this;
    this.held = undefined;
    if (held !== undefined && held.length > 0) this.sendData(Uint8Array.from(held));
  }

  /** The board drives none of CTS, DSR, RI and CD. */
  private tellModemState(): void {
    if (this.masks.modemStateMask !== 0) this.answer({ command: 'notifyModemState', value: 0 });
  }

  private answer(message: ComPortMessage): void {
    this.port.send(encodeSubnegotiation(OPTION.comPort, encodeComPort('server', message)));
  }
}
