/** Device and browser before the same chain, and the sentences that say where they part. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { buildCertificateList } from '../../emulator/x509/build-crl.ts';
import { type Comparison, compare } from '../../emulator/x509/compare.ts';
import { STATUS_REQUEST } from '../../emulator/x509/more-extensions.ts';
import { decodePem } from '../../emulator/x509/pem.ts';
import type { VerifyRequest } from '../../emulator/x509/verify.ts';
import { limbo } from './limbo.ts';
import { ocspPki } from './ocsp-pki.ts';
import * as pki from './pki.ts';

const { root, server, days } = pki;

function ask(chain: pki.Issued[], more: Partial<VerifyRequest> = {}): Comparison {
  return compare({
    chain: chain.map(({ der }) => der),
    anchors: [root.der],
    purpose: 'server',
    host: 'api.example.com',
    time: pki.NOW,
    crypto: pki.crypto,
    ...more,
  });
}

const constrained = (critical: boolean) => {
  const nameConstraints = { permitted: [{ dns: 'example.org' }] };
  return pki.ca('Constrained', pki.ecKey(5), root, {
    nameConstraints,
    critical: { nameConstraints: critical },
  });
};

test('the device accepts what name constraints forbid', () => {
  const { agree, device, browser, sentences } = ask([server(constrained(false)), constrained(false)]);
  assert.equal(agree, false);
  assert.deepEqual([device.accepted, browser.accepted], [true, false]);
  const opening = 'your ESP32 accepts this, a browser refuses it: name constraint violated: ';
  assert.ok(sentences[0]!.startsWith(opening), sentences[0]);
  assert.match(sentences[1]!, /to your board that CA can pose as any server/);
  const finds =
    'a browser also finds: name constraint violated: CN=api.example.com: api.example.com is not within';
  assert.ok(
    sentences.some((sentence) => sentence.startsWith(finds)),
    sentences.join('\n'),
  );
  const unseen =
    'your ESP32 did not look at: name constraints; certificate policies; whether a certificate is revoked';
  assert.equal(sentences.at(-1), unseen);
});

test('the device accepts what is revoked, by OCSP or by CRL, which its port never passes', () => {
  const { response, certId, ...ocsp } = ocspPki(pki.NOW);
  const revoked = response({ status: { status: 'revoked', time: days(-2), reason: 'keyCompromise' } });
  const byOcsp = ask([ocsp.leaf], { anchors: [ocsp.root.der], ocspResponses: [revoked] });
  assert.match(byOcsp.sentences[0]!, /a browser refuses it: certificate revoked: CN=api.* \(keyCompromise\)/);
  assert.match(byOcsp.sentences[1]!, /it trusts a stolen key until the certificate ends/);
  const issuer = { key: root.key, certificate: root.der };
  const entries = [{ serialNumber: 0x4321, date: days(-2) }];
  const list = buildCertificateList(
    { issuer, thisUpdate: days(-1), nextUpdate: days(1), number: 1, revoked: entries },
    pki.crypto,
  );
  const byList = ask([server(root, { serialNumber: 0x4321 })], { crls: [list] });
  assert.equal(byList.device.accepted, true);
  assert.match(byList.sentences[0]!, /a browser refuses it: certificate revoked: /);
});

test('a staple that must be there and is not', () => {
  const { sentences } = ask([server(root, { tlsFeature: [STATUS_REQUEST] })]);
  assert.match(sentences[0]!, /a browser refuses it: revocation status not acceptable: .*nothing is stapled/);
});

test('the device refuses a critical extension that it has no parser for', () => {
  const ca = constrained(true);
  const leaf = server(ca, { subject: 'CN=api.example.org', subjectAltNames: [{ dns: 'api.example.org' }] });
  const { sentences, device, browser } = ask([leaf, ca], { host: 'api.example.org' });
  assert.deepEqual([device.accepted, browser.accepted], [false, true], browser.detail);
  const opening = 'your ESP32 refuses this, RFC 5280 accepts it: certificate cannot be read: CN=Constrained';
  assert.ok(sentences[0]!.startsWith(opening), sentences[0]);
  assert.match(sentences[1]!, /an extension marked critical/);
});

test('agreement either way, and no browser where a client is judged', () => {
  const both = ask([server(root)]);
  assert.equal(both.agree, true);
  assert.equal(both.sentences[0], 'your ESP32 accepts this, and so does a browser');
  const neither = ask([server(root)], { host: 'other.example.com' });
  assert.equal(neither.agree, true);
  assert.match(neither.sentences[0]!, /^your ESP32 refuses this: name not acceptable: /);
  assert.match(neither.sentences[1]!, /^a browser refuses it too: name not acceptable: /);
  const client = pki.issue(pki.ecKey(9), root, { extendedKeyUsage: ['clientAuth'] });
  const accepted = ask([client], { purpose: 'client', host: undefined });
  assert.equal(accepted.sentences[0], 'your ESP32 accepts this, and so does RFC 5280');
  assert.match(
    accepted.sentences.at(-1)!,
    /^your ESP32 did not look at: the name, as no host was asked for; /,
  );
});

test('on every limbo case the first sentence says who accepts', {
  skip: limbo === undefined && 'no limbo',
}, () => {
  const der = (pem: string) => decodePem(pem)[0]!.der;
  const openings = new Set<string>();
  for (const limboCase of limbo!.testcases) {
    const { device, browser, agree, sentences } = compare({
      chain: [limboCase.peer_certificate, ...limboCase.untrusted_intermediates].map(der),
      anchors: limboCase.trusted_certs.map(der),
      purpose: limboCase.validation_kind === 'CLIENT' ? 'client' : 'server',
      host: limboCase.expected_peer_name?.value,
      time: Date.parse(limboCase.mbedtls_time) / 1000,
      crypto: nodeProvider,
    });
    const opening =
      /^your ESP32 (accepts this, and so does|(accepts|refuses) this, .* (refuses|accepts) it: |refuses this: )/;
    const [, all, first, second] = opening.exec(sentences[0]!) ?? assert.fail(sentences[0]);
    assert.equal(device.accepted, all!.startsWith('accepts'), limboCase.id);
    assert.equal(
      browser.accepted,
      second === undefined ? device.accepted : second === 'accepts',
      limboCase.id,
    );
    assert.equal(agree, first === undefined, limboCase.id);
    openings.add(`${device.accepted} ${browser.accepted}`);
  }
  assert.equal(openings.size, 4);
});
