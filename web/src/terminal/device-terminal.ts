/** One device's console in an xterm. It lives as long as its world's scenario is shown, in front or not. */
import { ClipboardAddon } from '@xterm/addon-clipboard';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ITheme, Terminal } from '@xterm/xterm';
import type { KeptLines } from './kept-lines.ts';
import { KeptScreen } from './kept-screen.ts';
import { promptLine } from './prompt-line.ts';

/** Keys of MicroPython's own prompt. */
const KILL_LINE = '\x1b[F\x15';
const PASTE_MODE = '\x05';
const PASTE_END = '\x04';

/** Bright black, which the page's themes make a colour that can be read. */
const FAINT = '\x1b[90m';
const PLAIN = '\x1b[0m';

const encoder = new TextEncoder();

export interface DeviceTerminalOptions {
  readonly scenario: string;
  readonly device: string;
  readonly lines: KeptLines;
  /** Undefined where somebody hears it; else why nobody does. */
  readonly type: (bytes: Uint8Array) => string | undefined;
  /** Whether somebody does. */
  readonly isHeard: () => boolean;
}

export class DeviceTerminal {
  readonly terminal: Terminal;
  private readonly options: DeviceTerminalOptions;
  private readonly fit = new FitAddon();
  private readonly search = new SearchAddon();
  private readonly screen: KeptScreen;
  private readonly decoder = new TextDecoder();
  /** Enter was typed, and the board has not shown the end of the line yet. */
  private entered = false;

  constructor(options: DeviceTerminalOptions) {
    this.options = options;
    this.terminal = new Terminal({
      fontFamily: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace',
      fontSize: fontSize(),
      // At 1.0 some fonts lose their underscores.
      lineHeight: 1.15,
      scrollback: 5000,
      cursorBlink: false,
      // What a program chooses is made readable on either theme: WCAG 2.1, 1.4.3.
      minimumContrastRatio: 4.5,
    });
    const { terminal } = this;
    terminal.loadAddon(this.fit);
    terminal.loadAddon(this.search);
    terminal.loadAddon(new WebLinksAddon());
    terminal.loadAddon(new ClipboardAddon());
    terminal.attachCustomKeyEventHandler((event) => this.isForTerminal(event));
    terminal.onData((text) => this.typed(text));
    terminal.onLineFeed(() => this.lineEnded());
    this.screen = new KeptScreen(options.scenario, options.device);
    if (this.screen.contents !== '') terminal.write(faint(this.screen.contents));
  }

  /** Puts it on the page. */
  show(place: HTMLElement): void {
    if (this.terminal.element === undefined) {
      place.replaceChildren();
      this.terminal.open(place);
      this.terminal.textarea?.setAttribute('aria-label', `Console of ${this.options.device}`);
      // Lines for screen readers cost layout, so they are there from when somebody comes to the terminal.
      this.terminal.textarea?.addEventListener('focus', () => {
        this.terminal.options.screenReaderMode = true;
      });
      this.terminal.textarea?.addEventListener('paste', (event) => this.paste(event), { capture: true });
    } else if (this.terminal.element.parentElement !== place) place.replaceChildren(this.terminal.element);
    this.resize();
  }

  resize(): void {
    if (!this.terminal.element?.offsetParent) return;
    this.terminal.options.fontSize = fontSize();
    this.fit.fit();
  }

  print(bytes: Uint8Array): void {
    this.terminal.write(bytes);
    this.screen.add(this.decoder.decode(bytes, { stream: true }));
  }

  /** A line of the page's own, where a world begins or somebody types for nobody. */
  remark(text: string): void {
    const start = this.terminal.buffer.active.cursorX === 0 ? '' : '\r\n';
    const line = `${start}${faint(`── ${text} ──`)}\r\n`;
    this.terminal.write(line);
    this.screen.add(line);
  }

  clear(): void {
    this.terminal.clear();
    this.screen.clear();
  }

  /** False when the text is nowhere. */
  find(text: string, backwards: boolean): boolean {
    return backwards ? this.search.findPrevious(text) : this.search.findNext(text);
  }

  setTheme(theme: ITheme): void {
    this.terminal.options.theme = theme;
  }

  close(): void {
    this.screen.close();
    this.terminal.dispose();
  }

  private typed(text: string): void {
    if (text === '\r') this.entered = true;
    this.send(text);
  }

  /** What was typed is complete when the board has shown it. */
  private lineEnded(): void {
    const line = this.entered ? promptLine(this.terminal, 1) : undefined;
    if (line === undefined) return;
    this.entered = false;
    this.options.lines.add(line);
  }

  private send(text: string): void {
    const problem = this.options.type(encoder.encode(text));
    if (problem !== undefined) this.remark(problem);
  }

  /** What the page does with a key itself. */
  private isForTerminal(event: KeyboardEvent): boolean {
    const { key, type, shiftKey, ctrlKey, altKey, metaKey } = event;
    if (type !== 'keydown') return true;
    // Tab completes, where there is somebody to do it; this is the way out for who has no mouse.
    if (key === 'Tab' && (shiftKey || !this.options.isHeard())) return false;
    if (ctrlKey && !altKey && !metaKey) {
      if (key === 'v' || key === 'V') return false;
      if (key === 'C' || (key === 'c' && this.terminal.hasSelection())) return !this.copy(event);
      return true;
    }
    if (shiftKey || altKey || metaKey || (key !== 'ArrowUp' && key !== 'ArrowDown')) return true;
    return !this.lookBack(event, key === 'ArrowUp' ? -1 : 1);
  }

  private copy(event: KeyboardEvent): boolean {
    if (!this.terminal.hasSelection()) return false;
    event.preventDefault();
    void navigator.clipboard.writeText(this.terminal.getSelection());
    this.terminal.clearSelection();
    return true;
  }

  /** At a prompt: puts a line in place of what stands there. */
  private lookBack(event: KeyboardEvent, direction: -1 | 1): boolean {
    if (promptLine(this.terminal) === undefined) return false;
    event.preventDefault();
    const line = this.options.lines.look(direction);
    if (line !== undefined) this.send(KILL_LINE + line);
    return true;
  }

  /** Several lines at a prompt go through its paste mode, for it indents lines by itself otherwise. */
  private paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text/plain').replaceAll(/\r\n?/g, '\n') ?? '';
    const lines = text.trimEnd();
    if (!lines.includes('\n') || promptLine(this.terminal) !== '') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.send(PASTE_MODE + lines.replaceAll('\n', '\r') + PASTE_END);
  }
}

/** All of it, also behind what has gone back to plain itself. */
function faint(text: string): string {
  return `${FAINT}${text.replaceAll(PLAIN, `${PLAIN}${FAINT}`)}${PLAIN}`;
}

/** Pixels: a little less than the page's own, which grows with the screen. */
function fontSize(): number {
  return Math.round(0.9 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
}
