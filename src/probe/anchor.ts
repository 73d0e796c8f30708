/** Which one certificate a board should load to trust a server. */
import { rootCertificates } from 'node:tls';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { sameBytes } from '../../emulator/world/bytes.ts';
import type { UnixSeconds } from '../../emulator/world/time.ts';
import type { Certificate } from '../../emulator/x509/certificate.ts';
import { nameKey, sameName } from '../../emulator/x509/name.ts';
import { decodeCertificates } from '../../emulator/x509/pem.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { readable } from './readable.ts';

/**
 * Where it comes from: a file that was named, the roots that browsers trust (Mozilla's, as Node brings them), or the
 * server itself, which proves nothing until somebody compares the fingerprint.
 */
export type AnchorSource = 'file' | 'browsers' | 'server';

export interface Anchor {
  readonly certificate: Certificate;
  readonly source: AnchorSource;
  /** Whether it signs itself: a root, or a server's own certificate. */
  readonly selfSigned: boolean;
  readonly isLeaf: boolean;
}

export interface AnchorChoice {
  /** The one to load; undefined when none leads to the leaf. */
  readonly best: Anchor | undefined;
  /** Others that do too, best first. */
  readonly others: readonly Anchor[];
}

/**
 * Judged by the path alone: neither names nor dates, which are faults of the chain and not of the anchor. `chain`: DER,
 * leaf first. `files`: certificates that somebody who asks trusts.
 */
export function chooseAnchor(
  chain: readonly Uint8Array[],
  files: readonly Uint8Array[],
  crypto: CryptoProvider,
): AnchorChoice {
  const leaf = readable(chain[0]);
  if (leaf === undefined) return { best: undefined, others: [] };
  const time = middleOf(leaf);
  const leads = ({ certificate: { der } }: Anchor) => {
    const request = { chain, anchors: [der], profile: 'mbedtls', purpose: 'server', time, crypto } as const;
    const { flags, error } = verifyChain(request);
    return error === undefined && !flags.includes('BADCERT_NOT_TRUSTED');
  };
  const found = candidates(chain, files).filter(leads).sort(byMerit);
  return { best: found[0], others: found.slice(1) };
}

function candidates(chain: readonly Uint8Array[], files: readonly Uint8Array[]): Anchor[] {
  const sent = chain.map((der) => readable(der)).filter((certificate) => certificate !== undefined);
  const wanted = new Set(sent.map(({ issuer }) => nameKey(issuer)));
  const known = (ders: readonly Uint8Array[], source: AnchorSource): Anchor[] =>
    ders
      .map((der) => readable(der))
      .filter((certificate) => certificate !== undefined)
      .filter((certificate) => source === 'server' || wanted.has(nameKey(certificate.subject)))
      .map((certificate) => ({
        certificate,
        source,
        selfSigned: sameName(certificate.subject, certificate.issuer),
        isLeaf: sameBytes(certificate.der, chain[0]!),
      }));
  const all = [...known(files, 'file'), ...known(browserRoots(), 'browsers'), ...known(chain, 'server')];
  return all.filter(
    (anchor, i) => all.findIndex((other) => sameBytes(other.certificate.der, anchor.certificate.der)) === i,
  );
}

let roots: readonly Uint8Array[] | undefined;

function browserRoots(): readonly Uint8Array[] {
  roots ??= rootCertificates.flatMap((pem) => decodeCertificates(new TextEncoder().encode(pem)));
  return roots;
}

const SOURCES: readonly AnchorSource[] = ['file', 'browsers', 'server'];

/** Roots before intermediates, which their owners replace; trusted sources before the server; then the smaller one. */
function byMerit(a: Anchor, b: Anchor): number {
  return (
    Number(a.isLeaf) - Number(b.isLeaf) ||
    SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source) ||
    Number(b.selfSigned) - Number(a.selfSigned) ||
    a.certificate.der.length - b.certificate.der.length
  );
}

function middleOf({ notBefore, notAfter }: Certificate): UnixSeconds {
  return Math.floor((notBefore + notAfter) / 2);
}
