/** What came of an operation, in a sentence each. */
import type { UseKeySpec } from '../schema/use-key.ts';
import type { Outcome } from './operations.ts';

export function sentence({ to, key, by, peer, tamper }: UseKeySpec, { outcome }: Outcome): string {
  const own = by === key ? 'its own' : `${key}'s`;
  switch (to) {
    case 'encrypt':
      return `anybody can do this with the public half; only ${key}'s private half undoes it`;
    case 'decrypt':
      return outcome === 'done'
        ? `${own} private half opens what the public half has closed`
        : `${own} private half does not open it: it was closed with another key, or changed on its way`;
    case 'sign':
      return `only who has ${own} private half can make this; whoever has the public half can check it`;
    case 'verify':
      return outcome === 'verified'
        ? `the text is as it was signed, and who signed it has ${key}'s private half`
        : `this signature of ${key} is not over this text${tamper === undefined ? ': another key made it, or the text is another' : ', which was changed on its way'}`;
    case 'agree':
      return `the secret of ${key} and ${peer}: neither has sent it, and another pair of keys gives another`;
  }
}
