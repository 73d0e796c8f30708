/**
 * Lines made of cells. Drawing puts characters into cells that exist, so no drawing can be wider than its
 * canvas; colour is a property of a cell and is written last, so the plain and the coloured text are the same.
 */
import picocolors from 'picocolors';
import { characterWidth } from './text.ts';

/** What a piece of text means; `paint` says how it looks. */
export type Tone = 'plain' | 'quiet' | 'strong' | 'actor' | 'sealed' | 'good' | 'bad' | 'warning';

export type Paint = (text: string, tone: Tone) => string;

/** Colours for a terminal, or none at all. */
export function painter(color: boolean): Paint {
  const colors = picocolors.createColors(color);
  const styles: Record<Tone, (text: string) => string> = {
    plain: (text) => text,
    quiet: colors.gray,
    strong: colors.bold,
    actor: (text) => colors.bold(colors.cyan(text)),
    sealed: colors.magenta,
    good: colors.green,
    bad: (text) => colors.bold(colors.red(text)),
    warning: colors.yellow,
  };
  return (text, tone) => styles[tone](text);
}

interface Cell {
  /** Empty for the right half of a wide character. */
  text: string;
  tone: Tone;
}

export class Line {
  private readonly cells: Cell[];

  constructor(width: number) {
    this.cells = Array.from({ length: width }, () => ({ text: ' ', tone: 'plain' }));
  }

  /** Writes from a column on; what does not fit is left out. Returns the column after the text. */
  put(column: number, text: string, tone: Tone = 'plain'): number {
    let at = column;
    for (const character of text) {
      const width = characterWidth(character);
      if (width === 0) {
        const before = this.cells[at - 1];
        if (before !== undefined && before.text !== '') before.text += character;
        continue;
      }
      if (at < 0 || at + width > this.cells.length) break;
      this.cells[at] = { text: character, tone };
      if (width === 2) this.cells[at + 1] = { text: '', tone };
      at += width;
    }
    return at;
  }

  /** Fills the columns from `first` up to, not including, `end`. */
  fill(first: number, end: number, character: string, tone: Tone): void {
    for (let column = first; column < end; column++) this.put(column, character, tone);
  }

  render(paint: Paint): string {
    let last = this.cells.length;
    while (last > 0 && this.cells[last - 1]!.text === ' ') last--;
    let out = '';
    let run = '';
    let tone: Tone = 'plain';
    for (const cell of this.cells.slice(0, last)) {
      // A space looks the same in every tone: no need to end a run for it.
      if (cell.tone !== tone && cell.text !== ' ') {
        if (run !== '') out += paint(run, tone);
        run = '';
        tone = cell.tone;
      }
      run += cell.text;
    }
    return run === '' ? out : out + paint(run, tone);
  }
}
