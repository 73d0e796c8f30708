/** A twin is judged as the chain it was made of: shown on x509-limbo's chains, and on some of our own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { decodeCertificates } from '../../emulator/x509/pem.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { makeTwins } from '../../src/probe/twin.ts';
import { limbo } from '../x509/limbo.ts';
import { ca, days, ecKey, NOW, otherRoot, root, server } from '../x509/pki.ts';

const crypto = nodeProvider;
const utf8 = new TextEncoder();

interface Judged {
  readonly chain: readonly Uint8Array[];
  readonly anchors: readonly Uint8Array[];
  readonly host?: string | undefined;
  readonly time: number;
}

const PROFILES = ['mbedtls', 'rfc5280'] as const;

function flagsOf(question: Judged, profile: (typeof PROFILES)[number]) {
  const { accepted, flags, error } = verifyChain({ ...question, profile, purpose: 'server', crypto });
  return { accepted, flags, error: error?.code };
}

function twinOf({ chain, anchors, ...rest }: Judged): Judged {
  const twins = makeTwins([...chain, ...anchors], crypto);
  return { ...rest, chain: chain.map((der) => twins.of(der)), anchors: anchors.map((der) => twins.of(der)) };
}

describe('the twin of a chain', () => {
  const intermediate = ca('Intermediate', ecKey(3, 'secp384r1'), root);
  const cases: Record<string, Judged> = {
    good: { chain: [server(intermediate).der, intermediate.der], anchors: [root.der], time: NOW },
    expired: { chain: [server(root, { notAfter: days(-1) }).der], anchors: [root.der], time: NOW },
    'of an unknown authority': { chain: [server(otherRoot).der], anchors: [root.der], time: NOW },
    'with a signature that does not verify': {
      chain: [server(root, { alterSignature: (bytes) => bytes.map((byte) => byte ^ 1) }).der],
      anchors: [root.der],
      time: NOW,
    },
    'for another host': { chain: [server(root).der], anchors: [root.der], host: 'example.org', time: NOW },
  };

  for (const [name, judged] of Object.entries(cases)) {
    it(`is judged as the chain is: ${name}`, () => {
      for (const profile of PROFILES) {
        assert.deepEqual(flagsOf(twinOf(judged), profile), flagsOf(judged, profile), profile);
      }
    });
  }

  it('has other keys, which are ours, and the same lengths', () => {
    const { der } = server(intermediate);
    const twins = makeTwins([der, intermediate.der, root.der], crypto);
    const before = parseCertificate(der);
    const after = parseCertificate(twins.of(der));
    assert.notDeepEqual(after.publicKey, before.publicKey);
    assert.deepEqual(after.publicKey, twins.key(der)!.publicKey);
    assert.equal(after.tbsBytes.length, before.tbsBytes.length);
    assert.equal(after.subject.text, before.subject.text);
  });

  it('judges as x509-limbo and mbedTLS do of the original', {
    skip: limbo === undefined && '../shared/data/limbo.json is not there',
  }, (t) => {
    const known = limbo!.testcases.filter(
      ({ validation_kind, crls, max_chain_depth }) =>
        validation_kind === 'SERVER' && crls.length === 0 && max_chain_depth === null,
    );
    for (const test of known) {
      const decode = (pem: string) => decodeCertificates(utf8.encode(pem));
      const judged: Judged = {
        chain: [test.peer_certificate, ...test.untrusted_intermediates].flatMap(decode),
        anchors: test.trusted_certs.flatMap(decode),
        host: test.expected_peer_name?.value,
        time: Date.parse(test.mbedtls_time) / 1000,
      };
      assert.deepEqual(flagsOf(twinOf(judged), 'mbedtls'), flagsOf(judged, 'mbedtls'), test.id);
    }
    t.diagnostic(`${known.length} chains`);
  });
});
