/** What was typed at prompts, kept by the browser: a board forgets it with its power, and its history is short. */
import { recall, remember } from '../state/storage.ts';

const KEY = 'terminal/lines';
const MOST = 200;

export class KeptLines {
  private lines: string[] = recall<string[]>(KEY) ?? [];
  /** Place in the list; its length when nobody looks back. */
  private at = this.lines.length;

  add(line: string): void {
    const text = line.trimEnd();
    if (text !== '' && text !== this.lines.at(-1)) {
      this.lines = [...this.lines, text].slice(-MOST);
      remember(KEY, this.lines);
    }
    this.at = this.lines.length;
  }

  /** The line before or after the one last looked at; undefined where there is none. */
  look(direction: -1 | 1): string | undefined {
    const to = this.at + direction;
    if (to < 0 || to > this.lines.length) return undefined;
    this.at = to;
    return this.lines[to] ?? '';
  }
}
