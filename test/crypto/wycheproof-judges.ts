/** How each kind of Wycheproof case is put to a provider. */
import assert from 'node:assert/strict';
import { ccmOpen, ccmSeal } from '../../emulator/crypto/ccm.ts';
import { constantTimeEqual } from '../../emulator/crypto/constant-time.ts';
import { CURVES } from '../../emulator/crypto/curves.ts';
import { hkdfExpand, hkdfExtract } from '../../emulator/crypto/hkdf.ts';
import { bytesToInteger, integerToBytes } from '../../emulator/crypto/integers.ts';
import { ccmCipher } from '../../emulator/crypto/noble-ciphers.ts';
import { aeadOpenWithTag, aeadSealWithTag } from '../../emulator/crypto/node-ciphers.node.ts';
import type {
  AeadName,
  CryptoProvider,
  CurveName,
  GroupName,
  HashName,
  RsaPublicKey,
} from '../../emulator/crypto/provider.ts';
import { hex, integer } from './support.ts';
import type { Case, Group, Judge } from './wycheproof.ts';

const hashName = (sha: string): HashName => sha.toLowerCase().replace('-', '') as HashName;

/** Seals and opens: a valid case must give its bytes both ways. */
export function judgeAead(aead: AeadName): Judge {
  return (provider, _group, test) => {
    const [key, iv, aad, plaintext] = [hex(test.key), hex(test.iv), hex(test.aad), hex(test.msg)];
    const sealed = hex(test.ct + test.tag);
    const opened = provider.aeadOpen(aead, key, iv, aad, sealed);
    if (opened === undefined) return false;
    assert.deepEqual(opened, plaintext);
    assert.deepEqual(provider.aeadSeal(aead, key, iv, aad, plaintext), sealed);
    return true;
  };
}

/**
 * TLS knows tags of 16 and 8 bytes, which go through the provider; the other lengths go to the provider's own
 * CCM below its interface.
 */
export const judgeCcm: Judge = (provider, group, test) => {
  const tagBits = group.tagSize;
  if (tagBits === 128) return judgeAead('aes-ccm')(provider, group, test);
  if (tagBits === 64) return judgeAead('aes-ccm-8')(provider, group, test);
  const tagBytes = tagBits / 8;
  const [key, iv, aad, plaintext] = [hex(test.key), hex(test.iv), hex(test.aad), hex(test.msg)];
  const sealed = hex(test.ct + test.tag);
  const native = provider.name === 'node';
  const opened = native
    ? aeadOpenWithTag('aes-ccm', tagBytes, key, iv, aad, sealed)
    : ccmOpen(ccmCipher(key), tagBytes, iv, aad, sealed);
  if (opened === undefined) return false;
  assert.deepEqual(opened, plaintext);
  const resealed = native
    ? aeadSealWithTag('aes-ccm', tagBytes, key, iv, aad, plaintext)
    : ccmSeal(ccmCipher(key), tagBytes, iv, aad, plaintext);
  assert.deepEqual(resealed, sealed);
  return true;
};

/** The provider does whole blocks; PKCS #5 padding is put on and looked at here. */
export const judgeCbc: Judge = (provider, _group, test) => {
  const [key, iv, plaintext, ciphertext] = [hex(test.key), hex(test.iv), hex(test.msg), hex(test.ct)];
  if (ciphertext.length === 0) return false;
  const padded = provider.cbcDecrypt('aes', key, iv, ciphertext);
  const count = padded.at(-1)!;
  const padding = padded.subarray(padded.length - count);
  if (count < 1 || count > 16 || padding.some((octet) => octet !== count)) return false;
  assert.deepEqual(padded.slice(0, padded.length - count), plaintext);
  assert.deepEqual(provider.cbcEncrypt('aes', key, iv, padded), ciphertext);
  return true;
};

export function judgeHmac(hash: HashName): Judge {
  return (provider, group, test) => {
    const tagBytes = group.tagSize / 8;
    const mac = provider.hmac(hash, hex(test.key), hex(test.msg)).subarray(0, tagBytes);
    return constantTimeEqual(mac, hex(test.tag));
  };
}

export function judgeHkdf(hash: HashName): Judge {
  return (provider, _group, test) => {
    const pseudorandomKey = hkdfExtract(provider, hash, hex(test.salt), hex(test.ikm));
    assert.deepEqual(hkdfExpand(provider, hash, pseudorandomKey, hex(test.info), test.size), hex(test.okm));
    return true;
  };
}

function deriveAs(provider: CryptoProvider, group: GroupName, privateKey: Uint8Array, point: Uint8Array) {
  return provider.deriveSharedSecret({ group, privateKey, publicKey: new Uint8Array(0) }, point);
}

/** The peer's point as the key exchange of TLS carries it. */
export function judgeEcdhPoint(curve: CurveName): Judge {
  return (provider, _group, test) => agree(provider, curve, test, hex(test.public));
}

/** RFC 5480 named curves, uncompressed: SubjectPublicKeyInfo up to the point. */
const SPKI_PREFIX: Readonly<Record<CurveName, string>> = {
  secp256r1: '3059301306072a8648ce3d020106082a8648ce3d030107034200',
  secp384r1: '3076301006072a8648ce3d020106052b81040022036200',
  secp521r1: '30819b301006072a8648ce3d020106052b8104002303818600',
};

/** The peer's key as a SubjectPublicKeyInfo, of which only the one form that TLS certificates use is taken. */
export function judgeEcdhSpki(curve: CurveName): Judge {
  return (provider, _group, test) => {
    const spki = test.public;
    if (!spki.startsWith(SPKI_PREFIX[curve])) return false;
    return agree(provider, curve, test, hex(spki.slice(SPKI_PREFIX[curve].length)));
  };
}

function agree(provider: CryptoProvider, curve: CurveName, test: Case, point: Uint8Array): boolean {
  const scalar = integerToBytes(bytesToInteger(hex(test.private)), CURVES[curve].bytes);
  assert.deepEqual(deriveAs(provider, curve, scalar, point), hex(test.shared));
  return true;
}

export const judgeX25519: Judge = (provider, _group, test) => {
  assert.deepEqual(deriveAs(provider, 'x25519', hex(test.private), hex(test.public)), hex(test.shared));
  return true;
};

const ecPoints = new WeakMap<Group, ReturnType<typeof ecPublicKey>>();

function ecPublicKey(curve: CurveName, group: Group) {
  return { kind: 'ec', curve, point: hex(group.publicKey.uncompressed) } as const;
}

export function judgeEcdsa(curve: CurveName): Judge {
  return (provider, group, test) => {
    const key = ecPoints.get(group) ?? ecPublicKey(curve, group);
    ecPoints.set(group, key);
    return provider.ecdsaVerify(key, hashName(group.sha), hex(test.msg), hex(test.sig));
  };
}

const rsaKeys = new WeakMap<Group, RsaPublicKey>();

function rsaPublicKey(group: Group): RsaPublicKey {
  let key = rsaKeys.get(group);
  if (!key) {
    const { modulus, publicExponent } = group.publicKey;
    key = { kind: 'rsa', n: integer(modulus), e: integer(publicExponent) };
    rsaKeys.set(group, key);
  }
  return key;
}

export const judgeRsaPkcs1: Judge = (provider, group, test) =>
  provider.rsaPkcs1Verify(rsaPublicKey(group), hashName(group.sha), hex(test.msg), hex(test.sig));

export const judgeRsaPss: Judge = (provider, group, test) =>
  provider.rsaPssVerify(rsaPublicKey(group), hashName(group.sha), hex(test.msg), hex(test.sig), {
    saltLength: group.sLen,
    mgfHash: hashName(group.mgfSha),
  });

export const judgeRsaDecrypt: Judge = (provider, group, test) => {
  const key = group.privateKey;
  const plaintext = provider.rsaPkcs1Decrypt(
    {
      kind: 'rsa',
      publicKey: { kind: 'rsa', n: integer(key.modulus), e: integer(key.publicExponent) },
      d: integer(key.privateExponent),
      p: integer(key.prime1),
      q: integer(key.prime2),
      dP: integer(key.exponent1),
      dQ: integer(key.exponent2),
      qInv: integer(key.coefficient),
    },
    hex(test.ct),
  );
  if (plaintext === undefined) return false;
  assert.deepEqual(plaintext, hex(test.msg));
  return true;
};
