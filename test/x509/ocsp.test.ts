/** Verification by OCSP (RFC 6960 section 3.2): whom to believe, about what, when; staples (RFC 6066, 7633). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATUS_REQUEST } from '../../emulator/x509/more-extensions.ts';
import { parseOcspResponse } from '../../emulator/x509/ocsp.ts';
import { buildOcspError, buildOcspResponse } from '../../emulator/x509/ocsp-responder.ts';
import type { ChainVerdict } from '../../emulator/x509/verify.ts';
import { ask, type Question } from './ask.ts';
import { DAY, ocspPki } from './ocsp-pki.ts';
import * as pki from './pki.ts';

const { root, leaf, delegate, certId, signer, response, delegated, dates } = ocspPki(pki.NOW);

function verify(more: Omit<Question, 'chain' | 'anchors'>, chain = [leaf]): ChainVerdict {
  return ask({ ...more, chain, anchors: [root] });
}

function revocation({ checks }: ChainVerdict): string[] {
  return checks
    .filter(({ check }) => check === 'revocation')
    .map(({ outcome, detail }) => `${outcome}: ${detail}`);
}

/** The same response fetched and stapled. */
function accepts(der: Uint8Array, detail: RegExp): void {
  for (const more of [{ ocspResponses: [der] }, { staples: [der] }]) {
    const verdict = verify(more);
    assert.equal(verdict.accepted, true, verdict.detail);
    assert.equal(revocation(verdict).length, 1);
    assert.match(revocation(verdict)[0]!, detail);
  }
}

function refuses(der: Uint8Array, detail: RegExp, fetched: string, stapled: string): void {
  for (const [more, alert] of [
    [{ ocspResponses: [der] }, fetched],
    [{ staples: [der] }, stapled],
  ] as const) {
    const verdict = verify(more);
    assert.equal(verdict.accepted, false, String(detail));
    assert.match(verdict.detail!, detail);
    assert.equal(verdict.alert, alert);
  }
}

const bad = (der: Uint8Array, detail: RegExp) =>
  refuses(der, detail, 'certificate_unknown', 'bad_certificate_status_response');

test('good, signed by the issuer or its delegate, named by key or by name', () => {
  accepts(response(), /^pass: (stapled )?OCSP: good as of 2026-05-31 00:00:00Z, signed by its issuer$/);
  accepts(response({ responderId: 'name' }), /signed by its issuer/);
  accepts(response({ certId: certId(leaf, 'sha256') }), /good/);
  accepts(response({ certificates: [root.der], hash: 'sha384' }), /signed by its issuer/);
  const responder = delegate();
  for (const responderId of ['key', 'name'] as const) {
    accepts(delegated(responder, { responderId }), /signed by CN=OCSP Responder, delegated by its issuer$/);
  }
});

test('revoked, with the time and the reason', () => {
  const time = pki.days(-2);
  const revoked = (der: Uint8Array, detail: RegExp) =>
    refuses(der, detail, 'certificate_revoked', 'certificate_revoked');
  revoked(
    response({ status: { status: 'revoked', time, reason: 'keyCompromise' } }),
    /CN=api\.example\.com: (stapled )?OCSP: revoked since 2026-05-30 00:00:00Z \(keyCompromise\)/,
  );
  revoked(response({ status: { status: 'revoked', time } }), /revoked since 2026-05-30 00:00:00Z as of/);
});

test('a response that cannot be believed', () => {
  bad(response({ status: { status: 'unknown' } }), /does not know the certificate/);
  bad(response({ alterSignature: flipLast }), /signature of CN=OCSP Root, O=Test on the response/);
  bad(response({ thisUpdate: pki.NOW + 1 }), /begins at 2026-06-01 00:00:01Z/);
  bad(response({ nextUpdate: pki.NOW - 1 }), /good until 2026-05-31 23:59:59Z/);
  bad(response({ nextUpdate: undefined, thisUpdate: pki.NOW - DAY - 1 }), /good until 2026-05-31 23:59:59Z/);
  bad(response({ hash: 'sha1' }), /ecdsa-with-SHA1 of the response is not acceptable/);
  const critical = { oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) };
  bad(response({ extraExtensions: [critical] }), /critical extension 1\.2\.3\.4 of the response/);
  accepts(response({ nextUpdate: undefined, thisUpdate: pki.NOW - DAY }), /good/);
  accepts(response({ nonce: Uint8Array.of(1, 2, 3, 4) }), /good/);
});

test('a delegate must be certified by the issuer itself, for OCSP, now', () => {
  bad(delegated(delegate(), { certificates: [] }), /no certificate of the responder the key with SHA-1/);
  bad(delegated(delegate({ extendedKeyUsage: ['anyExtendedKeyUsage'] })), /without OCSPSigning/);
  bad(delegated(leaf), /CN=api\.example\.com is no delegate/);
  bad(delegated(delegate({ notAfter: pki.NOW - 1 })), /outside the validity of the responder/);
  bad(delegated(delegate({ keyUsage: ['keyEncipherment'] })), /may not sign/);
  bad(delegated(delegate({ hash: 'sha1' })), /ecdsa-with-SHA1 of the responder CN=OCSP Responder/);
  bad(delegated(delegate({}, pki.otherRoot)), /was not certified by the issuer/);
  const below = pki.ca('Below', pki.ecKey(34), root, dates);
  bad(delegated(delegate({}, below)), /was not certified by the issuer/);
  const sameName = pki.ca('OCSP Root', pki.ecKey(35), undefined, dates);
  bad(delegated(delegate({}, sameName)), /was not certified by the issuer/);
  bad(delegated(delegate(), { alterSignature: flipLast }), /signature of CN=OCSP Responder/);
});

test('a response about something else clears nothing: fetched it is passed over, stapled it is bad', () => {
  const others: [Uint8Array, RegExp][] = [
    [
      response({ certId: { ...certId(), serialNumber: Uint8Array.of(9) } }),
      /it is for serial number 09, the certificate has 77aa01/,
    ],
    [response({ certId: { ...certId(), issuerNameHash: new Uint8Array(20) } }), /issuer of another name/],
    [response({ certId: { ...certId(), issuerKeyHash: new Uint8Array(20) } }), /issuer with another key/],
    [buildOcspError('tryLater'), /the responder answered tryLater/],
  ];
  for (const [der, detail] of others) {
    const fetched = verify({ ocspResponses: [der] });
    assert.equal(fetched.accepted, true, fetched.detail);
    assert.match(revocation(fetched)[0]!, /^unchecked: OCSP: no response for this certificate/);
    assert.match(revocation(fetched)[0]!, detail);
    const stapled = verify({ staples: [der] });
    assert.equal(stapled.alert, 'bad_certificate_status_response');
    assert.match(stapled.detail!, detail);
  }
});

test('of several: revoked before good, good before bad; one response may speak of many', () => {
  const revoked = response({ status: { status: 'revoked', time: pki.NOW - 5 } });
  const stale = response({ nextUpdate: pki.NOW - 1 });
  assert.equal(verify({ ocspResponses: [stale, response()] }).accepted, true);
  assert.equal(verify({ ocspResponses: [response(), revoked] }).alert, 'certificate_revoked');
  const single = (serial: number, status: 'good' | 'unknown') => ({
    certId: { ...certId(), ...(serial ? { serialNumber: Uint8Array.of(serial) } : {}) },
    certStatus: { status },
    thisUpdate: pki.NOW,
    nextUpdate: pki.days(1),
  });
  const many = buildOcspResponse(
    {
      responder: signer(root),
      producedAt: pki.NOW,
      responses: [single(9, 'unknown'), single(0, 'good')],
    },
    pki.crypto,
  );
  accepts(many, /good as of 2026-06-01/);
});

test('must-staple: tlsfeature asks for a good staple; a fetched response does not do', () => {
  const stapling = pki.server(root, { serialNumber: 0x77aa01, tlsFeature: [STATUS_REQUEST], ...dates });
  const without = verify({ ocspResponses: [response()] }, [stapling]);
  assert.equal(without.alert, 'bad_certificate_status_response');
  assert.match(without.detail!, /nothing is stapled, but the certificate says it must be \(tlsfeature\)/);
  assert.equal(verify({ staples: [response()] }, [stapling]).accepted, true);
  assert.equal(verify({ requireStaple: true }).alert, 'bad_certificate_status_response');
  assert.equal(verify({ requireStaple: true, staples: [response()] }).accepted, true);
  const garbage = verify({ staples: [Uint8Array.of(0x30, 3, 1, 2)] });
  assert.equal(garbage.alert, 'bad_certificate_status_response');
  assert.equal(verify({ profile: 'mbedtls' }, [stapling]).accepted, true, 'mbedTLS does not look');
});

test('an intermediate’s status counts as the leaf’s does', () => {
  const between = pki.ca('Between', pki.ecKey(36), root, { serialNumber: 0x55, ...dates });
  const chain = [pki.server(between, { serialNumber: 0x77aa01, ...dates }), between];
  const status = { status: 'revoked', time: pki.NOW - 5 } as const;
  const revoked = response({ certId: certId(between), status });
  for (const more of [{ ocspResponses: [revoked] }, { staples: [undefined, revoked] }]) {
    const verdict = verify(more, chain);
    assert.equal(verdict.alert, 'certificate_revoked');
    assert.match(verdict.detail!, /^CN=Between, O=Test: /);
  }
});

test('cut short at any byte, or with a bit flipped, a response clears nothing', () => {
  const der = delegated(delegate());
  for (let length = 0; length < der.length; length++) {
    const { alert } = verify({ staples: [der.slice(0, length)] });
    assert.equal(alert, 'bad_certificate_status_response', `cut at ${length}`);
  }
  // The certificates sent along are not signed over; the response without them is.
  const bare = response();
  const { basic } = parseOcspResponse(bare);
  const start = basic!.tbsBytes.byteOffset - bare.byteOffset;
  for (let bit = 8 * start; bit < 8 * bare.length; bit += 7) {
    const flipped = bare.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    assert.equal(verify({ staples: [flipped] }).accepted, false, `bit ${bit}`);
  }
});

function flipLast(signature: Uint8Array): Uint8Array {
  return signature.map((byte, i) => (i === signature.length - 1 ? byte ^ 1 : byte));
}
