/** The line at which somebody types, read off the terminal's screen: the board edits it, with completion and all. */
import type { Terminal } from '@xterm/xterm';

const PROMPTS = ['>>> ', '... '];

/** What stands after the prompt in the cursor's line, or so many rows above it; undefined where no prompt is. */
export function promptLine(terminal: Terminal, above = 0): string | undefined {
  const { active } = terminal.buffer;
  let row = active.baseY + active.cursorY - above;
  let text = active.getLine(row)?.translateToString(true) ?? '';
  while (active.getLine(row)?.isWrapped) {
    row--;
    text = (active.getLine(row)?.translateToString(false) ?? '') + text;
  }
  // An empty line is trimmed with the blank of its prompt.
  const prompt = PROMPTS.find((each) => text.startsWith(each) || text === each.trimEnd());
  return prompt === undefined ? undefined : text.slice(prompt.length);
}
