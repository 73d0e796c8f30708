/**
 * The certificates and keys of a scenario. Each is made when it is first asked for, always from the same part
 * of the seed: a run pays for those it uses, and one more in the file leaves the others as they were.
 */
import type { CryptoProvider, CurveName, PrivateKey } from '../../emulator/crypto/provider.ts';
import { RSA_POOL_SIZES, rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { isIpv4Address } from '../../emulator/net/addresses.ts';
import type { Random } from '../../emulator/world/random.ts';
import type { UnixSeconds } from '../../emulator/world/time.ts';
import { buildCertificate, type CertificateSpec } from '../../emulator/x509/build.ts';
import { parsePrivateKey } from '../../emulator/x509/keys.ts';
import { decodeCertificates } from '../../emulator/x509/pem.ts';
import type { Issued } from './schema/pki.ts';
import type { Scenario } from './schema.ts';

/** Names are those of the scenario; asking for another is an error of the caller. */
export interface Pki {
  /** DER. */
  certificate(name: string): Uint8Array;
  /** Private key that belongs to the certificate. */
  key(name: string): PrivateKey;
}

const DAY = 86_400;

/** Days before and after the time of the world for which a certificate is valid when nothing is said. */
const LIFETIMES = {
  roots: { before: 5 * 365, after: 15 * 365 },
  intermediates: { before: 365, after: 5 * 365 },
  leaves: { before: 30, after: 60 },
} as const;

type Rank = keyof typeof LIFETIMES;

interface Entry {
  readonly name: string;
  readonly rank: Rank;
  /** Position in the file, from 1; no two certificates of an issuer share one. */
  readonly serialNumber: number;
  /** How many entries before it have a key of the same type: RSA keys come from a pool. */
  readonly poolIndex: number;
  readonly spec: Issued;
}

export function buildPki(
  scenario: Scenario,
  files: ReadonlyMap<string, Uint8Array>,
  random: Random,
  crypto: CryptoProvider,
): Pki {
  const entries = new Map(listEntries(scenario).map((entry) => [entry.name, entry]));
  const { imported } = scenario.pki;

  const key = memoised((name: string): PrivateKey => {
    const entry = entries.get(name);
    if (entry === undefined) return parsePrivateKey(files.get(imported[name]!.key!)!);
    return generateKey(entry, random.fork(name), crypto);
  });

  const certificate = memoised((name: string): Uint8Array => {
    const entry = entries.get(name);
    if (entry === undefined) return decodeCertificates(files.get(imported[name]!.certificate)!)[0]!;
    const { issuer } = entry.spec;
    const selfSigned = issuer === undefined || issuer === 'self';
    return buildCertificate(
      {
        ...describe(entry, scenario.time),
        publicKey: key(name).publicKey,
        signer: selfSigned ? { key: key(name) } : { key: key(issuer), certificate: certificate(issuer) },
      },
      crypto,
    );
  });

  return { certificate, key };
}

function listEntries({ pki }: Scenario): Entry[] {
  const ranks: readonly Rank[] = ['roots', 'intermediates', 'leaves'];
  const all = ranks.flatMap((rank) =>
    Object.entries<Issued>(pki[rank]).map(([name, spec]) => ({ name, rank, spec })),
  );
  return all.map((entry, index) => ({
    ...entry,
    serialNumber: index + 1,
    poolIndex: all.slice(0, index).filter(({ spec }) => spec.key === entry.spec.key).length,
  }));
}

/** All that a certificate says but for keys and signature. */
function describe(
  { name, rank, serialNumber, spec }: Entry,
  now: UnixSeconds,
): Omit<CertificateSpec, 'publicKey' | 'signer'> {
  const { before, after } = LIFETIMES[rank];
  const midnight = now - (now % DAY);
  return {
    subject: subjectOf(spec.subject ?? name),
    serialNumber,
    notBefore: spec.validity?.from ?? midnight - before * DAY,
    notAfter: spec.validity?.until ?? midnight + after * DAY,
    hash: spec.hash,
    ...(rank === 'leaves' ? leafExtensions(spec) : authorityExtensions(spec)),
  };
}

/** Text that is no distinguished name is a common name. */
function subjectOf(text: string): CertificateSpec['subject'] {
  return text.includes('=') ? text : [{ type: 'CN', value: text }];
}

function authorityExtensions({ pathLength }: Issued): Partial<CertificateSpec> {
  return {
    basicConstraints: { ca: true, ...(pathLength !== undefined && { pathLength }) },
    keyUsage: ['keyCertSign', 'cRLSign'],
  };
}

function leafExtensions({ key, san = [], usages = [] }: Issued): Partial<CertificateSpec> {
  return {
    basicConstraints: { ca: false },
    // With static RSA key exchange the client encrypts to the key (RFC 5246 section 7.4.2).
    keyUsage: key.startsWith('rsa') ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'],
    extendedKeyUsage: usages.map((usage) => `${usage}Auth`),
    subjectAltNames: san.map((name) => (isIpv4Address(name) ? { ip: name } : { dns: name })),
  };
}

/** Random bits beyond the scalar's length, so that the choice is even (FIPS 186-5 A.2.1). */
const EXTRA_BYTES = 8;

/** Curve and length of its scalars in bytes. */
const CURVES: Readonly<Record<string, { curve: CurveName; bytes: number }>> = {
  'ec-p256': { curve: 'secp256r1', bytes: 32 },
  'ec-p384': { curve: 'secp384r1', bytes: 48 },
  'ec-p521': { curve: 'secp521r1', bytes: 66 },
};

function generateKey({ spec, poolIndex }: Entry, random: Random, crypto: CryptoProvider): PrivateKey {
  const curve = CURVES[spec.key];
  if (curve !== undefined) return crypto.generateEcKey(curve.curve, random.bytes(curve.bytes + EXTRA_BYTES));
  const bits = Number(spec.key.slice('rsa-'.length));
  return rsaPoolKey(bits, poolIndex % RSA_POOL_SIZES.get(bits)!);
}

function memoised<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    if (!made.has(name)) made.set(name, make(name));
    return made.get(name)!;
  };
}
