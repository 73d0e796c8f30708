/** A scenario's files as JSON can hold them: text as it is, all else in base64. */
import { isLocal } from './local-path.ts';
import type { ScenarioSource } from './source.ts';

export type FileTexts = Readonly<Record<string, string | { readonly base64: string }>>;

export function toTexts(files: ScenarioSource['files']): FileTexts {
  return Object.fromEntries(
    Object.entries(files).map(([name, contents]) => [
      name,
      typeof contents === 'string' ? contents : { base64: toBase64(contents) },
    ]),
  );
}

/** Throws TypeError for what toTexts does not make: storage and links may hold anything. */
export function fromTexts(texts: unknown): ScenarioSource['files'] {
  if (typeof texts !== 'object' || texts === null) throw new TypeError('there are no files in it');
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      // It may become a file's name in a zip.
      if (!isLocal(name)) throw new TypeError(`${name} is no path within a folder`);
      if (typeof text === 'string') return [name, text];
      if (typeof text?.base64 !== 'string') throw new TypeError(`${name} is neither text nor bytes`);
      return [name, fromBase64(text.base64)];
    }),
  );
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
