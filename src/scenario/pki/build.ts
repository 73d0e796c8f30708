/**
 * The certificates and keys of a scenario. Each is made when it is first asked for, always from the same part
 * of the seed: a run pays for those it uses, and one more in the file leaves the others as they were.
 */
import type { CryptoProvider, PrivateKey } from '../../../emulator/crypto/provider.ts';
import { sameBytes, toHex } from '../../../emulator/world/bytes.ts';
import type { Random } from '../../../emulator/world/random.ts';
import { parseCertificate } from '../../../emulator/x509/certificate.ts';
import { parsePrivateKey } from '../../../emulator/x509/keys.ts';
import type { CertStatus } from '../../../emulator/x509/ocsp.ts';
import { decodeCertificates } from '../../../emulator/x509/pem.ts';
import type { Issuer } from '../../../emulator/x509/sign.ts';
import type { Scenario } from '../schema.ts';
import { type Entry, listEntries, membersOf } from './entries.ts';
import { issueCertificate } from './issue.ts';
import { generateKey } from './keys.ts';
import { issuedStatuses, makeCrl, makeOcspResponse, type RevocationContext } from './revocation.ts';

/** Names are those of the scenario; asking for another is an error of the caller. Everything is DER. */
export interface Pki {
  /** The certificate; of a name that stands for several the first. */
  certificate(name: string): Uint8Array;
  /** All that the name stands for. */
  certificates(name: string): readonly Uint8Array[];
  /** Private key that belongs to the certificate. */
  key(name: string): PrivateKey;
  crl(name: string): Uint8Array;
  ocspResponse(name: string): Uint8Array;
  /** What a responder of the authority says of all that it has issued: by the contents of the serial number, in hex. */
  statuses(issuer: string, instead?: CertStatus['status']): ReadonlyMap<string, CertStatus>;
  /** SHA-256 of all that the names stand for, in hex, one a line. */
  fingerprints(names: readonly string[]): string;
}

export function buildPki(
  scenario: Scenario,
  files: ReadonlyMap<string, Uint8Array>,
  random: Random,
  crypto: CryptoProvider,
): Pki {
  const { imported, roots, crls, ocsp } = scenario.pki;
  const entries = new Map(listEntries(scenario).map((entry) => [entry.name, entry]));

  const key = memoised((name: string): PrivateKey => {
    const entry = entries.get(name);
    if (entry === undefined) return parsePrivateKey(files.get(imported[name]!.key!)!);
    if (entry.spec.keyOf !== undefined) return key(entry.spec.keyOf);
    return generateKey(entry, random.fork(name), crypto);
  });

  const certificate = memoised((name: string): Uint8Array => {
    const entry = entries.get(name);
    if (entry === undefined) return decodeCertificates(files.get(imported[name]!.certificate)!)[0]!;
    return issue(entry);
  });

  function issue(entry: Entry): Uint8Array {
    const { issuer } = entry.spec;
    const own = key(entry.name);
    const signer = issuer === undefined || issuer === 'self' ? { key: own } : authority(issuer);
    return issueCertificate({ entry, now: scenario.time, publicKey: own.publicKey, signer, crypto });
  }

  const authority = (name: string): Issuer => ({ key: key(name), certificate: certificate(name) });

  /** A certificate whose bytes were changed afterwards may have no serial number to ask for. */
  function issuedBy(name: string): string[] {
    const own = [...entries.values()].filter(({ spec }) => spec.issuer === name && !spec.damage.tamper);
    const subject = parseCertificate(certificate(name)).subject.raw;
    const others = Object.keys(imported).filter((each) =>
      sameBytes(parseCertificate(certificate(each)).issuer.raw, subject),
    );
    return [...own.map((entry) => entry.name), ...others];
  }

  const revocation: RevocationContext = {
    now: scenario.time,
    crypto,
    certificate,
    authority,
    issuedBy,
    revokedBy: (name) => entries.get(name)?.spec.revoked ?? [],
  };

  const certificates = (name: string) => membersOf(name, roots[name]?.count ?? 1).map(certificate);

  return {
    certificate,
    certificates,
    key,
    crl: memoised((name) => makeCrl(crls[name]!, revocation)),
    ocspResponse: memoised((name) => {
      const spec = ocsp[name]!;
      const issuer = spec.issuer ?? entries.get(spec.certificate)!.spec.issuer ?? spec.certificate;
      return makeOcspResponse(spec, issuer === 'self' ? spec.certificate : issuer, revocation);
    }),
    statuses: (issuer, instead) => issuedStatuses(issuer, instead, revocation),
    fingerprints: (names) =>
      names
        .flatMap(certificates)
        .map((der) => `${toHex(crypto.hash('sha256', der))}\n`)
        .join(''),
  };
}

function memoised<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    if (!made.has(name)) made.set(name, make(name));
    return made.get(name)!;
  };
}
