/**
 * Loads a bundle as CommonJS together with what V8 compiled of it when the build ran it once. Compiling what a start
 * needs takes V8 longer than running it, and Node before 22.8 keeps nothing of it from run to run.
 */
import { existsSync, readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

export interface Bundle<Exports> {
  readonly exports: Exports;
  /** What V8 has compiled of it by now, for the file that `compiledName` names. */
  compiled(): Uint8Array;
}

type Wrapper = (
  exports: unknown,
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/** V8 takes only what the same version made for the same processor. */
export function compiledName(file: string): string {
  return `${file}.${process.arch}-v8-${process.versions.v8}.code`;
}

/** Runs the bundle and returns what it exports. Without compiled code of this Node's it starts later, and is the same. */
export function loadBundle<Exports>(file: string): Exports {
  const compiled = compiledName(file);
  if (existsSync(compiled)) return runBundle<Exports>(file, readFileSync(compiled)).exports;
  // Node 22.8 and later keep compiled code from run to run themselves.
  (module as { enableCompileCache?: () => void }).enableCompileCache?.();
  return createRequire(file)(file) as Exports;
}

/** As Node loads a CommonJS file, with code that V8 may know already: of another version, it is not used. */
export function runBundle<Exports>(file: string, cachedData?: Buffer): Bundle<Exports> {
  const parameters = 'exports,require,module,__filename,__dirname';
  const text = `(function(${parameters}){${readFileSync(file, 'utf8')}\n})`;
  const script = new Script(text, { filename: file, ...(cachedData && { cachedData }) });
  const loaded = { exports: {} as Exports };
  const wrapper = script.runInThisContext() as Wrapper;
  wrapper(loaded.exports, createRequire(file), loaded, file, dirname(file));
  return { exports: loaded.exports, compiled: () => script.createCachedData() };
}
