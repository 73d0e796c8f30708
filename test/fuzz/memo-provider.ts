/**
 * A crypto provider that remembers. In a fuzzing run the same handshake happens again and again up to the byte
 * that was changed: its arithmetic need be done once. Results are those of the provider beneath, bit for bit.
 */
import type { CryptoProvider, EcPrivateKey, KeyShare, PublicKey } from '../../emulator/crypto/provider.ts';

/** Entries per operation; the oldest go first. What a changed message leads to is seldom met again. */
const CAPACITY = 2_000;

export function memoised(provider: CryptoProvider): CryptoProvider {
  const remember = <R>(make: () => R, ...key: readonly (string | Uint8Array | undefined)[]): R =>
    cache.of(key, make);
  const cache = new Cache();
  return {
    ...provider,
    generateKeyShare: (group, random) =>
      remember(() => provider.generateKeyShare(group, random), 'share', group, random),
    deriveSharedSecret: (share: KeyShare, peer) =>
      remember(() => provider.deriveSharedSecret(share, peer), 'ecdh', share.group, share.privateKey, peer),
    ecdsaSign: (key: EcPrivateKey, hash, data) =>
      remember(() => provider.ecdsaSign(key, hash, data), 'sign', hash, key.d, data),
    ecdsaVerify: (key, hash, data, signature) =>
      remember(
        () => provider.ecdsaVerify(key, hash, data, signature),
        'verify',
        hash,
        id(key),
        data,
        signature,
      ),
    rsaPkcs1Sign: (key, hash, data) =>
      remember(() => provider.rsaPkcs1Sign(key, hash, data), 'rsa-sign', hash, key.d, data),
    rsaPkcs1Verify: (key, hash, data, signature) =>
      remember(
        () => provider.rsaPkcs1Verify(key, hash, data, signature),
        'rsa-verify',
        hash,
        id(key),
        data,
        signature,
      ),
    rsaPssSign: (key, hash, data, salt) =>
      remember(() => provider.rsaPssSign(key, hash, data, salt), 'pss-sign', hash, key.d, data, salt),
    rsaPssVerify: (key, hash, data, signature, options) =>
      remember(
        () => provider.rsaPssVerify(key, hash, data, signature, options),
        'pss-verify',
        `${hash} ${options?.mgfHash} ${options?.saltLength}`,
        id(key),
        data,
        signature,
      ),
  };
}

function id(key: PublicKey): Uint8Array {
  return key.kind === 'rsa' ? key.n : key.point;
}

class Cache {
  private readonly results = new Map<string, { readonly value?: unknown; readonly error?: unknown }>();

  of<R>(key: readonly (string | Uint8Array | undefined)[], make: () => R): R {
    const name = key.map((part) => (part instanceof Uint8Array ? text(part) : part)).join('|');
    let result = this.results.get(name);
    if (result === undefined) {
      result = attempt(make);
      if (this.results.size >= CAPACITY) this.results.delete(this.results.keys().next().value!);
      this.results.set(name, result);
    }
    if ('error' in result) throw result.error;
    return result.value as R;
  }
}

function attempt(make: () => unknown): { value: unknown } | { error: unknown } {
  try {
    return { value: make() };
  } catch (error) {
    return { error };
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
