/**
 * True when both are equal, in time that depends on the lengths alone: a MAC compared byte by byte with an
 * early exit tells an attacker how many bytes were right.
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}
