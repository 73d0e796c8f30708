/**
 * A board of one's own: a file (YAML, or JSON, which is YAML) that names a known board and the figures in which its
 * own differs. Figures have the shape of emulator/device/boards/profile.ts.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod/mini';
import { type Board, boardOf } from '../../emulator/device/boards/board.ts';
import { type Figure, given } from '../../emulator/device/boards/figure.ts';
import { BOARDS } from '../../emulator/device/boards/index.ts';
import type { BoardProfile } from '../../emulator/device/boards/profile.ts';
import { didYouMean } from './did-you-mean.ts';
import { whyUnreadable } from './file-errors.ts';
import { ScenarioError } from './problem.ts';
import { doc, duration, name, size } from './schema/terms.ts';
import { readWith } from './schema-problems.ts';
import { readYaml } from './yaml-source.ts';

const byteRate = z.int().check(z.positive());
const frequency = z.int().check(z.minimum(1_000_000));
const blocks = z.array(size).check(z.minLength(1));
const some = <T extends z.core.$ZodShape>(shape: T) => z.optional(z.partial(z.strictObject(shape)));

const curve = some({ keygen: duration, ecdh: duration, sign: duration, verify: duration });
const rsa = some({ public: duration, private: duration });

export const boardFileSchema = z.strictObject({
  base: doc('The known board that all other figures are of.', z.enum(Object.keys(BOARDS))),
  name: doc("The board's name; by default that of the file.", z.optional(name)),
  machine: doc('os.uname().machine', z.optional(z.string())),
  cpuFrequency: doc('Hertz: what machine.freq() returns. Times are given apart.', z.optional(frequency)),
  secureElement: doc(
    'Whether the board has one, with firmware that signs by ecdsa_sign_callback.',
    z.optional(z.boolean()),
  ),
  crypto: some({
    ec: some({ secp256r1: curve, secp384r1: curve, secp521r1: curve }),
    x25519: duration,
    rsa: some({ 2048: rsa, 3072: rsa, 4096: rsa }),
    rate: some({ aes: byteRate, sha: byteRate, chacha: byteRate, aria: byteRate }),
    setup: duration,
    secureElementSign: duration,
  }),
  time: some({ localCall: duration, systemCall: duration, consoleByte: duration, boot: duration }),
  wifi: some({
    scan: duration,
    authenticate: duration,
    associate: duration,
    handshake: duration,
    modemSleep: some({ least: duration, mean: duration, most: duration }),
  }),
  memory: some({ idfRegions: blocks, wifi: blocks, socket: size, gcArea: size, gcUsed: size }),
  flash: some({ size, fileSystem: size }),
});

/** A board by name, or by the path of its file. Throws ScenarioError that says what is wrong. */
export function findBoard(nameOrFile: string): Board {
  const known = BOARDS[nameOrFile];
  if (known !== undefined) return known;
  if (/\.(ya?ml|json)$/.test(nameOrFile)) return readBoard(nameOrFile);
  const names = Object.keys(BOARDS);
  throw new ScenarioError([
    `no board named '${nameOrFile}'${didYouMean(nameOrFile, names)} (there are ${names.join(', ')}, and files: *.yaml, *.json)`,
  ]);
}

function readBoard(path: string): Board {
  const source = readYaml(textOf(path));
  if (source.errors.length > 0) {
    throw new ScenarioError(source.errors.map(({ line, message }) => `${path}:${line}: ${message}`));
  }
  const result = readWith(boardFileSchema, source.data, 'the board');
  if ('problems' in result) {
    throw new ScenarioError(
      result.problems.map((problem) => `${path}:${source.locate(problem).line}: ${problem.message}`),
    );
  }
  const { base, ...own } = result.value;
  const file = basename(path);
  const named = { name: file.replace(/\.[^.]*$/, ''), ...own };
  return boardOf(overlay(BOARDS[base]!.profile, named, file) as BoardProfile);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ScenarioError([`cannot read the board ${path}: ${whyUnreadable(error)}`]);
  }
}

/** The base with what the file says in its place; a figure that the file gives is from there. */
function overlay(base: unknown, own: unknown, file: string): unknown {
  if (own === undefined) return base;
  if (isFigure(base)) return given(own, file);
  if (typeof base !== 'object' || base === null) return own;
  const changed = Object.entries(own as object).map(([key, value]) => [
    key,
    overlay((base as Record<string, unknown>)[key], value, file),
  ]);
  return { ...base, ...Object.fromEntries(changed) };
}

function isFigure(value: unknown): value is Figure<unknown> {
  return typeof value === 'object' && value !== null && 'origin' in value && 'source' in value;
}
