/** A board that answers what a test wants: the raw REPL's protocol in front, its programs' results from a function. */
import type { Executed } from '../../src/mirror/raw-repl/raw-repl.ts';
import type { Transport } from '../../src/mirror/transport/transport.ts';

export type Firmware =
  | 'raw paste'
  | 'refuses raw paste'
  | 'raw'
  | 'paste'
  | 'bootloader'
  | 'silent'
  | 'talks';

export type Interpreter = (program: string) => Partial<Executed> | 'hangs';

const CTRL = { a: 1, b: 2, c: 3, d: 4, e: 5 } as const;
const WINDOW = 32;

/** Milliseconds: a board in this process answers at once. */
export const QUICK = { prompt: 150, quiet: 15, boot: 50 };

/** What a stock board tells the probe. */
export const STOCK = [
  'implementation micropython',
  'version 1.26.1',
  'platform esp32',
  'machine Generic ESP32 module with ESP32',
  'cwd /',
  'heap 120000',
  'room 1000000',
  'time 100',
  'epoch 2000',
  'rtc settable',
  'modules ssl tls socket hashlib network',
].join('\n');

export class FakeBoard implements Transport {
  readonly name = 'fake';
  readonly survivesReset = true;
  onData: ((bytes: Uint8Array) => void) | undefined;
  onClose: ((reason: string) => void) | undefined;
  /** Every program that came. */
  readonly programs: string[] = [];
  isClosed = false;
  /** Soft resets at the friendly prompt, after which a board's own program starts again. */
  restarts = 0;
  private readonly firmware: Firmware;
  private readonly interpreter: Interpreter;
  private state: 'friendly' | 'raw' | 'raw paste' | 'paste' = 'friendly';
  private text = '';

  constructor(firmware: Firmware, interpreter: Interpreter = () => ({})) {
    this.firmware = firmware;
    this.interpreter = interpreter;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) this.accept(byte);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** Whether a person who comes to it finds the prompt that people type at. */
  get isFriendly(): boolean {
    return this.state === 'friendly';
  }

  /** The cable is pulled. */
  unplug(): void {
    this.onClose?.('Input/output error');
  }

  private accept(byte: number): void {
    if (this.firmware === 'silent') return;
    if (this.firmware === 'bootloader')
      this.say('rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT)\r\nwaiting for download\r\n');
    else if (this.firmware === 'talks') this.say('sensor 21.5\r\n');
    else if (this.state === 'friendly') this.friendly(byte);
    else if (this.state === 'paste') this.pasted(byte);
    else this.raw(byte);
  }

  private friendly(byte: number): void {
    if (byte === CTRL.c) this.say('\r\n>>> ');
    else if (byte === CTRL.d) this.restarts++;
    else if (byte === CTRL.e) {
      this.state = 'paste';
      this.text = '';
      this.say('\r\npaste mode; Ctrl-C to cancel, Ctrl-D to finish\r\n=== ');
    } else if (byte === CTRL.a && this.firmware !== 'paste') {
      this.state = 'raw';
      this.text = '';
      this.say('raw REPL; CTRL-B to exit\r\n>');
    }
  }

  private raw(byte: number): void {
    if (this.state === 'raw paste') {
      this.rawPasted(byte);
      return;
    }
    if (byte === CTRL.b) {
      this.state = 'friendly';
      this.say('\r\n>>> ');
    } else if (byte === CTRL.c) this.text = '';
    else if (byte === CTRL.a) this.ctrlA();
    else if (byte === CTRL.d && this.text === '')
      this.say('OK\r\nMPY: soft reboot\r\nraw REPL; CTRL-B to exit\r\n>');
    else if (byte === CTRL.d) {
      this.say('OK');
      this.run(this.text);
    } else this.text += String.fromCharCode(byte);
  }

  private ctrlA(): void {
    const isRequest = this.text === '\x05A';
    this.text = '';
    if (!isRequest || this.firmware === 'raw') this.say('raw REPL; CTRL-B to exit\r\n>');
    else if (this.firmware === 'refuses raw paste') this.say('R\x00');
    else {
      this.state = 'raw paste';
      this.say(`R\x01${String.fromCharCode(WINDOW, 0)}\x01`);
    }
  }

  private rawPasted(byte: number): void {
    if (byte === CTRL.c) {
      this.state = 'raw';
      this.text = '';
      this.say('\x04\x04KeyboardInterrupt: \r\n\x04>');
      return;
    }
    if (byte !== CTRL.d) {
      this.text += String.fromCharCode(byte);
      if (this.text.length % WINDOW === 0) this.say('\x01');
      return;
    }
    this.state = 'raw';
    this.say('\x04');
    this.run(this.text);
  }

  private run(program: string): void {
    this.text = '';
    this.programs.push(program);
    const result = this.interpreter(program);
    if (result === 'hangs') return;
    const { output = '', error = '' } = result;
    this.say(`${output.replaceAll('\n', '\r\n')}\x04${error.replaceAll('\n', '\r\n')}\x04>`);
  }

  /** The friendly prompt echoes what is pasted. */
  private pasted(byte: number): void {
    if (byte !== CTRL.d) {
      this.text += String.fromCharCode(byte);
      this.say(byte === 10 ? '\r\n=== ' : String.fromCharCode(byte));
      return;
    }
    this.state = 'friendly';
    const program = this.text;
    this.programs.push(program);
    const result = this.interpreter(program);
    if (result === 'hangs') return;
    const { output = '', error = '' } = result;
    const failed = error === '' ? '' : `\x1cE${error}`;
    this.say(`\r\n\x1c${output.replaceAll('\n', '\r\n')}${failed}\x1c.>>> `);
  }

  private say(text: string): void {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    setImmediate(() => this.onData?.(bytes));
  }
}
