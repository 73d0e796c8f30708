/** OCSP before another judge: `openssl ocsp` reads what we write, and we believe what it answers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AnnotatedField } from '../../emulator/world/trace-events.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { parseOcspResponse } from '../../emulator/x509/ocsp.ts';
import { certIdMismatch } from '../../emulator/x509/ocsp-cert-id.ts';
import { parseOcspRequest } from '../../emulator/x509/ocsp-request.ts';
import { buildOcspError } from '../../emulator/x509/ocsp-responder.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import type { ChainVerdict } from '../../emulator/x509/verify.ts';
import { ask } from './ask.ts';
import { DAY, ocspPki } from './ocsp-pki.ts';
import { encodeOcspRequest } from './ocsp-request.ts';
import * as judge from './openssl.ts';
import * as pki from './pki.ts';

const { skip } = judge;
// `openssl ocsp` goes by the computer's clock, whatever -attime says.
const now = Math.floor(Date.now() / 1000);
const { root, leaf, delegate, certId, response, delegated } = ocspPki(now);
const rootFile = judge.file('root.pem', root.der);
const leafFile = judge.file('leaf.pem', leaf.der);
const nonce = new Uint8Array(32).fill(0xa5);

/** How openssl judges a response of ours. */
function opensslOn(der: Uint8Array): judge.Outcome {
  return judge.attempt([
    ...['ocsp', '-respin', judge.write('response.der', der), '-CAfile', rootFile],
    ...['-issuer', rootFile, '-cert', leafFile, '-no_nonce'],
  ]);
}

/** The answer of an openssl responder to a request of ours. */
function opensslAnswers(index: string, responder: pki.Issued, extra: readonly string[] = []): Uint8Array {
  const key = encodePem('PRIVATE KEY', encodePrivateKey(responder.key, 'pkcs8'));
  judge.openssl([
    ...['ocsp', '-index', judge.write('index.txt', index), '-CA', rootFile, '-ndays', '3'],
    ...['-reqin', judge.write('request.der', encodeOcspRequest([certId()], nonce))],
    ...['-rsigner', judge.file('responder.pem', responder.der), '-rkey', judge.write('key.pem', key)],
    ...['-respout', judge.path('answer.der'), ...extra],
  ]);
  return new Uint8Array(readFileSync(judge.path('answer.der')));
}

function verify(ocspResponse: Uint8Array): ChainVerdict {
  return ask({ chain: [leaf], anchors: [root], time: now + 60, ocspResponses: [ocspResponse] });
}

const GOOD = 'V\t360101000000Z\t\t77AA01\tunknown\t/CN=api.example.com\n';
const REVOKED = 'R\t360101000000Z\t250102030405Z,keyCompromise\t77AA01\tunknown\t/CN=api.example.com\n';

test('openssl believes our responses, of the CA and of a delegate', { skip }, () => {
  const responder = delegate();
  const accepted = [
    response(),
    response({ responderId: 'name', hash: 'sha512' }),
    response({ certId: certId(leaf, 'sha1'), nonce }),
    delegated(responder),
    delegated(responder, { responderId: 'name' }),
  ];
  for (const der of accepted) {
    const { status, text } = opensslOn(der);
    assert.equal(status, 0, text);
    assert.match(text, /leaf\.pem: good\n/);
    assert.match(text, /Response verify OK/);
  }
  const time = Date.UTC(2025, 0, 2, 3, 4, 5) / 1000;
  const revoked = opensslOn(response({ status: { status: 'revoked', time, reason: 'superseded' } }));
  assert.match(
    revoked.text,
    /leaf\.pem: revoked\n[\s\S]*Reason: superseded\n\tRevocation Time: Jan {2}2 03:04:05 2025/,
  );
  assert.match(opensslOn(response({ status: { status: 'unknown' } })).text, /leaf\.pem: unknown/);
});

test('openssl refuses what we break, for the reason we broke it', { skip }, () => {
  const flip = (signature: Uint8Array) =>
    signature.map((byte, i) => (i === signature.length - 1 ? byte ^ 1 : byte));
  const refused: [Uint8Array, RegExp][] = [
    [response({ alterSignature: flip }), /signature failure/],
    [response({ nextUpdate: now - DAY / 2 }), /WARNING: Status times invalid|status expired/],
    [response({ certId: { ...certId(), issuerKeyHash: new Uint8Array(20) } }), /No Status found/],
    [delegated(delegate({ extendedKeyUsage: ['serverAuth'] })), /missing ocspsigning usage/],
    [buildOcspError('tryLater'), /Responder Error: trylater \(3\)/],
  ];
  for (const [der, reason] of refused) assert.match(opensslOn(der).text, reason);
});

test('we believe what an openssl responder answers, and that it revoked', { skip }, () => {
  const responder = delegate();
  for (const [by, text] of [
    [root, /good as of .*, signed by its issuer/],
    [responder, /good as of .*, signed by CN=OCSP Responder, delegated by its issuer/],
  ] as const) {
    for (const extra of [[], ['-resp_key_id'], ['-rmd', 'sha384']]) {
      const verdict = verify(opensslAnswers(GOOD, by, extra));
      assert.equal(verdict.accepted, true, verdict.detail);
      assert.ok(verdict.checks.some(({ check, detail }) => check === 'revocation' && text.test(detail)));
    }
  }
  const revoked = verify(opensslAnswers(REVOKED, responder));
  assert.equal(revoked.alert, 'certificate_revoked');
  assert.match(revoked.detail!, /revoked since 2025-01-02 03:04:05Z \(keyCompromise\)/);
  assert.match(verify(opensslAnswers('', responder)).detail!, /does not know the certificate/);
});

test('a nonce comes back, through openssl and through us', { skip }, () => {
  assert.deepEqual(parseOcspResponse(opensslAnswers(GOOD, root)).basic!.nonce, nonce);
  assert.deepEqual(parseOcspResponse(response({ nonce })).basic!.nonce, nonce);
});

test('requests: we read openssl’s, openssl reads ours', { skip }, () => {
  judge.openssl([
    ...['ocsp', '-issuer', rootFile, '-sha256', '-cert', leafFile, '-sha1', '-serial', '0x99'],
    ...['-reqout', judge.path('theirs.der')],
  ]);
  const theirs = parseOcspRequest(new Uint8Array(readFileSync(judge.path('theirs.der'))));
  assert.deepEqual(
    theirs.certIds.map(({ hash }) => hash),
    ['sha256', 'sha1'],
  );
  assert.equal(theirs.nonce!.length, 16);
  const [certificate, issuer] = [parseCertificate(leaf.der), parseCertificate(root.der)];
  assert.equal(certIdMismatch(theirs.certIds[0]!, certificate, issuer, pki.crypto), undefined);
  const text = judge.openssl([
    ...['ocsp', '-req_text', '-reqin'],
    judge.write('ours.der', encodeOcspRequest([certId(), certId(leaf, 'sha256')], nonce)),
  ]);
  assert.match(text, /Hash Algorithm: sha1\n[\s\S]*Serial Number: 77AA01\n[\s\S]*Hash Algorithm: sha256\n/);
  assert.match(text, /OCSP Nonce: \n\s+0420A5A5/);
});

test('every field we annotate stands where asn1parse sees a value', { skip }, () => {
  const der = delegated(delegate(), {
    nonce,
    status: { status: 'revoked', time: now, reason: 'superseded' },
  });
  const { fields } = parseOcspResponse(der);
  const names = new Set<string>();
  let wrapped: AnnotatedField | undefined;
  const visit = (nodes: readonly AnnotatedField[]): void => {
    for (const node of nodes) {
      names.add(node.name);
      if (node.name === 'BasicOCSPResponse') wrapped = node;
      visit(node.children ?? []);
    }
  };
  visit(fields);
  for (const name of [
    'responderID',
    'CertID',
    'certStatus',
    'nextUpdate',
    'revocationReason',
    'Certificate',
  ]) {
    assert.ok(names.has(name), name);
  }
  // asn1parse does not look into the OCTET STRING by itself.
  const { offset, length } = wrapped!;
  const starts = judge.valueOffsets(der.subarray(offset, offset + length));
  const check = (nodes: readonly AnnotatedField[]): void => {
    for (const node of nodes) {
      assert.ok(starts.has(node.offset - offset), `${node.name} at ${node.offset}`);
      if (node.name !== 'Certificate' && node.name !== 'Extension') check(node.children ?? []);
    }
  };
  check(wrapped!.children!);
});
