/** Flags that mean the same in every command. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Board } from '../../emulator/device/boards/board.ts';
import { BOARDS } from '../../emulator/device/boards/index.ts';
import { MILLISECOND, type Nanoseconds } from '../../emulator/world/time.ts';
import { findBoard } from '../scenario/board-file.ts';
import { PEER_ENGINES, type PeerEngine } from '../scenario/peer-engine.ts';
import type { RunOptions } from '../scenario/run.ts';
import { parseDuration } from '../scenario/units.ts';

/** As commander hands them over. */
export interface DeviceOptions {
  readonly seed?: number;
  readonly crypto: 'node' | 'noble';
  readonly timeLimit: Nanoseconds;
  readonly timeout: Nanoseconds;
  readonly board?: Board;
  readonly json?: boolean;
}

export interface WorldOptions extends DeviceOptions {
  readonly peerEngine: PeerEngine;
}

/** A scenario is over in seconds; one that waits longer waits for something that does not come. */
const DEFAULT_TIME_LIMIT = '10min';
const DEFAULT_TIMEOUT = '30s';

/** Of runs with simulated hosts. */
export function addWorldOptions(command: Command): Command {
  return addDeviceOptions(command).addOption(
    new Option('--peer-engine <engine>', 'who speaks TLS for the simulated hosts')
      .choices(PEER_ENGINES)
      .default('sandbox'),
  );
}

/** Those of a world without hosts. */
export function addDeviceOptions(command: Command): Command {
  return command
    .addOption(seedOption())
    .addOption(
      new Option(
        '--crypto <provider>',
        'who computes: node is faster, noble runs anywhere; results are the same',
      )
        .choices(['node', 'noble'])
        .default('node'),
    )
    .addOption(
      durationOption(
        '--time-limit <duration>',
        'end the run after this much virtual time',
        DEFAULT_TIME_LIMIT,
      ),
    )
    .addOption(timeoutOption())
    .addOption(boardOption())
    .addOption(new Option('--json', 'machine-readable output alone on stdout'));
}

export function timeoutOption(): Option {
  return durationOption(
    '--timeout <duration>',
    'end a program that makes no system call for this long, wall clock',
    DEFAULT_TIMEOUT,
  );
}

export function seedOption(): Option {
  return new Option('--seed <n>', "the run's seed instead of the scenario's").argParser(parseSeed);
}

export function boardOption(): Option {
  return new Option(
    '--board <name or file>',
    `instead of the scenario's: ${Object.keys(BOARDS).join(', ')}, or a file with figures of your own`,
  ).argParser(findBoard);
}

/** May be repeated; the values are HOST:PORT. */
export function allowOption(description: string): Option {
  return new Option('--allow <host:port>', description)
    .argParser((value: string, all: readonly string[]) => [...all, value])
    .default([], 'nothing');
}

/** A duration with its unit; commander hands over nanoseconds. */
export function durationOption(flags: string, description: string, initial: string): Option {
  return new Option(flags, description).argParser(readDuration).default(readDuration(initial), initial);
}

function readDuration(text: string): Nanoseconds {
  const duration = parseDuration(text);
  if (duration === undefined || duration === 0)
    throw new InvalidArgumentError('Expected a duration such as 500ms, 60s or 5min.');
  return duration;
}

/** 0 stands for any port that is free. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return port;
}

export function readCount(text: string): number {
  const count = Number(text);
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('Expected a whole number above 0.');
  }
  return count;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new InvalidArgumentError('Expected a whole number.');
  return seed;
}

export function runOptions(options: WorldOptions): RunOptions {
  const { seed, crypto, timeLimit, timeout, board, peerEngine } = options;
  return { seed, crypto, timeLimit, timeoutMs: timeout / MILLISECOND, board, peerEngine };
}
