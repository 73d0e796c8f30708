/** x509-limbo (C2SP): the mbedtls profile must equal mbedTLS's own verdicts, rfc5280 what limbo expects. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { decodePem } from '../../emulator/x509/pem.ts';
import type { ChainVerdict } from '../../emulator/x509/verdict.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { DIFFERENT, type LimboCase, limbo } from './limbo.ts';

const skip = limbo === undefined ? 'the limbo data set is not beside this checkout' : false;

function der(pem: string): Uint8Array {
  return decodePem(pem)[0]!.der;
}

function judge(limboCase: LimboCase, profile: 'mbedtls' | 'rfc5280', withCrls: boolean): ChainVerdict {
  const { validation_kind, expected_peer_name, mbedtls_time, max_chain_depth } = limboCase;
  return verifyChain({
    chain: [limboCase.peer_certificate, ...limboCase.untrusted_intermediates].map(der),
    anchors: limboCase.trusted_certs.map(der),
    profile,
    purpose: validation_kind === 'CLIENT' ? 'client' : 'server',
    host: expected_peer_name?.value,
    time: Date.parse(mbedtls_time) / 1000,
    crypto: nodeProvider,
    maxChainDepth: max_chain_depth ?? undefined,
    ...(withCrls && limboCase.crls.length > 0 ? { crls: limboCase.crls.map(der) } : {}),
  });
}

function resultOf(verdict: ChainVerdict): 'SUCCESS' | 'FAILURE' {
  return verdict.accepted ? 'SUCCESS' : 'FAILURE';
}

test('mbedtls profile equals mbedTLS on every limbo case', { skip }, () => {
  const wrong = limbo!.testcases
    .filter((limboCase) => limboCase.mbedtls_result !== 'SKIPPED')
    .map((limboCase) => ({ limboCase, verdict: judge(limboCase, 'mbedtls', false) }))
    .filter(({ limboCase, verdict }) => resultOf(verdict) !== limboCase.mbedtls_result)
    .map(({ limboCase, verdict }) => `${limboCase.id}: ${resultOf(verdict)} ${verdict.detail ?? ''}`);
  assert.deepEqual(wrong, []);
});

test('mbedtls profile sets the flags mbedTLS sets, where its parser got so far', { skip }, () => {
  for (const limboCase of limbo!.testcases) {
    if (limboCase.mbedtls_result === 'SKIPPED') continue;
    const verdict = judge(limboCase, 'mbedtls', false);
    assert.equal(
      verdict.error !== undefined && verdict.flags.length === 0,
      limboCase.mbedtls_parse_error,
      limboCase.id,
    );
    if (limboCase.mbedtls_parse_error) continue;
    assert.deepEqual([...verdict.flags].sort(), [...limboCase.mbedtls_flags].sort(), limboCase.id);
  }
});

test('mbedtls profile, given the CRLs, judges them as mbedTLS does', { skip }, () => {
  const withLists = limbo!.testcases.filter((limboCase) => limboCase.mbedtls_with_crls);
  assert.ok(withLists.length > 0);
  for (const limboCase of withLists) {
    assert.equal(resultOf(judge(limboCase, 'mbedtls', true)), limboCase.mbedtls_with_crls, limboCase.id);
  }
});

test('rfc5280 profile agrees with limbo in 95 of 100 cases, the others are explained', { skip }, () => {
  const wrong = limbo!.testcases
    .map((limboCase) => ({ limboCase, verdict: judge(limboCase, 'rfc5280', true) }))
    .filter(({ limboCase, verdict }) => resultOf(verdict) !== limboCase.expected_result);
  const unexplained = wrong.filter(({ limboCase }) => !(limboCase.id in DIFFERENT));
  assert.deepEqual(
    unexplained.map(({ limboCase, verdict }) => `${limboCase.id}: ${verdict.detail ?? 'accepted'}`),
    [],
  );
  assert.ok(wrong.length <= 0.05 * limbo!.testcases.length, `${wrong.length} cases differ`);
});
