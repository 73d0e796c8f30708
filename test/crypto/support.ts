import { CURVES } from '../../emulator/crypto/curves.ts';
import { bytesToInteger, integerToBytes } from '../../emulator/crypto/integers.ts';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CurveName, EcPrivateKey } from '../../emulator/crypto/provider.ts';

export const providers = [nobleProvider, nodeProvider];

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The key with this scalar, made through the public interface: generation maps random d - 1 to d. */
export function ecKey(curve: CurveName, scalar: string): EcPrivateKey {
  const random = integerToBytes(bytesToInteger(hex(scalar)) - 1n, CURVES[curve].bytes + 8);
  return nodeProvider.generateEcKey(curve, random);
}

/** Big-endian without leading zeros, as keys hold their numbers. */
export function integer(text: string): Uint8Array {
  const bytes = hex(text);
  const first = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(first < 0 ? bytes.length : first);
}
