import type { Board } from './board.ts';
import { esp32 } from './esp32.ts';

/** The board profiles by name. Worker and world look up the same table, so that only the name travels. */
export const BOARDS: Readonly<Record<string, Board>> = { esp32 };

export function boardByName(name: string): Board {
  const board = BOARDS[name];
  if (board === undefined) {
    throw new RangeError(`board: no profile named "${name}" (there are ${Object.keys(BOARDS).join(', ')})`);
  }
  return board;
}
