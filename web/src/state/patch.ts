/** The patch of the settings (RFC 7396), changed at one place: several panes write into it, and each takes back its own. */
type Patch = Readonly<Record<string, unknown>>;

/** `patch` with `value` at `path`; undefined takes away what stood there, and what is empty then. */
export function patched(
  patch: Patch | undefined,
  path: readonly [string, ...string[]],
  value: unknown,
): Patch | undefined {
  const [key, ...rest] = path;
  const below = patch?.[key];
  const inside = isPatch(below) ? below : undefined;
  const changed = rest.length === 0 ? value : patched(inside, rest as [string, ...string[]], value);
  const { [key]: _, ...others } = patch ?? {};
  const result = changed === undefined ? others : { ...others, [key]: changed };
  return Object.keys(result).length === 0 ? undefined : result;
}

/** `patch` and all of `own`, which wins where both say something. */
export function withPatch(patch: Patch | undefined, own: Patch | undefined): Patch | undefined {
  return pathsOf(own).reduce<Patch | undefined>((all, [path, value]) => patched(all, path, value), patch);
}

/** `patch` without what `own` says in it. */
export function withoutPatch(patch: Patch | undefined, own: Patch | undefined): Patch | undefined {
  return pathsOf(own).reduce<Patch | undefined>((all, [path]) => patched(all, path, undefined), patch);
}

type Path = [string, ...string[]];

/** Everything a patch says, with the path to it. */
function pathsOf(patch: Patch = {}): [Path, unknown][] {
  return Object.entries(patch).flatMap(([key, value]): [Path, unknown][] =>
    isPatch(value)
      ? pathsOf(value).map(([path, inner]): [Path, unknown] => [[key, ...path], inner])
      : [[[key], value]],
  );
}

function isPatch(value: unknown): value is Patch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
