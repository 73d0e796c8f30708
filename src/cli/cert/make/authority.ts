/** Who signs: a new root, an authority that is there already, or the certificate itself. */
import { nodeProvider } from '../../../../emulator/crypto/node.node.ts';
import type { PrivateKey } from '../../../../emulator/crypto/provider.ts';
import { sameBytes } from '../../../../emulator/world/bytes.ts';
import type { UnixSeconds } from '../../../../emulator/world/time.ts';
import { buildCertificate } from '../../../../emulator/x509/build.ts';
import { type Certificate, parseCertificate } from '../../../../emulator/x509/certificate.ts';
import { DerError } from '../../../../emulator/x509/der.ts';
import { encodePublicKey } from '../../../../emulator/x509/keys.ts';
import type { NameAttributeSpec } from '../../../../emulator/x509/name-spec.ts';
import { signatureIsGood } from '../../../../emulator/x509/signature.ts';
import { timeText } from '../../../../emulator/x509/time.ts';
import { UsageError } from '../../exit-codes.ts';
import { readCertificates, readPrivateKey } from '../files.ts';
import { hashFor, type KeyKind, newKey, newSerialNumber } from './keys.ts';
import { subjectOf } from './subjects.ts';

/** A certificate with the key it certifies. */
export interface Identity {
  readonly der: Uint8Array;
  readonly key: PrivateKey;
}

export interface Authority {
  /** What is to be trusted: the root, or the last certificate of the file that was given. */
  readonly anchor: Uint8Array;
  /** Signs the leaves. */
  readonly issuer: Identity;
  /** What is sent after a leaf, its issuer first; without the anchor. */
  readonly intermediates: readonly Uint8Array[];
  /** Those made now, by the name of their files. */
  readonly made: ReadonlyMap<string, Identity>;
}

export interface AuthorityOptions {
  readonly key: KeyKind;
  readonly intermediate: boolean;
  readonly subjectTail: readonly NameAttributeSpec[];
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

export function newAuthority(options: AuthorityOptions): Authority {
  const root = newCa('Device Root CA', undefined, options);
  const authority = { anchor: root.der, issuer: root, intermediates: [], made: new Map([['ca', root]]) };
  return options.intermediate ? withIntermediate(authority, options) : authority;
}

export function withIntermediate(authority: Authority, options: AuthorityOptions): Authority {
  const issuing = newCa('Device Issuing CA', authority.issuer, options);
  return {
    anchor: authority.anchor,
    issuer: issuing,
    intermediates: [issuing.der, ...authority.intermediates],
    made: new Map([...authority.made, ['intermediate', issuing]]),
  };
}

function newCa(name: string, signer: Identity | undefined, options: AuthorityOptions): Identity {
  const key = newKey(options.key);
  const signing = signer === undefined ? { key } : { key: signer.key, certificate: signer.der };
  const der = buildCertificate(
    {
      subject: subjectOf(name, options.subjectTail),
      publicKey: key.publicKey,
      signer: signing,
      serialNumber: newSerialNumber(),
      notBefore: options.notBefore,
      notAfter: endWithin(options.notAfter, signer),
      hash: hashFor(signing.key),
      // Under an issuing CA there are only leaves; a root may have any number of issuing CAs below it.
      basicConstraints: signer === undefined ? { ca: true } : { ca: true, pathLength: 0 },
      keyUsage: ['keyCertSign', 'cRLSign'],
    },
    nodeProvider,
  );
  return { der, key };
}

/** No certificate outlives the one that vouches for it. */
export function endWithin(notAfter: UnixSeconds, signer: Identity | undefined): UnixSeconds {
  return signer === undefined ? notAfter : Math.min(notAfter, parseCertificate(signer.der).notAfter);
}

/**
 * An authority from files: its certificate first, then those above it, if it is not a root itself. Throws
 * UsageError unless it can sign certificates at `time`, and with an issuing CA below it where one is wanted.
 */
export function existingAuthority(
  file: string,
  keyFile: string,
  { time, intermediate }: { time: UnixSeconds; intermediate: boolean },
): Authority {
  const chain = readCertificates(file).map((der) => parse(file, der));
  const issuer = chain[0]!;
  const key = readPrivateKey(keyFile);
  const reason = whyUnfit(issuer, time, intermediate);
  if (reason !== undefined) throw new UsageError(`${file}: ${issuer.subject.text} ${reason}`);
  if (!sameBytes(encodePublicKey(key.publicKey), issuer.subjectPublicKey.raw)) {
    throw new UsageError(`${keyFile}: not the key of ${issuer.subject.text} in ${file}`);
  }
  for (const [i, child] of chain.slice(0, -1).entries()) {
    if (signatureIsGood(child, chain[i + 1]!, nodeProvider)) continue;
    const names = `${child.subject.text} is not signed by ${chain[i + 1]!.subject.text}`;
    throw new UsageError(`${file}: ${names}, the next certificate in the file`);
  }
  const ders = chain.map(({ der }) => der);
  return {
    anchor: ders.at(-1)!,
    issuer: { der: ders[0]!, key },
    intermediates: ders.slice(0, -1),
    made: new Map(),
  };
}

function parse(file: string, der: Uint8Array): Certificate {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof DerError) throw new UsageError(`${file}: certificate: ${error.message}`);
    throw error;
  }
}

function whyUnfit(ca: Certificate, time: UnixSeconds, intermediate: boolean): string | undefined {
  const { basicConstraints, keyUsage, notAfter, notBefore } = ca;
  if (ca.publicKey === undefined || ca.publicKey.kind === 'ed25519') {
    return 'has a key of a kind that the device cannot verify with; it takes EC P-256 to P-521 and RSA';
  }
  if (!basicConstraints?.ca) return 'is not a CA: it may not sign certificates';
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) {
    return 'may not sign certificates: its keyUsage is without keyCertSign';
  }
  if (notAfter < time) return `expired at ${timeText(notAfter)}`;
  if (notBefore > time) return `is not valid before ${timeText(notBefore)}`;
  if (intermediate && basicConstraints.pathLength === 0) {
    return 'allows no intermediate below it (path length 0)';
  }
  return undefined;
}
