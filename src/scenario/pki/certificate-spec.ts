/** What a certificate says, but for keys and signature: the scenario's words in those of emulator/x509. */
import type { UnixSeconds } from '../../../emulator/world/time.ts';
import type { CertificateSpec } from '../../../emulator/x509/build.ts';
import type { ExtensionSpecs } from '../../../emulator/x509/build-extensions.ts';
import { PURPOSES } from '../schema/extensions.ts';
import type { Issued } from '../schema/pki.ts';
import { resolveMoment } from '../units.ts';
import type { Entry, Rank } from './entries.ts';
import { generalNames } from './general-names.ts';

const DAY = 86_400;

/** Days before and after the time of the world for which a certificate is valid when nothing is said. */
const LIFETIMES = {
  roots: { before: 5 * 365, after: 15 * 365 },
  intermediates: { before: 365, after: 5 * 365 },
  leaves: { before: 30, after: 60 },
} as const;

/** The TLS extension that "must staple" names (RFC 6066, section 8; RFC 7633). */
const STATUS_REQUEST = 5;

export function describe(
  { name, rank, position, spec }: Entry,
  now: UnixSeconds,
): Omit<CertificateSpec, 'publicKey' | 'signer'> {
  const { validity, damage } = spec;
  return {
    subject: subjectOf(spec.subject ?? name),
    serialNumber: spec.serialNumber ?? position,
    ...(validity === undefined
      ? usualDates(rank, now)
      : {
          notBefore: resolveMoment(validity.from, now),
          notAfter: resolveMoment(validity.until, now),
        }),
    version: spec.version,
    hash: spec.hash,
    pss: spec.pss,
    ...(spec.version === 3 && extensions(rank, spec)),
    ...(damage.outerHash && { outerHash: damage.outerHash }),
    ...(damage.signature && { alterSignature: flipLastBit }),
  };
}

function usualDates(rank: Rank, now: UnixSeconds) {
  const { before, after } = LIFETIMES[rank];
  const midnight = now - (now % DAY);
  return { notBefore: midnight - before * DAY, notAfter: midnight + after * DAY };
}

/** Text that is no distinguished name is a common name; no text is no name. */
function subjectOf(text: string): CertificateSpec['subject'] {
  return text === '' || text.includes('=') ? text : [{ type: 'CN', value: text }];
}

function extensions(rank: Rank, spec: Issued): ExtensionSpecs {
  const { san, nameConstraints, authorityInfoAccess, policyConstraints, inhibitAnyPolicy } = spec;
  const purposes = spec.extendedKeyUsage ?? (rank === 'leaves' ? ['serverAuth'] : []);
  const keyUsage = spec.keyUsage ?? usualKeyUsage(rank, spec);
  return {
    ...basicConstraints(rank, spec),
    ...(keyUsage.length > 0 && { keyUsage }),
    ...(purposes.length > 0 && { extendedKeyUsage: purposes.map(purposeOid) }),
    ...(san.length > 0 && { subjectAltNames: generalNames(san) }),
    ...(nameConstraints && {
      nameConstraints: {
        ...(nameConstraints.permitted && { permitted: generalNames(nameConstraints.permitted) }),
        ...(nameConstraints.excluded && { excluded: generalNames(nameConstraints.excluded) }),
      },
    }),
    ...(authorityInfoAccess && { authorityInfoAccess }),
    ...(spec.crlDistributionPoints && { crlDistributionPoints: spec.crlDistributionPoints }),
    ...(spec.policies && { certificatePolicies: spec.policies }),
    ...(policyConstraints && { policyConstraints }),
    ...(inhibitAnyPolicy !== undefined && { inhibitAnyPolicy }),
    ...(spec.mustStaple && { tlsFeature: [STATUS_REQUEST] }),
    ...(spec.ocspNoCheck && { ocspNoCheck: true }),
    ...(!spec.keyIdentifiers && { subjectKeyIdentifier: false, authorityKeyIdentifier: false }),
    ...(spec.critical && { critical: spec.critical }),
    extraExtensions: spec.extraExtensions,
  };
}

function basicConstraints(rank: Rank, { ca, pathLength }: Issued): ExtensionSpecs {
  if (ca === 'absent') return {};
  return {
    basicConstraints: { ca: ca ?? rank !== 'leaves', ...(pathLength !== undefined && { pathLength }) },
  };
}

function usualKeyUsage(rank: Rank, { key }: Issued): NonNullable<ExtensionSpecs['keyUsage']> {
  if (rank !== 'leaves') return ['keyCertSign', 'cRLSign'];
  // With static RSA key exchange the client encrypts to the key (RFC 5246 section 7.4.2).
  return key.startsWith('rsa') ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'];
}

function purposeOid(purpose: string): string {
  return (PURPOSES as Readonly<Record<string, string>>)[purpose] ?? purpose;
}

/** What "corrupt" makes of a signature. */
export function flipLastBit(signature: Uint8Array): Uint8Array {
  return flipped(signature, -1, 1);
}

/** A copy with some bits of one byte changed; a negative offset counts from the end. */
export function flipped(bytes: Uint8Array, offset: number, mask: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = offset < 0 ? bytes.length + offset : offset;
  if (at >= 0 && at < copy.length) copy[at]! ^= mask;
  return copy;
}
