/**
 * Certificate policies (RFC 5280 section 6.1) with the graph of RFC 9618, whose size grows with the
 * certificates and not, as the tree's does, exponentially with their number. A node per policy and depth;
 * those above which nothing is left below need not be pruned, because only what the last depth reaches counts.
 */
import type { Certificate } from '../certificate.ts';
import {
  extensionOf,
  readInhibitAnyPolicy,
  readPolicyConstraints,
  readPolicyMappings,
} from '../more-extensions.ts';
import { Oid } from '../oids.ts';
import type { PolicyRequest } from '../verdict.ts';
import { isSelfIssued } from './certificate-profile.ts';

interface Node {
  readonly policy: string;
  /** What the certificate below may call this policy. */
  expected: readonly string[];
  readonly parents: readonly Node[];
}

type Level = Map<string, Node>;

export interface PolicyOutcome {
  /** Whether a policy had to be valid, as the user or a CA in the path wants. */
  readonly demanded: boolean;
  /** Why there is no valid policy where one is demanded, or what is wrong with an extension. */
  readonly problem: string | undefined;
  /** The policies of the user's that the path is valid for, in the anchor's words. */
  readonly policies: readonly string[];
}

/** `path` from the leaf up, without the trust anchor. Throws DerError for a broken extension. */
export function policyOutcome(path: readonly Certificate[], request: PolicyRequest): PolicyOutcome {
  const state = new PolicyState(path.length, request);
  for (let i = path.length - 1; i >= 0; i--) {
    const problem = state.process(path[i]!, i === 0);
    if (problem !== undefined) return { demanded: true, problem, policies: [] };
  }
  return state.outcome(request.initial ?? [Oid.anyPolicy]);
}

class PolicyState {
  /** The deepest level of the graph; empty: the graph is NULL. */
  private level: Level;
  // Section 6.1.2 (d) to (f): so many certificates more until the rule holds.
  private explicitPolicy: number;
  private policyMapping: number;
  private inhibitAny: number;

  constructor(length: number, request: PolicyRequest) {
    const never = length + 1;
    this.explicitPolicy = request.requireExplicit ? 0 : never;
    this.policyMapping = request.inhibitMapping ? 0 : never;
    this.inhibitAny = request.inhibitAny ? 0 : never;
    this.level = new Map([[Oid.anyPolicy, node(Oid.anyPolicy, [])]]);
  }

  /** Sections 6.1.3 (d) to (f) and 6.1.4, for the leaf 6.1.5. What is wrong, in words. */
  process(certificate: Certificate, isLeaf: boolean): string | undefined {
    const above = this.level;
    const { certificatePolicies: policies } = certificate;
    if (policies !== undefined && new Set(policies).size < policies.length) return 'a policy is listed twice';
    const selfIssued = isSelfIssued(certificate);
    const anyCounts = this.inhibitAny > 0 || (!isLeaf && selfIssued);
    this.level = policies === undefined ? new Map() : nextLevel(above, policies, anyCounts);
    if (this.explicitPolicy === 0 && this.level.size === 0) {
      return 'a valid policy is demanded, and no policy is valid from the trust anchor down to here';
    }
    if (isLeaf) return this.wrapUp(certificate);
    return this.map(certificate, above) ?? this.count(certificate, selfIssued);
  }

  /** Section 6.1.4 (a) and (b). */
  private map(certificate: Certificate, above: Level): string | undefined {
    const mappings = extensionOf(certificate, Oid.policyMappings, readPolicyMappings) ?? [];
    const speaksOfAny = mappings.some(
      ({ issuerDomainPolicy, subjectDomainPolicy }) =>
        issuerDomainPolicy === Oid.anyPolicy || subjectDomainPolicy === Oid.anyPolicy,
    );
    if (speaksOfAny) return 'policyMappings speak of anyPolicy';
    const expected = new Map<string, string[]>();
    for (const mapping of mappings) {
      append(expected, mapping.issuerDomainPolicy, mapping.subjectDomainPolicy);
    }
    for (const [policy, equivalents] of expected) this.mapOne(policy, equivalents, above);
    return undefined;
  }

  private mapOne(policy: string, expected: readonly string[], above: Level): void {
    const own = this.level.get(policy);
    if (this.policyMapping === 0) {
      this.level.delete(policy);
      return;
    }
    if (own !== undefined) own.expected = expected;
    else if (this.level.has(Oid.anyPolicy)) {
      this.level.set(policy, { policy, expected, parents: [above.get(Oid.anyPolicy)!] });
    }
  }

  /** Section 6.1.4 (h) to (j). */
  private count(certificate: Certificate, selfIssued: boolean): undefined {
    if (!selfIssued) {
      this.explicitPolicy = Math.max(0, this.explicitPolicy - 1);
      this.policyMapping = Math.max(0, this.policyMapping - 1);
      this.inhibitAny = Math.max(0, this.inhibitAny - 1);
    }
    const constraints = extensionOf(certificate, Oid.policyConstraints, readPolicyConstraints);
    const { requireExplicitPolicy = Infinity, inhibitPolicyMapping = Infinity } = constraints ?? {};
    const skip = extensionOf(certificate, Oid.inhibitAnyPolicy, readInhibitAnyPolicy) ?? Infinity;
    this.explicitPolicy = Math.min(this.explicitPolicy, requireExplicitPolicy);
    this.policyMapping = Math.min(this.policyMapping, inhibitPolicyMapping);
    this.inhibitAny = Math.min(this.inhibitAny, skip);
  }

  /** Section 6.1.5 (a) and (b). */
  private wrapUp(leaf: Certificate): undefined {
    this.explicitPolicy = Math.max(0, this.explicitPolicy - 1);
    const constraints = extensionOf(leaf, Oid.policyConstraints, readPolicyConstraints);
    if (constraints?.requireExplicitPolicy === 0) this.explicitPolicy = 0;
  }

  /** Section 6.1.5 (g), as RFC 9618 section 5.6 has it. */
  outcome(initial: readonly string[]): PolicyOutcome {
    const authority = authorityPolicies(this.level);
    const policies = initial.includes(Oid.anyPolicy)
      ? authority
      : initial.filter((policy) => authority.includes(policy) || authority.includes(Oid.anyPolicy));
    const demanded = this.explicitPolicy === 0;
    if (!demanded || policies.length > 0) return { demanded, problem: undefined, policies };
    const valid = authority.length > 0 ? `only for ${authority.join(', ')}` : 'for none';
    const problem = `a valid policy of ${initial.join(', ')} is demanded; the path is valid ${valid}`;
    return { demanded, problem, policies };
  }
}

function node(policy: string, parents: readonly Node[]): Node {
  return { policy, expected: [policy], parents };
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Section 6.1.3 (d). `anyCounts`: whether an anyPolicy in the certificate stands for what is expected. */
function nextLevel(above: Level, policies: readonly string[], anyCounts: boolean): Level {
  const expecting = new Map<string, Node[]>();
  for (const parent of above.values()) {
    for (const policy of parent.expected) append(expecting, policy, parent);
  }
  const any = above.get(Oid.anyPolicy);
  const level: Level = new Map();
  for (const policy of policies.filter((candidate) => candidate !== Oid.anyPolicy)) {
    const parents = expecting.get(policy) ?? (any === undefined ? [] : [any]);
    if (parents.length > 0) level.set(policy, node(policy, parents));
  }
  if (!policies.includes(Oid.anyPolicy) || !anyCounts) return level;
  for (const [policy, parents] of expecting) {
    if (!level.has(policy)) level.set(policy, node(policy, parents));
  }
  return level;
}

/** The policies of the anchor's domain: children of an anyPolicy, and anyPolicy itself when it reaches down. */
function authorityPolicies(last: Level): string[] {
  const seen = new Set<Node>(last.values());
  const found = new Set<string>(last.has(Oid.anyPolicy) ? [Oid.anyPolicy] : []);
  // A set may grow while it is walked: parents are visited after their children, each once.
  for (const { policy, parents } of seen) {
    if (policy !== Oid.anyPolicy && parents.some((parent) => parent.policy === Oid.anyPolicy))
      found.add(policy);
    for (const parent of parents) seen.add(parent);
  }
  return [...found];
}
