/** Certificate policies (RFC 5280 section 6.1, RFC 9618): by example, and as OpenSSL decides. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../emulator/world/random.ts';
import type { ChainVerdict, VerifyRequest } from '../../emulator/x509/verify.ts';
import { ask } from './ask.ts';
import * as judge from './openssl.ts';
import * as pki from './pki.ts';

const { root } = pki;
type Policies = NonNullable<VerifyRequest['policies']>;
/** The extensions that have to do with policies, and whether the CA is self-issued: named as its issuer. */
type Link = pki.IssueOptions & { readonly again?: boolean };

const [A, B, C] = ['1.2.3.1', '1.2.3.2', '1.2.3.3'];

/** Leaf first, the root left out. `links`: from the root's child down to the leaf. */
function chain(links: readonly Link[]): pki.Issued[] {
  const issued: pki.Issued[] = [];
  let name = 'Root';
  links.forEach(({ again, ...options }, i) => {
    const signer = issued[0] ?? root;
    if (i === links.length - 1) issued.unshift(pki.server(signer, options));
    else {
      name = again ? name : `CA ${i}`;
      issued.unshift(pki.ca(name, pki.ecKey(40 + i), signer, options));
    }
  });
  return issued;
}

function verify(links: readonly Link[], policies: Policies = {}): ChainVerdict {
  return ask({ chain: chain(links), policies });
}

function policyCheck({ checks }: ChainVerdict): string {
  const { outcome, detail } = checks.find(({ check }) => check === 'policy')!;
  return `${outcome}: ${detail}`;
}

const explicit = { requireExplicit: true };
const having = (...certificatePolicies: string[]) => ({ certificatePolicies });

test('nobody demands a policy: all is well, and what the path is valid for is told', () => {
  const plain = verify([{}, {}]);
  assert.equal(plain.accepted, true, plain.detail);
  assert.equal(policyCheck(plain), 'unchecked: no policy is demanded; valid for none');
  assert.match(policyCheck(verify([having(A, B), having(B, C)])), /valid for 1\.2\.3\.2$/);
  assert.match(policyCheck(verify([having('anyPolicy'), having(B)])), /valid for 1\.2\.3\.2$/);
});

test('a policy is demanded by the user, or by a CA from so many certificates on', () => {
  const refused = verify([having(A), having(B)], explicit);
  assert.equal(refused.alert, 'certificate_unknown');
  assert.match(refused.detail!, /no policy is valid from the trust anchor down to here/);
  assert.equal(policyCheck(verify([having(A), having(A)], explicit)), 'pass: valid for 1.2.3.1');
  const wanted = { ...explicit, initial: [B] };
  assert.match(
    verify([having(A), having(A)], wanted).detail!,
    /of 1\.2\.3\.2 is demanded.*only for 1\.2\.3\.1/,
  );
  assert.equal(verify([having(A, B), having(A, B)], wanted).accepted, true);
  const demanding = (skip: number) => ({ policyConstraints: { requireExplicitPolicy: skip } });
  assert.equal(verify([demanding(0), {}]).accepted, false);
  assert.equal(verify([demanding(1), {}]).accepted, false);
  assert.equal(verify([demanding(2), {}]).accepted, true);
  assert.equal(verify([{ ...demanding(0), ...having(A) }, having(A)]).accepted, true);
});

test('anyPolicy stands for every policy until it is inhibited', () => {
  assert.equal(verify([having('anyPolicy'), having(A)], { ...explicit, initial: [A] }).accepted, true);
  const inhibiting = { ...having(A), inhibitAnyPolicy: 0 };
  assert.equal(verify([inhibiting, having('anyPolicy')], explicit).accepted, false);
  assert.equal(
    verify([{ ...inhibiting, inhibitAnyPolicy: 1 }, having('anyPolicy')], explicit).accepted,
    true,
  );
  assert.equal(verify([having('anyPolicy'), having(A)], { ...explicit, inhibitAny: true }).accepted, false);
});

test('the leaf itself may demand one, or use up what its CAs left over', () => {
  const byTheLeaf = verify([having(A), { policyConstraints: { requireExplicitPolicy: 0 } }]);
  assert.match(byTheLeaf.detail!, /a valid policy of .* is demanded/);
  const inOne = { ...having(A), policyConstraints: { requireExplicitPolicy: 1 } };
  assert.equal(verify([inOne, having(A)]).accepted, true);
  assert.match(verify([inOne, having(B)]).detail!, /a valid policy of .* is demanded/);
  const inTwo = { ...having(A), policyConstraints: { requireExplicitPolicy: 2 } };
  assert.equal(verify([inTwo, having(B)]).accepted, true);
  // Section 6.1.5 (a) counts a leaf that is named as its issuer, too.
  const named = { subject: 'O=Test' };
  const selfIssued = verify([
    { ...inOne, ...named },
    { ...having(B), ...named },
  ]);
  assert.match(selfIssued.detail!, /a valid policy of .* is demanded/);
});

test('a self-issued CA, which changes keys, is not counted, and anyPolicy in it still counts', () => {
  const again = { again: true };
  const inhibiting = { ...having(A), inhibitAnyPolicy: 0 };
  const renewed = { ...having('anyPolicy'), ...again };
  assert.equal(verify([inhibiting, renewed, having(A)], explicit).accepted, true);
  assert.equal(verify([inhibiting, having('anyPolicy'), having(A)], explicit).accepted, false);
  const demanding = { policyConstraints: { requireExplicitPolicy: 2 } };
  assert.equal(verify([demanding, again, {}]).accepted, true);
  assert.equal(verify([demanding, {}, {}]).accepted, false);
});

test('mappings translate the policies of one CA into those of the next', () => {
  const mapping = { ...having(A), policyMappings: [[A, B]] as const };
  const wanted = { ...explicit, initial: [A] };
  assert.equal(policyCheck(verify([mapping, having(B)], wanted)), 'pass: valid for 1.2.3.1');
  assert.equal(verify([mapping, having(A)], wanted).accepted, false);
  assert.equal(verify([mapping, having(B)], { ...wanted, inhibitMapping: true }).accepted, false);
  const fromAny = { ...having('anyPolicy'), policyMappings: [[A, B]] as const };
  assert.equal(policyCheck(verify([fromAny, having(B)], wanted)), 'pass: valid for 1.2.3.1');
  const twice = [having(A), fromAny, having('anyPolicy'), having(B)];
  assert.equal(policyCheck(verify(twice, wanted)), 'pass: valid for 1.2.3.1');
  const silly = { ...having(A), policyMappings: [['anyPolicy', B]] as const };
  assert.match(verify([silly, having(B)]).detail!, /policyMappings speak of anyPolicy/);
});

test('a broken extension refuses the chain', () => {
  const empty = { oid: '2.5.29.36', critical: true, value: Uint8Array.of(0x30, 0) };
  assert.match(
    verify([{ extraExtensions: [empty] }, {}]).detail!,
    /policyConstraints that constrain nothing/,
  );
  assert.match(verify([having(A), having(A, A)]).detail!, /a policy is listed twice/);
});

/** RFC 9618 section 1: each CA maps each policy to both, which doubles the tree of RFC 5280 at every step. */
test('the chain that makes a policy tree explode costs this graph nothing', () => {
  const policies = Array.from({ length: 30 }, (_, i) => `1.2.3.${i}`);
  const all = policies.flatMap((from) => policies.map((to) => [from, to] as const));
  const links = Array.from({ length: 12 }, () => ({ ...having(...policies), policyMappings: all }));
  const verdict = verify([...links, having(policies[3]!)], { ...explicit, initial: [policies[7]!] });
  assert.equal(policyCheck(verdict), 'pass: valid for 1.2.3.7');
});

/** A chain of one to four certificates under the root, thick with the extensions that matter. */
function randomLinks(random: Random): Link[] {
  const chance = (share: number) => random.unit() < share;
  const pick = <T>(items: readonly T[]): T => items[random.uint32() % items.length]!;
  const some = () => ['anyPolicy', A, B, C].filter(() => chance(0.4)) as string[];
  return Array.from({ length: 2 + (random.uint32() % 4) }, (): Link => {
    const policies = chance(0.9) ? some() : [];
    // A policy that a CA has by anyPolicy alone is mapped by OpenSSL, but lost at the next anyPolicy.
    const mappable = policies.includes('anyPolicy')
      ? policies.filter((name) => name !== 'anyPolicy')
      : [A, B];
    const mapping = chance(0.35) && mappable.length > 0;
    return {
      ...(policies.length > 0 ? having(...policies) : {}),
      ...(mapping ? { policyMappings: [[pick(mappable), pick([A, B, C])] as const] } : {}),
      ...(chance(0.3) ? { policyConstraints: { [pick(CONSTRAINTS)]: random.uint32() % 3 } } : {}),
      ...(chance(0.2) ? { inhibitAnyPolicy: random.uint32() % 3 } : {}),
      again: chance(0.3),
    };
  });
}

const CONSTRAINTS = ['requireExplicitPolicy', 'inhibitPolicyMapping'] as const;

test('openssl decides as we do, on chains thrown together', { skip: judge.skip }, () => {
  const random = new Random(9618);
  const rootFile = judge.file('root.pem', root.der);
  const decided = { accepted: 0, refused: 0 };
  for (let i = 0; i < 80; i++) {
    const links = randomLinks(random);
    // OpenSSL also reads the leaf's mappings, which mean nothing (section 4.2.1.5).
    const { policyMappings: _, ...leaf } = links.pop()!;
    links.push(leaf);
    const policies: Policies = {
      requireExplicit: random.unit() < 0.7,
      inhibitMapping: random.unit() < 0.15,
      inhibitAny: random.unit() < 0.15,
      ...(random.unit() < 0.6 ? { initial: [random.unit() < 0.5 ? A! : B!] } : {}),
    };
    const issued = chain(links);
    const { status, text } = judge.attempt([
      ...['verify', ...judge.at, '-policy_check', '-CAfile', rootFile],
      ...['-untrusted', judge.file('between.pem', ...issued.slice(1).map(({ der }) => der))],
      ...(policies.requireExplicit ? ['-explicit_policy'] : []),
      ...(policies.inhibitMapping ? ['-inhibit_map'] : []),
      ...(policies.inhibitAny ? ['-inhibit_any'] : []),
      // Without any, OpenSSL takes the user to accept none.
      ...(policies.initial ?? ['2.5.29.32.0']).flatMap((policy) => ['-policy', policy]),
      judge.file('leaf.pem', issued[0]!.der),
    ]);
    const ours = policyCheck(verify(links, policies));
    const told = JSON.stringify({ links, policies }, null, 1);
    assert.equal(ours.startsWith('fail'), status !== 0, `${ours}\n${text}\n${told}`);
    decided[status === 0 ? 'accepted' : 'refused']++;
  }
  assert.ok(decided.accepted > 20 && decided.refused > 20, JSON.stringify(decided));
});
