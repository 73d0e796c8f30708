/** What a key does with bytes, by scheme. All of it goes through the provider, so that it is metered. */

import { HASH_BYTES } from '../../../emulator/crypto/hashes.ts';
import type {
  CryptoProvider,
  EcPrivateKey,
  HashName,
  PrivateKey,
  PublicKey,
  RsaPrivateKey,
} from '../../../emulator/crypto/provider.ts';
import type { UseKeySpec } from '../schema/use-key.ts';

export interface Material {
  readonly crypto: CryptoProvider;
  readonly key: PrivateKey;
  readonly hash: HashName;
  readonly input: Uint8Array;
  /** The signature to verify. */
  readonly signature: Uint8Array;
  /** The other side's key, to agree with. */
  readonly peer: PublicKey | undefined;
  random(length: number): Uint8Array;
}

/** `output` undefined: it was refused, or there is nothing but a yes. */
export interface Outcome {
  readonly outcome: 'done' | 'verified' | 'refused';
  readonly output?: Uint8Array | undefined;
}

type Kind = `${UseKeySpec['to']} ${UseKeySpec['scheme']}`;

/** Those that there are: a scheme either hides or signs or agrees. */
const OPERATIONS: Partial<Record<Kind, (material: Material) => Outcome>> = {
  'encrypt RSA-OAEP': ({ crypto, key, hash, input, random }) =>
    done(crypto.rsaOaepEncrypt(rsa(key).publicKey, hash, input, random(HASH_BYTES[hash]))),
  'decrypt RSA-OAEP': ({ crypto, key, hash, input }) => done(crypto.rsaOaepDecrypt(rsa(key), hash, input)),
  'sign RSA-PSS': ({ crypto, key, hash, input, random }) =>
    done(crypto.rsaPssSign(rsa(key), hash, input, random(HASH_BYTES[hash]))),
  'verify RSA-PSS': ({ crypto, key, hash, input, signature }) =>
    verdict(
      crypto.rsaPssVerify(rsa(key).publicKey, hash, input, signature, { saltLength: HASH_BYTES[hash] }),
    ),
  'sign RSA-PKCS1': ({ crypto, key, hash, input }) => done(crypto.rsaPkcs1Sign(rsa(key), hash, input)),
  'verify RSA-PKCS1': ({ crypto, key, hash, input, signature }) =>
    verdict(crypto.rsaPkcs1Verify(rsa(key).publicKey, hash, input, signature)),
  'sign ECDSA': ({ crypto, key, hash, input }) => done(crypto.ecdsaSign(ec(key), hash, input)),
  'verify ECDSA': ({ crypto, key, hash, input, signature }) =>
    verdict(crypto.ecdsaVerify(ec(key).publicKey, hash, input, signature)),
  'agree ECDH': ({ crypto, key, peer }) => done(crypto.deriveSharedSecret(shareOf(ec(key)), pointOf(peer))),
};

export function hasOperation(to: unknown, scheme: unknown): boolean {
  return Object.hasOwn(OPERATIONS, `${to} ${scheme}`);
}

/** Throws CryptoError for an input that the scheme cannot take: a text too long for the key. */
export function operate(to: UseKeySpec['to'], scheme: UseKeySpec['scheme'], material: Material): Outcome {
  return OPERATIONS[`${to} ${scheme}`]!(material);
}

function done(output: Uint8Array | undefined): Outcome {
  return { outcome: output === undefined ? 'refused' : 'done', output };
}

function verdict(valid: boolean): Outcome {
  return { outcome: valid ? 'verified' : 'refused' };
}

function rsa(key: PrivateKey): RsaPrivateKey {
  if (key.kind !== 'rsa') throw new Error('an RSA scheme with a key that is none');
  return key;
}

function ec(key: PrivateKey): EcPrivateKey {
  if (key.kind !== 'ec') throw new Error('a scheme of elliptic curves with a key that is none');
  return key;
}

function shareOf({ curve, d, publicKey }: EcPrivateKey) {
  return { group: curve, privateKey: d, publicKey: publicKey.point };
}

function pointOf(peer: PublicKey | undefined): Uint8Array {
  if (peer?.kind !== 'ec') throw new Error('an agreement with a key that is on no curve');
  return peer.point;
}
