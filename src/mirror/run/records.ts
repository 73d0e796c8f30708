/** What the shim says of a run, taken out of what the program prints. */

/** The same marks as in ../board/shim.py. */
const MARK = '\x1e';
const END = '\x1f';

export interface RecordHandlers {
  readonly output: (text: string) => void;
  readonly record: (name: string, value: string) => void;
}

export class Records {
  private readonly handlers: RecordHandlers;
  private pending = '';

  constructor(handlers: RecordHandlers) {
    this.handlers = handlers;
  }

  accept(text: string): void {
    this.pending += text;
    for (;;) {
      const begin = this.pending.indexOf(MARK);
      const before = begin < 0 ? this.pending : this.pending.slice(0, begin);
      if (before !== '') this.handlers.output(before);
      this.pending = this.pending.slice(before.length);
      const end = this.pending.indexOf(END);
      if (end < 0) return;
      const [name, hex = ''] = this.pending.slice(1, end).split(' ') as [string, string?];
      this.pending = this.pending.slice(end + 1);
      this.handlers.record(name, fromHex(hex));
    }
  }
}

/** Milliseconds after which the beginning of a line is passed on too: a prompt for input has no end. */
const PATIENCE = 100;

/** Text in whole lines, however it comes: a word that is looked for in it is never in two pieces. */
export class WholeLines {
  private readonly pass: (text: string) => void;
  private pending = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(pass: (text: string) => void) {
    this.pass = pass;
  }

  accept(text: string): void {
    clearTimeout(this.timer);
    const all = (this.pending + text).replaceAll('\r\n', '\n');
    const end = all.lastIndexOf('\n') + 1;
    this.pending = all.slice(end);
    if (end > 0) this.pass(all.slice(0, end));
    this.timer = setTimeout(() => this.flush(), PATIENCE);
  }

  flush(): void {
    clearTimeout(this.timer);
    if (this.pending === '') return;
    this.pass(this.pending);
    this.pending = '';
  }
}

function fromHex(hex: string): string {
  const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
  return new TextDecoder().decode(bytes);
}
