/** Groups for key agreement: IANA "TLS Supported Groups". */
import type { GroupName } from '../crypto/provider.ts';

/** What the engine computes with. */
export const GROUP_IDS = {
  secp256r1: 23,
  secp384r1: 24,
  secp521r1: 25,
  x25519: 29,
} as const satisfies Record<GroupName, number>;

/** Others that are met in hellos, for annotation only. */
const OTHER_GROUPS: Readonly<Record<number, string>> = {
  18: 'secp192k1',
  19: 'secp192r1',
  20: 'secp224k1',
  21: 'secp224r1',
  22: 'secp256k1',
  26: 'brainpoolP256r1',
  27: 'brainpoolP384r1',
  28: 'brainpoolP512r1',
  30: 'x448',
  256: 'ffdhe2048',
  257: 'ffdhe3072',
  258: 'ffdhe4096',
  259: 'ffdhe6144',
  260: 'ffdhe8192',
  4588: 'X25519MLKEM768',
};

const BY_ID = new Map<number, GroupName>(
  Object.entries(GROUP_IDS).map(([name, id]) => [id, name as GroupName]),
);

/** The group as the crypto provider names it; undefined when the engine has no arithmetic for it. */
export function groupById(id: number): GroupName | undefined {
  return BY_ID.get(id);
}

export function describeGroup(id: number): string {
  return BY_ID.get(id) ?? OTHER_GROUPS[id] ?? `unknown group ${id}`;
}

/**
 * Random bytes for a key share: the scalar and 8 more, so that the reduction is unbiased to 2^-64 (FIPS 186-5
 * appendix A.2.1).
 */
export function keyShareRandomLength(group: GroupName): number {
  return { secp256r1: 40, secp384r1: 56, secp521r1: 74, x25519: 40 }[group];
}
