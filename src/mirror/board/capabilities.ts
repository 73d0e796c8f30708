/** What a board is and has, as it says itself: asked before anything else, for nothing may assume our own device. */
import type { RawRepl, ReplMode } from '../raw-repl/raw-repl.ts';
import probe from './probe.py';

export interface Capabilities {
  /** "micropython", "circuitpython", … */
  readonly implementation: string;
  /** "1.26.1"; empty where it does not say. */
  readonly version: string;
  /** `sys.platform`: "esp32", "linux", … */
  readonly platform: string;
  /** The hardware in words. */
  readonly machine: string;
  readonly build: string;
  /** `machine.unique_id()` in hex. */
  readonly id: string | undefined;
  /** Bytes that `gc.mem_free()` says after a collection. */
  readonly heapFree: number | undefined;
  /** Bytes free in the heap of ESP-IDF. */
  readonly idfFree: number | undefined;
  /** Bytes free where its files lie. */
  readonly room: number | undefined;
  /** `os.getcwd()` without a slash at the end: "" is the root. */
  readonly folder: string;
  /** Unix time of its clock, seconds. */
  readonly clock: number | undefined;
  readonly canSetClock: boolean;
  /** Of those that were asked for, what `import` finds. */
  readonly modules: ReadonlySet<string>;
  readonly mbedtls: string | undefined;
  readonly repl: ReplMode;
  /** A process of a computer: it has no reset and takes the computer's network. */
  readonly isProcess: boolean;
}

/** `sys.platform` of the ports that are programs of a computer. */
const PROCESSES: ReadonlySet<string> = new Set(['linux', 'darwin', 'win32', 'unix']);

/** Milliseconds: importing is slow on a board. */
const PATIENCE = 20_000;

/** Wants the prompt. Throws MirrorError. */
export async function probeBoard(repl: RawRepl): Promise<Capabilities> {
  const told = new Map(
    (await repl.ask(probe, { timeout: PATIENCE }))
      .split('\n')
      .map((line) => /^(\S+) (.*)$/.exec(line.trim()))
      .flatMap((match) => (match === null ? [] : [[match[1]!, match[2]!] as const])),
  );
  const text = (name: string) => told.get(name) ?? '';
  const number = (name: string) => (told.has(name) ? Number(told.get(name)) : undefined);
  const platform = text('platform');
  return {
    implementation: text('implementation'),
    version: text('version').replace(/[^0-9.].*$/, ''),
    platform,
    machine: text('machine'),
    build: text('build'),
    id: told.get('id'),
    heapFree: number('heap'),
    idfFree: number('idf'),
    room: number('room'),
    folder: text('cwd').replace(/\/$/, ''),
    clock: unixTime(number('time'), number('epoch')),
    canSetClock: told.has('rtc'),
    modules: new Set(text('modules').split(' ')),
    mbedtls: told.get('tls'),
    repl: repl.mode,
    isProcess: PROCESSES.has(platform),
  };
}

/** A port's clock counts from 1970 or from 2000: `epoch` is the year. */
export function unixTime(seconds: number | undefined, epoch = 1970): number | undefined {
  return seconds === undefined ? undefined : seconds + Date.UTC(epoch) / 1000;
}

/** One line for people. */
export function describeBoard(board: Capabilities): string {
  const { implementation, version, machine, platform, mbedtls, heapFree, idfFree, repl } = board;
  const name = implementation === 'micropython' ? 'MicroPython' : implementation;
  const parts = [
    `${name} ${version || 'of unknown version'}`,
    machine === '' ? platform : `${machine} (${platform})`,
    ...(mbedtls === undefined ? [] : [mbedtls]),
    ...(heapFree === undefined ? [] : [`${Math.round(heapFree / 1024)} KiB of heap free`]),
    ...(idfFree === undefined ? [] : [`${Math.round(idfFree / 1024)} KiB of ESP-IDF's`]),
    `${repl} prompt`,
  ];
  return parts.join(', ');
}
