/** Files put onto a device at its own prompt, beside the terminal: as mpremote, and the mirror, get them onto a board. */
import { makeFolders, removeFile, writeFile as write } from '../../../src/mirror/board/write-file.ts';
import { BoardError, RawRepl } from '../../../src/mirror/raw-repl/raw-repl.ts';
import type { ConsoleLine } from './console-line.ts';

/** Milliseconds until a prompt must have answered: other devices of the world compute as well. */
const PATIENCE = { prompt: 10_000, answer: 10_000 } as const;

/** Writes a file, and the folders above it; without contents it takes the file away. Rejected with a sentence. */
export async function writeFile(
  line: ConsoleLine,
  path: string,
  contents: Uint8Array | undefined,
): Promise<void> {
  const { device } = line;
  if (line.isTaken) throw new Error(`${device.name}: another file is being written`);
  if (!device.console.waitsForInput) {
    throw new Error(`${device.name} is busy: stop its program with Ctrl-C, or wait for the prompt`);
  }
  const transport = line.take();
  try {
    await atPrompt(new RawRepl(transport, PATIENCE), path, contents);
  } catch (error) {
    throw error instanceof BoardError ? new Error(`${device.name}: ${error.exception}`) : error;
  } finally {
    await transport.close();
  }
}

async function atPrompt(repl: RawRepl, path: string, contents: Uint8Array | undefined): Promise<void> {
  await repl.enterFromPrompt();
  try {
    if (contents === undefined) await removeFile(repl, path);
    else {
      await makeFolders(repl, foldersAbove(path));
      await write(repl, path, contents);
    }
  } finally {
    await repl.leave();
  }
}

/** Of an absolute path, from the outermost on. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
}
