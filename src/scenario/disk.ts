import { readFileSync } from 'node:fs';

/** Plain bytes: a Node Buffer has a JSON form of its own, which does not survive the way to a worker. */
export function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}
