/**
 * Text on a terminal: what it costs in columns, and how it is cut. Names and values in a trace come from the
 * wire (a certificate's subject, a path, a server's text), so they are cleaned before they are drawn.
 */

const ZERO_WIDTH = /^[\p{Mn}\p{Me}]$/u;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** Blocks that terminals draw two columns wide (Unicode East Asian Width W and F, by block). */
const WIDE_BLOCKS: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

/** Columns that one code point takes: 0, 1 or 2. */
export function characterWidth(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  if (WIDE_BLOCKS.some(([first, last]) => code >= first && code <= last) || EMOJI.test(character)) return 2;
  return 1;
}

/** Columns that a text without control characters takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/**
 * One line of printable text. Control characters, and the invisible ones that would reorder or hide what
 * stands beside them, become visible escapes; white space of any kind becomes single spaces.
 */
export function clean(text: string): string {
  return text.replace(/\s+/g, ' ').replace(UNPRINTABLE, escapeCharacter);
}

/** The same for text of several lines, whose own spaces and line ends stay. */
export function cleanLines(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\t', '    ').split('\n');
  return lines.map((line) => line.replace(UNPRINTABLE, escapeCharacter));
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** At most `width` columns, the last of them "…" when something was cut off. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return width < 1 ? '' : `${takeColumns(text, width - 1)}…`;
}

/** Filled with spaces to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Lines of at most `width` columns (at least 1), broken at spaces; a longer word is cut. Never empty. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(1, width);
  if (displayWidth(text) <= room) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (displayWidth(joined) <= room) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = cutWord(word, room);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1)!;
  }
  lines.push(line);
  return lines;
}

function cutWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (displayWidth(rest) > width) {
    // A wide character in a room of one column: it goes alone, there is no better place.
    const piece = takeColumns(rest, width) || [...rest][0]!;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}

function takeColumns(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}
