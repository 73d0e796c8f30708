/** All rules, in the order in which they speak of one line. */
import type { Rule } from '../rule.ts';
import { clockNotSet } from './clock-not-set.ts';
import { keyInFlash } from './key-in-flash.ts';
import { largeBundle } from './large-bundle.ts';
import { noCa } from './no-ca.ts';
import { noTimeout } from './no-timeout.ts';
import { rsa4096 } from './rsa-4096.ts';
import { verificationOff } from './verification-off.ts';

export const RULES: readonly Rule[] = [
  verificationOff,
  noCa,
  clockNotSet,
  rsa4096,
  largeBundle,
  keyInFlash,
  noTimeout,
];
