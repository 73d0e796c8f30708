import { bytesToInteger } from './integers.ts';

const P = 2n ** 255n - 19n;
const SIGN_BIT = 1n << 255n;

/** y of a point of order 8 on edwards25519; its negative is that of the other ones. */
const Y_OF_ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/** y of the eight points whose order divides the cofactor 8; the sign of x adds nothing. */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([0n, 1n, P - 1n, Y_OF_ORDER_8, P - Y_OF_ORDER_8]);

/**
 * Whether an encoded point has an order of 1, 2, 4 or 8, also when y is written as y + p. With such a key, or
 * such an R, one signature fits several messages (RFC 8032 section 8, "Verifying Cofactored or Not"); verifiers
 * differ on them, OpenSSL's versions among each other too. So they are refused before anyone is asked.
 */
export function isSmallOrder(point: Uint8Array): boolean {
  const y = bytesToInteger(point.slice().reverse()) & ~SIGN_BIT;
  return SMALL_ORDER.has(y % P);
}
