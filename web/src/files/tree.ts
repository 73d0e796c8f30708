/** Paths as folders within folders. */
import type { FlashEntry } from '../world/protocol.ts';

export interface Folder {
  /** "/" or "/certs/". */
  readonly path: string;
  readonly name: string;
  readonly folders: readonly Folder[];
  readonly files: readonly (FlashEntry & { readonly name: string })[];
}

/** `entries` in the order of their paths. */
export function treeOf(entries: readonly FlashEntry[], path = '/', name = '/'): Folder {
  const within = entries.map((entry) => ({ ...entry, rest: entry.path.slice(path.length) }));
  const names = new Set(
    within.filter(({ rest }) => rest.includes('/')).map(({ rest }) => rest.split('/')[0]!),
  );
  return {
    path,
    name,
    folders: [...names].map((folder) => {
      const below = `${path}${folder}/`;
      return treeOf(
        entries.filter((entry) => entry.path.startsWith(below)),
        below,
        `${folder}/`,
      );
    }),
    files: within
      .filter(({ rest }) => !rest.includes('/'))
      .map(({ path: whole, size, rest }) => ({ path: whole, size, name: rest })),
  };
}
