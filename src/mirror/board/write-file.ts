/** Files and folders on a board, by programs at its prompt. Wants the prompt; throws BoardError with the board's exception. */
import { pythonBytes, pythonString } from '../raw-repl/python-text.ts';
import type { RawRepl } from '../raw-repl/raw-repl.ts';

/** Bytes of a file in one program: what a small heap holds twice. */
const CHUNK = 512;

/** Milliseconds: erasing flash takes long. */
export const FLASH_PATIENCE = 30_000;

/** `onChunk` is told before each piece how many bytes are done. */
export async function writeFile(
  repl: RawRepl,
  path: string,
  bytes: Uint8Array,
  onChunk: (done: number) => void = () => {},
): Promise<void> {
  for (let at = 0; at === 0 || at < bytes.length; at += CHUNK) {
    onChunk(at);
    const piece = pythonBytes(bytes.subarray(at, at + CHUNK));
    const mode = at === 0 ? 'wb' : 'ab';
    await repl.ask(`f=open(${pythonString(path)},'${mode}')\ntry: f.write(${piece})\nfinally: f.close()`, {
      timeout: FLASH_PATIENCE,
    });
  }
}

/** In this order; those that are there already stay. */
export async function makeFolders(repl: RawRepl, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const program = [
    'import os',
    `for p in ${pythonList(paths)}:`,
    ' try: os.mkdir(p)',
    ' except OSError as e:',
    // EEXIST
    '  if e.args[0]!=17: raise',
  ];
  await repl.ask(program.join('\n'), { timeout: FLASH_PATIENCE });
}

export async function removeFile(repl: RawRepl, path: string): Promise<void> {
  await repl.ask(`import os\nos.remove(${pythonString(path)})`, { timeout: FLASH_PATIENCE });
}

export function pythonList(texts: readonly string[]): string {
  return `(${texts.map((text) => `${pythonString(text)},`).join('')})`;
}
