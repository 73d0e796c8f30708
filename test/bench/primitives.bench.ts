/** Each primitive through both providers, against what stands below: node:crypto's and @noble's own calls. */
import crypto from 'node:crypto';
import { cpus } from 'node:os';
import { cbc, gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider, CurveName } from '../../emulator/crypto/provider.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { Random } from '../../emulator/world/random.ts';
import { type Batch, medians, repeated, table } from './measure.ts';

type Work = () => unknown;

interface Primitive {
  readonly name: string;
  /** With it the figures are MB/s, without it microseconds of a call. */
  readonly bytes?: number;
  ours(provider: CryptoProvider): Work;
  /** node:crypto called as its documentation does. */
  readonly native: Work;
  /** None where the package lacks it. */
  readonly noble?: Work;
}

const random = new Random(1);
const key = random.bytes(32);
const [nonce, iv, aad] = [random.bytes(12), random.bytes(16), random.bytes(13)];
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

function hashing(): Primitive[] {
  const data = random.bytes(200);
  return (
    [
      ['sha256', sha256],
      ['sha384', sha384],
    ] as const
  ).flatMap(([name, noble]) => [
    {
      name: `${name}, 200 B`,
      ours: (provider: CryptoProvider) => () => provider.hash(name, data),
      native: () => crypto.createHash(name).update(data).digest(),
      noble: () => noble(data),
    },
    {
      name: `hmac ${name}, 200 B`,
      ours: (provider: CryptoProvider) => () => provider.hmac(name, key, data),
      native: () => crypto.createHmac(name, key).update(data).digest(),
      noble: () => nobleHmac(noble, key, data),
    },
    {
      name: `transcript ${name}, clone and digest`,
      ours: (provider: CryptoProvider) => {
        const running = provider.createHash(name).update(data);
        return () => running.clone().digest();
      },
      native: copyOf(crypto.createHash(name).update(data)),
      noble: cloneOf(noble.create().update(data)),
    },
  ]);
}

const copyOf =
  (running: crypto.Hash): Work =>
  () =>
    running.copy().digest();

const cloneOf =
  (running: { clone(): { digest(): Uint8Array } }): Work =>
  () =>
    running.clone().digest();

type NativeAead = 'aes-256-gcm' | 'aria-256-gcm' | 'chacha20-poly1305';

function nativeSeal(cipherName: NativeAead, plaintext: Uint8Array): Buffer {
  const cipher = crypto.createCipheriv(cipherName as crypto.CipherGCMTypes, key, nonce, {
    authTagLength: 16,
  });
  cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function nativeOpen(cipherName: NativeAead, sealed: Uint8Array): Buffer {
  const cipher = crypto.createDecipheriv(cipherName as crypto.CipherGCMTypes, key, nonce, {
    authTagLength: 16,
  });
  cipher.setAAD(aad).setAuthTag(sealed.subarray(-16));
  return Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
}

function records(): Primitive[] {
  const aeads = [
    ['aes-gcm', 'aes-256-gcm', gcm],
    ['chacha20-poly1305', 'chacha20-poly1305', chacha20poly1305],
    ['aria-gcm', 'aria-256-gcm', undefined],
  ] as const;
  return aeads.flatMap(([aead, native, noble]) =>
    [64, 16_384].flatMap((length) => {
      const plaintext = random.bytes(length);
      const sealed = nodeProvider.aeadSeal(aead, key, nonce, aad, plaintext);
      const bytes = length >= 1024 ? { bytes: length } : {};
      return [
        {
          name: `${native} seal, ${length} B`,
          ...bytes,
          ours: (provider: CryptoProvider) => () => provider.aeadSeal(aead, key, nonce, aad, plaintext),
          native: () => nativeSeal(native, plaintext),
          ...(noble && { noble: () => noble(key, nonce, aad).encrypt(plaintext) }),
        },
        {
          name: `${native} open, ${length} B`,
          ...bytes,
          ours: (provider: CryptoProvider) => () => provider.aeadOpen(aead, key, nonce, aad, sealed),
          native: () => nativeOpen(native, sealed),
          ...(noble && { noble: () => noble(key, nonce, aad).decrypt(sealed) }),
        },
      ];
    }),
  );
}

function cbcRecord(): Primitive {
  const plaintext = random.bytes(16_384);
  return {
    name: 'aes-256-cbc encrypt, 16384 B',
    bytes: plaintext.length,
    ours: (provider) => () => provider.cbcEncrypt('aes', key, iv, plaintext),
    native: () => {
      const cipher = crypto.createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
      return Buffer.concat([cipher.update(plaintext), cipher.final()]);
    },
    noble: () => cbc(key, iv, { disablePadding: true }).encrypt(plaintext),
  };
}

function keyAgreement(): Primitive[] {
  const nist = (
    [
      ['secp256r1', 'prime256v1', p256],
      ['secp384r1', 'secp384r1', p384],
    ] as const
  ).flatMap(([group, native, noble]): Primitive[] => {
    const peer = nodeProvider.generateKeyShare(group, random.bytes(80)).publicKey;
    const seed = random.bytes(80);
    const secret = noble.utils.randomSecretKey();
    const ecdh = crypto.createECDH(native);
    ecdh.generateKeys();
    return [
      {
        name: `${group} key share`,
        ours: (provider) => () => provider.generateKeyShare(group, seed),
        native: () => crypto.createECDH(native).generateKeys(),
        noble: () => noble.getPublicKey(secret, false),
      },
      {
        name: `${group} ECDH`,
        ours: (provider) => {
          const share = provider.generateKeyShare(group, seed);
          return () => provider.deriveSharedSecret(share, peer);
        },
        native: () => ecdh.computeSecret(peer),
        noble: () => noble.getSharedSecret(secret, peer, false),
      },
    ];
  });
  return [...nist, ...x25519Agreement()];
}

function x25519Agreement(): Primitive[] {
  const peer = nodeProvider.generateKeyShare('x25519', random.bytes(40)).publicKey;
  const seed = random.bytes(40);
  const { privateKey } = crypto.generateKeyPairSync('x25519');
  const jwk = { kty: 'OKP', crv: 'X25519', x: text(peer) };
  const secret = x25519.utils.randomSecretKey();
  return [
    {
      name: 'x25519 key share',
      ours: (provider) => () => provider.generateKeyShare('x25519', seed),
      native: () => crypto.generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' }),
      noble: () => x25519.getPublicKey(secret),
    },
    {
      name: 'x25519 ECDH',
      ours: (provider) => {
        const share = provider.generateKeyShare('x25519', seed);
        return () => provider.deriveSharedSecret(share, peer);
      },
      native: () => {
        const publicKey = crypto.createPublicKey({ key: jwk, format: 'jwk' });
        return crypto.diffieHellman({ privateKey, publicKey });
      },
      noble: () => x25519.getSharedSecret(secret, peer),
    },
  ];
}

const JWK_CURVES = { secp256r1: 'P-256', secp384r1: 'P-384' } as const;

function nativeEcKey(curve: keyof typeof JWK_CURVES, point: Uint8Array, d?: Uint8Array): crypto.JsonWebKey {
  const half = (point.length + 1) / 2;
  const jwk = {
    kty: 'EC',
    crv: JWK_CURVES[curve],
    x: text(point.subarray(1, half)),
    y: text(point.subarray(half)),
  };
  return d ? { ...jwk, d: text(d) } : jwk;
}

function ecdsa(): Primitive[] {
  const curves = [
    ['secp256r1', 'sha256', p256],
    ['secp384r1', 'sha384', p384],
  ] as const;
  return curves.flatMap(([curve, hash, noble]): Primitive[] => {
    const data = random.bytes(200);
    const ours = nodeProvider.generateEcKey(curve, random.bytes(80));
    const { point } = ours.publicKey;
    const privateKey = crypto.createPrivateKey({ key: nativeEcKey(curve, point, ours.d), format: 'jwk' });
    const publicKey = crypto.createPublicKey(privateKey);
    const signature = nodeProvider.ecdsaSign(ours, hash, data);
    const options = { format: 'der', lowS: false } as const;
    return [
      {
        name: `ECDSA ${curve} sign`,
        ours: (provider) => () => provider.ecdsaSign(ours, hash, data),
        native: () => crypto.sign(hash, data, privateKey),
        noble: () => noble.sign(data, ours.d, options),
      },
      {
        name: `ECDSA ${curve} verify`,
        ours: (provider) => () => provider.ecdsaVerify(ours.publicKey, hash, data, signature),
        native: () => crypto.verify(hash, data, publicKey, signature),
        noble: () => noble.verify(signature, data, point, options),
      },
      {
        name: `ECDSA ${curve} verify, key read anew`,
        ours: (provider) => () => provider.ecdsaVerify(readAnew(curve, point), hash, data, signature),
        native: () => {
          const read = crypto.createPublicKey({ key: nativeEcKey(curve, point), format: 'jwk' });
          return crypto.verify(hash, data, read, signature);
        },
        noble: () => noble.verify(signature, data, point.slice(), options),
      },
    ];
  });
}

/** As from a certificate that comes with each connection. */
function readAnew(curve: CurveName, point: Uint8Array) {
  return { kind: 'ec', curve, point: point.slice() } as const;
}

function edwards(): Primitive[] {
  const data = random.bytes(200);
  const seed = random.bytes(32);
  const point = ed25519.getPublicKey(seed);
  const ours = { kind: 'ed25519', seed, publicKey: { kind: 'ed25519', point } } as const;
  const native = crypto.generateKeyPairSync('ed25519');
  const nativeSignature = crypto.sign(null, data, native.privateKey);
  const signature = nodeProvider.ed25519Sign(ours, data);
  return [
    {
      name: 'Ed25519 sign',
      ours: (provider) => () => provider.ed25519Sign(ours, data),
      native: () => crypto.sign(null, data, native.privateKey),
      noble: () => ed25519.sign(data, seed),
    },
    {
      name: 'Ed25519 verify',
      ours: (provider) => () => provider.ed25519Verify(ours.publicKey, data, signature),
      native: () => crypto.verify(null, data, native.publicKey, nativeSignature),
      noble: () => ed25519.verify(signature, data, point),
    },
  ];
}

function rsa(): Primitive[] {
  const data = random.bytes(200);
  const ours = rsaPoolKey(2048, 0);
  const salt = random.bytes(32);
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pss = { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const nativeSignature = crypto.sign('sha256', data, { key: privateKey, ...pss });
  const signature = nodeProvider.rsaPssSign(ours, 'sha256', data, salt);
  return [
    {
      name: 'RSA-2048 PSS sign',
      ours: (provider) => () => provider.rsaPssSign(ours, 'sha256', data, salt),
      native: () => crypto.sign('sha256', data, { key: privateKey, ...pss }),
    },
    {
      name: 'RSA-2048 PSS verify',
      ours: (provider) => () => provider.rsaPssVerify(ours.publicKey, 'sha256', data, signature),
      native: () => crypto.verify('sha256', data, { key: publicKey, ...pss }, nativeSignature),
    },
  ];
}

const HEADINGS = ['', 'node', 'node:crypto', 'ratio', 'noble', '@noble', 'ratio', ''];

/** A ratio above 1 is how many times faster ours is. */
async function row({ name, bytes, ours, native, noble }: Primitive): Promise<string[]> {
  const batches: Record<string, Batch> = {
    node: repeated(ours(nodeProvider)),
    native: repeated(native),
    nobleProvider: repeated(ours(nobleProvider)),
  };
  if (noble) batches.noble = repeated(noble);
  const times: Partial<Record<string, number>> = await medians(batches);
  const figure = (time: number | undefined): string =>
    time === undefined ? '' : bytes === undefined ? time.toPrecision(3) : (bytes / time).toFixed(0);
  const ratio = (ours: number, theirs: number | undefined): string =>
    theirs === undefined ? '' : (theirs / ours).toFixed(2);
  return [
    name,
    figure(times.node),
    figure(times.native),
    ratio(times.node!, times.native),
    figure(times.nobleProvider),
    figure(times.noble),
    ratio(times.nobleProvider!, times.noble),
    bytes === undefined ? 'µs' : 'MB/s',
  ];
}

const primitives = [
  ...hashing(),
  ...records(),
  cbcRecord(),
  ...keyAgreement(),
  ...ecdsa(),
  ...edwards(),
  ...rsa(),
];
console.log(`Node ${process.version}, OpenSSL ${process.versions.openssl}, ${cpus()[0]!.model}`);
const rows = [HEADINGS];
for (const primitive of primitives) rows.push(await row(primitive));
console.log(table(rows));
