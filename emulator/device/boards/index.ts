import { type Board, boardOf } from './board.ts';
import { esp32 } from './esp32.ts';
import { esp32c3 } from './esp32-c3.ts';
import { esp32c6 } from './esp32-c6.ts';
import { esp32s3 } from './esp32-s3.ts';

/** The board profiles by name. */
export const BOARDS: Readonly<Record<string, Board>> = Object.fromEntries(
  [esp32, esp32s3, esp32c3, esp32c6].map((profile) => [profile.name, boardOf(profile)]),
);

export function boardByName(name: string): Board {
  const board = Object.hasOwn(BOARDS, name) ? BOARDS[name] : undefined;
  if (board === undefined) {
    throw new RangeError(`board: no profile named "${name}" (there are ${Object.keys(BOARDS).join(', ')})`);
  }
  return board;
}
