/** The command line of `micropython`: its own options stand first, all that follows is the program's. */

import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { UsageError } from '../exit-codes.ts';

export const USAGE = `usage: tls-sandbox micropython [options] [-c CODE | -m MODULE | FILE] [ARGS]

Runs a program on a simulated ESP32 that has this computer's files, terminal and network.

  -c CODE          run this text
  -m MODULE        run this module, looked for in MICROPYPATH
  -i               give a prompt after the program
  -O[N]            optimise what is compiled: -O leaves assert out, -O3 line numbers, too
  -v               as the unix port, whose own output it adds to: accepted, and silent here
  -X OPTION        as the unix port: heapsize=N[w][k|m], emit=bytecode|native|viper;
                   neither changes anything here
  --allow HOST:PORT
                   let it reach more than loopback (may be repeated; * for any);
                   0.0.0.0:PORT lets others reach its port
  --cpu host|esp32
                   computing takes what it takes here (default), or what it takes the board
  --memory host|board
                   memory and sockets do not run out (default), or run out as the board's do
  --board NAME     board profile, or a file with one (default esp32)
  --seed N         seed of the random numbers (default: random)
  --pcap FILE      write what went through the gateway as a capture, decrypted in Wireshark
  --keylog FILE    write the connections' secrets (NSS key log)

Without a program it reads one from standard input, or gives a prompt in a terminal.
Exit status: the program's; 1 after an exception, 2 usage.`;

const SEE_HELP = '(--help shows what there is)';

export interface MicroPythonArguments {
  readonly program: { readonly kind: 'file' | 'code' | 'module' | 'none'; readonly text: string };
  readonly argv: readonly string[];
  readonly path: readonly string[];
  readonly inspect: boolean;
  /** Level of optimisation. */
  readonly optimise: number;
  readonly help: boolean;
  readonly cpu: 'host' | 'board';
  readonly memory: 'host' | 'board';
  readonly allow: readonly string[];
  readonly board: string;
  readonly seed: number | undefined;
  readonly pcap: string | undefined;
  readonly keylog: string | undefined;
}

/** Throws UsageError. `searchPath` is the value of MICROPYPATH. */
export function parseArguments(words: readonly string[], searchPath?: string): MicroPythonArguments {
  const options = {
    inspect: false,
    optimise: 0,
    help: false,
    cpu: 'host',
    memory: 'host',
    board: 'esp32',
    allow: [] as string[],
  };
  const values: { seed?: string; pcap?: string; keylog?: string } = {};
  const path = searchPath === undefined ? ['.frozen', '/lib'] : searchPath.split(delimiter);
  const finish = (kind: 'file' | 'code' | 'module' | 'none', text: string, argv: readonly string[]) => ({
    ...options,
    cpu: options.cpu === 'host' ? ('host' as const) : ('board' as const),
    memory: options.memory === 'host' ? ('host' as const) : ('board' as const),
    program: { kind, text },
    argv,
    path: [kind === 'file' ? folderOf(text) : '', ...path],
    seed: values.seed === undefined ? undefined : wholeNumber(values.seed),
    pcap: values.pcap,
    keylog: values.keylog,
  });

  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const value = (): string => {
      const next = words[++i];
      if (next === undefined) throw new UsageError(`${word} wants a value ${SEE_HELP}`);
      return next;
    };
    switch (word) {
      case '-c':
        return finish('code', value(), ['-c', ...words.slice(i + 1)]);
      case '-m':
        return finish('module', value(), words.slice(i));
      case '-i':
        options.inspect = true;
        break;
      case '-h':
      case '--help':
        options.help = true;
        break;
      case '-v':
        break;
      case '-X':
        acceptOption(value());
        break;
      case '--allow':
        options.allow.push(value());
        break;
      case '--cpu':
        options.cpu = oneOf(word, value(), ['host', 'esp32']);
        break;
      case '--memory':
        options.memory = oneOf(word, value(), ['host', 'board']);
        break;
      case '--board':
        options.board = value();
        break;
      case '--seed':
      case '--pcap':
      case '--keylog':
        values[word.slice(2) as keyof typeof values] = value();
        break;
      default:
        if (OPTIMISE.test(word)) {
          options.optimise = optimisation(word);
          break;
        }
        if (word.startsWith('-') && word !== '-') throw new UsageError(`unknown option ${word} ${SEE_HELP}`);
        return word === '-' ? finish('none', '', words.slice(i)) : finish('file', word, words.slice(i));
    }
  }
  return finish('none', '', ['']);
}

/** The unix port's -O, -OO, … or -O2. */
const OPTIMISE = /^-(O+|O\d)$/;

function optimisation(word: string): number {
  const level = Number(word.slice(2));
  return Number.isNaN(level) || word === '-O' ? word.length - 1 : level;
}

/** The unix port's smallest heap, in bytes. */
const SMALLEST_HEAP = 700;

/**
 * The unix port's implementation options. The interpreter's heap here grows as it needs to, and there is one code
 * emitter: none of them changes anything.
 */
function acceptOption(option: string): void {
  if (/^emit=(bytecode|native|viper)$/.test(option)) return;
  if (option === 'compile-only' || option === 'realtime') return;
  const [, number, , unit = ''] = /^heapsize=(0x[\da-f]+|\d+)(w?)([km]?)$/i.exec(option) ?? [];
  if (number !== undefined && Number(number) * UNITS[unit.toLowerCase()]! >= SMALLEST_HEAP) return;
  throw new UsageError(
    `-X ${option}: expected heapsize=N[w][k|m] of ${SMALLEST_HEAP} bytes or more, or emit=bytecode|native|viper`,
  );
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 * 1024 };

function oneOf(option: string, value: string, choices: readonly string[]): string {
  if (choices.includes(value)) return value;
  throw new UsageError(`${option} ${value}: expected ${choices.join(' or ')}`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new UsageError(`--seed ${text}: expected a whole number`);
}

/** Imports look beside the program, wherever a link to it stands. */
function folderOf(file: string): string {
  if (!existsSync(file)) throw cannotOpen(file, '[Errno 2] No such file or directory');
  if (statSync(file).isDirectory()) throw cannotOpen(file, '[Errno 21] Is a directory');
  if (!isReadable(file)) throw cannotOpen(file, '[Errno 13] Permission denied');
  return dirname(realpathSync(file));
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** As the unix port says it; the status is CPython's. */
function cannotOpen(file: string, reason: string): UsageError {
  return new UsageError(`micropython: can't open file '${file}': ${reason}`);
}
