/** How long records may be, by agreement: RFC 6066 section 4. */
import { TlsError } from './engine.ts';
import type { ClientHello } from './messages/client-hello.ts';
import { fragmentLengthOf } from './messages/extensions/parameters.ts';
import { type Extension, findExtension } from './messages/extensions.ts';

export interface FragmentLength {
  readonly code: number;
  readonly octets: number;
}

/** The code that a server answers with, and what it means; undefined when it was not asked. */
export function requestedFragmentLength({ extensions }: ClientHello): FragmentLength | undefined {
  const code = findExtension(extensions, 'max_fragment_length')?.code;
  if (code === undefined) return undefined;
  const octets = fragmentLengthOf(code);
  if (octets === undefined) {
    throw new TlsError('illegal-parameter', `max_fragment_length says ${code}, which means nothing`);
  }
  return { code, octets };
}

/** Octets that a server agrees to, if any: the answer is the length asked for, or none. */
export function answeredFragmentLength(
  extensions: readonly Extension[],
  offer: ClientHello,
): number | undefined {
  const answer = findExtension(extensions, 'max_fragment_length');
  if (answer === undefined) return undefined;
  if (answer.code !== findExtension(offer.extensions, 'max_fragment_length')?.code) {
    throw new TlsError(
      'illegal-parameter',
      'the server answers another max_fragment_length than was asked for',
    );
  }
  return fragmentLengthOf(answer.code);
}
