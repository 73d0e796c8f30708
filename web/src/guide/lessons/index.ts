/** The lessons in the order of the subject. */
import type { Lesson } from '../lesson.ts';
import { attackers } from './attackers.ts';
import { certificatesAndChains } from './certificates-and-chains.ts';
import { embeddedTips } from './embedded-tips.ts';
import { handshakeAndModes } from './handshake-and-modes.ts';
import { keys } from './keys.ts';
import { ownBoard } from './own-board.ts';
import { whyTls } from './why-tls.ts';

export const LESSONS: readonly Lesson[] = [
  whyTls,
  handshakeAndModes,
  keys,
  certificatesAndChains,
  embeddedTips,
  attackers,
  ownBoard,
];
