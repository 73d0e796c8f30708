/**
 * Building certification paths (RFC 4158): from the leaf upwards, depth first, anchors before intermediates,
 * candidates whose key identifier fits before others. Every issuer's signature is checked on the way, each
 * pair once; the work is bounded, because a hostile chain can make the tree exponential.
 */

import type { CryptoProvider } from '../../crypto/provider.ts';
import { sameBytes } from '../../world/bytes.ts';
import type { Certificate } from '../certificate.ts';
import { nameKey } from '../name.ts';
import { signatureIsGood } from '../signature.ts';
import type { Placed } from './check-list.ts';

/** Certificates in a path, leaf and anchor included. */
const MAX_PATH = 20;
/** Certificates tried in one search. */
const MAX_STEPS = 1_000;
/** Signatures checked in one search. */
const MAX_SIGNATURES = 200;
/** Paths offered to be judged: judging is dear when every CA on the way carries constraints. */
const MAX_PATHS = 30;

type Pool = ReadonlyMap<string, readonly Placed[]>;

export class PathBuilder {
  private readonly anchors: readonly Placed[];
  /** Both by the key of their subject's name. */
  private readonly anchorPool: Pool;
  private readonly intermediatePool: Pool;
  private readonly crypto: CryptoProvider;
  private readonly signatures = new Map<Certificate, Map<Certificate, boolean>>();
  private steps = 0;
  private signatureCount = 0;
  private pathCount = 0;
  /** The longest path that led nowhere, and why it ended. */
  deadEnd: { readonly path: readonly Placed[]; readonly reason: string } | undefined;

  constructor(anchors: readonly Placed[], intermediates: readonly Placed[], crypto: CryptoProvider) {
    this.anchors = anchors;
    this.anchorPool = poolOf(anchors);
    this.intermediatePool = poolOf(intermediates);
    this.crypto = crypto;
  }

  /** All paths from the leaf to an anchor, best first. */
  *paths(leaf: Placed): Generator<readonly Placed[]> {
    const pinned = this.anchors.find(({ certificate }) => sameBytes(certificate.der, leaf.certificate.der));
    if (pinned !== undefined) yield [leaf];
    yield* this.extend([leaf]);
  }

  private *extend(path: readonly Placed[]): Generator<readonly Placed[]> {
    const child = path.at(-1)!;
    const named = [
      ...this.candidates(this.anchorPool, child),
      ...this.candidates(this.intermediatePool, child),
    ];
    const issuer = child.certificate.issuer.text;
    if (named.length === 0) this.noteDeadEnd(path, `no certificate with the subject "${issuer}" is known`);
    for (const parent of named) {
      if (path.some(({ certificate }) => sameLogicalCa(certificate, parent.certificate))) continue;
      if (path.length >= MAX_PATH || ++this.steps > MAX_STEPS || this.pathCount >= MAX_PATHS) {
        this.noteDeadEnd(path, 'the search for a path was given up');
        return;
      }
      if (!this.signed(child.certificate, parent.certificate)) {
        this.noteDeadEnd(path, `it is not signed by the "${issuer}" at hand`);
        continue;
      }
      const longer = [...path, parent];
      if (parent.depth === -1) {
        this.pathCount++;
        yield longer;
      } else yield* this.extend(longer);
    }
  }

  private candidates(pool: Pool, child: Placed): Placed[] {
    const named = pool.get(nameKey(child.certificate.issuer)) ?? [];
    const wanted = child.certificate.authorityKeyIdentifier?.keyIdentifier;
    const fits = ({ certificate: { subjectKeyIdentifier: own } }: Placed) =>
      wanted !== undefined && own !== undefined && sameBytes(own, wanted);
    return [...named.filter(fits), ...named.filter((placed) => !fits(placed))];
  }

  private signed(child: Certificate, parent: Certificate): boolean {
    const known = this.signatures.get(child) ?? new Map<Certificate, boolean>();
    this.signatures.set(child, known);
    const cached = known.get(parent);
    if (cached !== undefined) return cached;
    if (++this.signatureCount > MAX_SIGNATURES) return false;
    const good = signatureIsGood(child, parent, this.crypto);
    known.set(parent, good);
    return good;
  }

  private noteDeadEnd(path: readonly Placed[], reason: string): void {
    if (this.deadEnd === undefined || path.length > this.deadEnd.path.length) this.deadEnd = { path, reason };
  }
}

function poolOf(certificates: readonly Placed[]): Pool {
  const pool = new Map<string, Placed[]>();
  for (const placed of certificates) {
    const key = nameKey(placed.certificate.subject);
    const named = pool.get(key);
    if (named === undefined) pool.set(key, [placed]);
    else named.push(placed);
  }
  return pool;
}

/** The same name with the same key again would be a loop (RFC 4158 section 2.4.2). */
function sameLogicalCa(a: Certificate, b: Certificate): boolean {
  return sameBytes(a.subject.raw, b.subject.raw) && sameBytes(a.subjectPublicKey.raw, b.subjectPublicKey.raw);
}
