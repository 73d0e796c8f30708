/** CRLReason (RFC 5280 section 5.3.1), which OCSP uses too. */

import type { UnixSeconds } from '../world/time.ts';
import { timeText } from './time.ts';

/** By number; 7 is not used. */
const REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

export type CrlReason = Exclude<(typeof REASONS)[number], undefined>;

export const CRL_REASONS: readonly CrlReason[] = REASONS.filter((reason) => reason !== undefined);

export function reasonNumber(reason: CrlReason): number {
  return REASONS.indexOf(reason);
}

/** Undefined for a number that is not assigned. */
export function reasonByNumber(number: number): CrlReason | undefined {
  return REASONS[number];
}

/** "revoked since 2026-01-31 23:59:59Z (keyCompromise)" */
export function revokedText(time: UnixSeconds, reason: CrlReason | undefined): string {
  return `revoked since ${timeText(time)}${reason === undefined ? '' : ` (${reason})`}`;
}
