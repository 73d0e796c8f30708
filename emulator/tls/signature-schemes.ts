/**
 * Signature schemes by their RFC 8446 numbers. In TLS 1.2 the two bytes are a hash and an algorithm (RFC 5246
 * 7.4.1.4.1) and do not bind the curve: "ecdsa_secp521r1_sha512" then means ECDSA with SHA-512 on any curve.
 */
import { HASH_BYTES } from '../crypto/hashes.ts';
import type { CryptoProvider, HashName, PrivateKey, PublicKey } from '../crypto/provider.ts';
import type { TlsHost } from './engine.ts';

export interface SignatureScheme {
  readonly id: number;
  readonly name: string;
  readonly key: 'ec' | 'rsa' | 'ed25519';
  /** Undefined for Ed25519, which hashes for itself. */
  readonly hash: HashName | undefined;
  readonly padding?: 'pkcs1' | 'pss';
  /** In words, for summaries of TLS 1.2 messages. */
  readonly words: string;
}

function ecdsa(id: number, name: string, hash: HashName, words: string): SignatureScheme {
  return { id, name, key: 'ec', hash, words };
}

function rsa(
  id: number,
  name: string,
  hash: HashName,
  padding: 'pkcs1' | 'pss',
  words: string,
): SignatureScheme {
  return { id, name, key: 'rsa', hash, padding, words };
}

export const SIGNATURE_SCHEMES: readonly SignatureScheme[] = [
  ecdsa(0x0603, 'ecdsa_secp521r1_sha512', 'sha512', 'ECDSA with SHA-512'),
  rsa(0x0601, 'rsa_pkcs1_sha512', 'sha512', 'pkcs1', 'RSA with SHA-512'),
  ecdsa(0x0503, 'ecdsa_secp384r1_sha384', 'sha384', 'ECDSA with SHA-384'),
  rsa(0x0501, 'rsa_pkcs1_sha384', 'sha384', 'pkcs1', 'RSA with SHA-384'),
  ecdsa(0x0403, 'ecdsa_secp256r1_sha256', 'sha256', 'ECDSA with SHA-256'),
  rsa(0x0401, 'rsa_pkcs1_sha256', 'sha256', 'pkcs1', 'RSA with SHA-256'),
  rsa(0x0804, 'rsa_pss_rsae_sha256', 'sha256', 'pss', 'RSA-PSS with SHA-256'),
  rsa(0x0805, 'rsa_pss_rsae_sha384', 'sha384', 'pss', 'RSA-PSS with SHA-384'),
  rsa(0x0806, 'rsa_pss_rsae_sha512', 'sha512', 'pss', 'RSA-PSS with SHA-512'),
  { id: 0x0807, name: 'ed25519', key: 'ed25519', hash: undefined, words: 'Ed25519' },
];

/** Others that are met in hellos, for annotation only. */
const OTHER_SCHEMES: Readonly<Record<number, string>> = {
  513: 'rsa_pkcs1_sha1',
  515: 'ecdsa_sha1',
  769: 'rsa_pkcs1_sha224',
  771: 'ecdsa_sha224',
  1026: 'dsa_sha256',
  2056: 'ed448',
  2057: 'rsa_pss_pss_sha256',
  2058: 'rsa_pss_pss_sha384',
  2059: 'rsa_pss_pss_sha512',
};

const BY_ID = new Map(SIGNATURE_SCHEMES.map((scheme) => [scheme.id, scheme]));

export function schemeById(id: number): SignatureScheme | undefined {
  return BY_ID.get(id);
}

export function describeScheme(id: number): string {
  return BY_ID.get(id)?.name ?? OTHER_SCHEMES[id] ?? `unknown scheme 0x${id.toString(16).padStart(4, '0')}`;
}

/** What EMSA-PKCS1-v1_5 needs beside the hash: the DigestInfo's 19 octets, and 11 (RFC 8017 section 9.2). */
const PKCS1_OVERHEAD = 30;

/** Whether the key is of the scheme's kind, and its modulus has room for what is signed (RFC 8017 section 9). */
export function canSign(key: PrivateKey | PublicKey, { key: kind, hash, padding }: SignatureScheme): boolean {
  if (key.kind !== 'rsa') return key.kind === kind;
  if (kind !== 'rsa') return false;
  const digest = HASH_BYTES[hash!];
  const modulus = ('publicKey' in key ? key.publicKey : key).n.length;
  return modulus >= digest + (padding === 'pss' ? digest + 2 : PKCS1_OVERHEAD);
}

/** Throws for a key of another kind than the scheme. */
export function sign(
  host: Pick<TlsHost, 'crypto' | 'random'>,
  scheme: SignatureScheme,
  key: PrivateKey,
  data: Uint8Array,
): Uint8Array {
  const { crypto } = host;
  if (key.kind === 'ec' && scheme.key === 'ec') return crypto.ecdsaSign(key, scheme.hash!, data);
  if (key.kind === 'ed25519' && scheme.key === 'ed25519') return crypto.ed25519Sign(key, data);
  if (key.kind === 'rsa' && scheme.key === 'rsa') {
    const hash = scheme.hash!;
    if (scheme.padding === 'pkcs1') return crypto.rsaPkcs1Sign(key, hash, data);
    // RFC 8446 section 4.2.3: the salt is as long as the digest.
    return crypto.rsaPssSign(key, hash, data, host.random(HASH_BYTES[hash]));
  }
  throw new Error(`a key of kind ${key.kind} cannot sign with ${scheme.name}`);
}

/** False also when the key is of another kind than the scheme. */
export function verify(
  crypto: CryptoProvider,
  scheme: SignatureScheme,
  key: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key.kind !== scheme.key) return false;
  if (key.kind === 'ec') return crypto.ecdsaVerify(key, scheme.hash!, data, signature);
  if (key.kind === 'ed25519') return crypto.ed25519Verify(key, data, signature);
  const hash = scheme.hash!;
  if (scheme.padding === 'pkcs1') return crypto.rsaPkcs1Verify(key, hash, data, signature);
  return crypto.rsaPssVerify(key, hash, data, signature, { saltLength: HASH_BYTES[hash] });
}
