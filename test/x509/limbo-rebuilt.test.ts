/**
 * The x509-limbo cases that the data set leaves out, rebuilt from the definitions the suite publishes. The
 * flags and numbers are those mbedTLS 3.6.6, built as ESP-IDF configures it, gave for these certificates.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainVerdict, verifyChain } from '../../emulator/x509/verify.ts';
import type { RebuiltCase } from './limbo-build.ts';
import { CRL_CASES } from './limbo-rebuilt-crls.ts';
import { NAME_CASES } from './limbo-rebuilt-names.ts';
import { PATH_CASES } from './limbo-rebuilt-paths.ts';
import { crypto, NOW } from './pki.ts';

const CASES = [...PATH_CASES, ...NAME_CASES, ...CRL_CASES];

function judge(
  rebuilt: RebuiltCase,
  profile: 'mbedtls' | 'rfc5280',
  withLists = profile === 'rfc5280',
): ChainVerdict {
  const { anchors, chain, host, purpose = 'server', time = NOW, crls } = rebuilt;
  return verifyChain({
    anchors,
    chain,
    profile,
    purpose,
    host: host === null ? undefined : (host ?? 'example.com'),
    time,
    crypto,
    ...(withLists && crls !== undefined ? { crls } : {}),
  });
}

for (const rebuilt of CASES) {
  test(`mbedtls: ${rebuilt.id}`, () => {
    const { accepted, flags, error } = judge(rebuilt, 'mbedtls');
    const said = error?.code ?? [...flags].sort().join(' ');
    assert.equal(said, rebuilt.mbedtls);
    assert.equal(accepted, rebuilt.mbedtls === '');
  });
}

for (const rebuilt of CRL_CASES) {
  test(`mbedtls, given the list: ${rebuilt.id}`, () => {
    const { flags, error } = judge(rebuilt, 'mbedtls', true);
    assert.equal(error?.code ?? [...flags].sort().join(' '), rebuilt.mbedtlsWithCrls);
  });
}

/** As in limbo.ts: where the suite contradicts itself, or its rules for the web. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'pathlen::validation-ignores-pathlen-in-leaf':
    'the leaf is a CA, which webpki::ca-as-leaf and webpki::ee-basicconstraints-ca want refused',
};

for (const rebuilt of CASES) {
  const { id, limbo } = rebuilt;
  test(`rfc5280: ${id}`, () => {
    const { accepted, detail } = judge(rebuilt, 'rfc5280');
    assert.equal(accepted, (limbo === 'SUCCESS') !== id in DIFFERENT, detail);
  });
}
