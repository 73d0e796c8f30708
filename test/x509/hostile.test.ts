/** Chains made to hang, to fill memory or to crash the verifier end in a verdict, after bounded work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { Random } from '../../emulator/world/random.ts';
import { Tag } from '../../emulator/x509/der.ts';
import { derSequence, derValue } from '../../emulator/x509/der-write.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { altNames, constraints, dns } from './limbo-build.ts';
import * as pki from './pki.ts';

const PROFILES = ['mbedtls', 'rfc5280'] as const;

/** The signatures the search for a path may check. */
const MAX_SIGNATURES = 200;

interface Outcome {
  readonly accepted: boolean;
  readonly signatures: number;
}

function judge(
  profile: (typeof PROFILES)[number],
  chain: readonly Uint8Array[],
  anchors: readonly Uint8Array[] = [pki.root.der],
): Outcome {
  let signatures = 0;
  const crypto: CryptoProvider = {
    ...nodeProvider,
    ecdsaVerify: (...args) => {
      signatures++;
      return nodeProvider.ecdsaVerify(...args);
    },
  };
  const question = { chain, anchors, profile, purpose: 'server', host: 'api.example.com' } as const;
  const { accepted } = verifyChain({ ...question, time: pki.NOW, crypto });
  return { accepted, signatures };
}

function refusedCheaply(chain: readonly pki.Issued[], limits: { mbedtls: number }): void {
  const ders = chain.map(({ der }) => der);
  for (const profile of PROFILES) {
    const { accepted, signatures } = judge(profile, ders);
    assert.equal(accepted, false, profile);
    const limit = profile === 'mbedtls' ? limits.mbedtls : MAX_SIGNATURES;
    assert.ok(signatures <= limit, `${profile}: ${signatures} signatures`);
  }
}

test('a mesh of a thousand paths, each CA under hundreds of constraints', () => {
  const names = Array.from({ length: 400 }, (_, i) => dns(`t${i}.example.com`));
  const layers: pki.Issued[] = [];
  let signer = pki.root;
  for (let layer = 0; layer < 3; layer++) {
    const key = pki.ecKey(100 + layer);
    const extraExtensions = [constraints(names, [dns('example.org')])];
    const issuer = signer;
    const alike = Array.from({ length: 10 }, () =>
      pki.ca(`Layer ${layer}`, key, issuer, { extraExtensions }),
    );
    layers.push(...alike);
    signer = alike[0]!;
  }
  const holder = pki.server(signer, {
    subjectAltNames: undefined,
    extraExtensions: [altNames(...names, dns('example.net'))],
  });
  refusedCheaply([holder, ...layers], { mbedtls: 0 });
});

test('CAs that sign each other in circles', () => {
  const keys = Array.from({ length: 12 }, (_, i) => pki.ecKey(20 + i));
  const first = pki.ca('Circle', keys[0]!);
  const circle = keys.map((key, i) =>
    pki.ca('Circle', key, { der: first.der, key: keys[(i + 1) % keys.length]! }),
  );
  refusedCheaply([pki.server(circle[0]!), ...circle], { mbedtls: 12 * 12 });
});

test('a thousand certificates of one name', () => {
  const hub = pki.ca('Hub', pki.ecKey(3));
  const alike = Array.from({ length: 1000 }, () => hub);
  refusedCheaply([pki.server(hub), ...alike], { mbedtls: 1000 });
});

test('lists of thousands of names, and an OID of a megabyte', () => {
  const many = Array.from({ length: 5000 }, (_, i) => dns(`h${i}.example.com`));
  const wide = pki.server(pki.root, { subjectAltNames: undefined, extraExtensions: [altNames(...many)] });
  const oid = derValue(Tag.OID, new Uint8Array(1_000_000).fill(0xff));
  const value = derSequence(derSequence(oid));
  const long = pki.server(pki.root, { extraExtensions: [{ oid: '2.5.29.32', critical: false, value }] });
  for (const profile of PROFILES) {
    assert.equal(judge(profile, [wide.der]).accepted, false);
    judge(profile, [long.der]);
  }
});

/** One to three bytes changed, taken out or put in. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  const count = 1 + random.below(3);
  const kept = [bytes.subarray(0, at), bytes.subarray(random.below(3) === 0 ? at : at + count)] as const;
  const put = random.below(4) === 0 ? new Uint8Array() : random.bytes(count);
  return Uint8Array.from([...kept[0], ...put, ...kept[1]]);
}

test('certificates with bytes changed, wherever they stand, end in a verdict', () => {
  const random = new Random(3, 'damaged certificates');
  const limited = pki.ca('Limited', pki.ecKey(5), pki.root, {
    nameConstraints: { permitted: [{ dns: 'example.com' }, { ip: '192.0.2.0/24' }] },
  });
  const sound = [pki.server(limited).der, limited.der, pki.root.der];
  const outcomes = { accepted: 0, refused: 0 };
  for (let round = 0; round < 3000; round++) {
    const all = [...sound];
    const place = random.below(all.length);
    all[place] = damaged(all[place]!, random);
    const [leaf, between, anchor] = all as [Uint8Array, Uint8Array, Uint8Array];
    for (const profile of PROFILES) {
      const { accepted } = judge(profile, [leaf, between], [anchor]);
      outcomes[accepted ? 'accepted' : 'refused']++;
    }
  }
  assert.equal(outcomes.accepted + outcomes.refused, 6000);
  assert.ok(outcomes.refused > 5000, JSON.stringify(outcomes));
});
