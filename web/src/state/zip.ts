/** A scenario's folder from a zip: what `Export` makes, and what any program for archives does. */
import { isLocal } from '../../../src/scenario/local-path.ts';
import { SCENARIO_FILE } from '../../../src/scenario/scenario-file.ts';
import type { ScenarioSource } from '../world/protocol.ts';
import { textIfText } from '../world/text-if-text.ts';

/** Bytes that a zip may unfold to. */
const LARGEST = 2_000_000;

/** `fileName`: of the zip. Rejected with a sentence. */
export async function readZip(fileName: string, zip: Uint8Array): Promise<ScenarioSource> {
  const { unzipSync } = await import('fflate');
  let size = 0;
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        size += originalSize;
        if (size > LARGEST) throw new RangeError(`more than ${LARGEST} bytes`);
        return !name.endsWith('/') && isLocal(name);
      },
    });
  } catch (error) {
    throw new Error(`${fileName} cannot be read as a zip: ${(error as Error).message}`);
  }
  const file = Object.keys(entries)
    .filter((path) => path === SCENARIO_FILE || path.endsWith(`/${SCENARIO_FILE}`))
    .sort((a, b) => a.length - b.length)[0];
  if (file === undefined) throw new Error(`${fileName} has no ${SCENARIO_FILE} in it`);
  const folder = file.slice(0, -SCENARIO_FILE.length);
  const files = Object.entries(entries)
    .filter(([path]) => path.startsWith(folder))
    .map(([path, bytes]) => [path.slice(folder.length), textIfText(bytes)]);
  const name = folder.split('/').at(-2) ?? fileName.replace(/\.zip$/i, '');
  return { name, files: Object.fromEntries(files) };
}
