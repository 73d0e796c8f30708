/** What the device says of a server's certificates: text of the ValueError and alert on the wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { verifyErrorText, verifyException } from '../../emulator/x509/mbedtls-texts.ts';
import { type ChainVerdict, type VerifyRequest, verifyChain } from '../../emulator/x509/verify.ts';
import * as pki from './pki.ts';

const EXPIRED = '\nThe certificate validity has expired\n';
const FUTURE = '\nThe certificate validity starts in the future\n';
const NAME = '\nThe certificate Common Name (CN) does not match with the expected CN\n';
const UNTRUSTED = '\nThe certificate is not correctly signed by the trusted CA\n';
const KEY = '\nThe certificate is signed with an unacceptable key (eg bad curve, RSA too short).\n';
const HASH = '\nThe certificate is signed with an unacceptable hash.\n';
const KEY_USAGE = '\nUsage does not match the keyUsage extension\n';
const PURPOSE = '\nUsage does not match the extendedKeyUsage extension\n';

interface Question {
  chain: pki.Issued[];
  anchors?: pki.Issued[];
  host?: string;
  more?: Partial<VerifyRequest>;
}

function ask({ chain, anchors = [pki.root], host = 'api.example.com', more = {} }: Question): ChainVerdict {
  return verifyChain({
    chain: chain.map(({ der }) => der),
    anchors: anchors.map(({ der }) => der),
    profile: 'mbedtls',
    purpose: 'server',
    host,
    time: pki.NOW,
    crypto: pki.crypto,
    ...more,
  });
}

function accepts(question: Question): void {
  const verdict = ask(question);
  assert.deepEqual(verdict.flags, []);
  assert.equal(verdict.accepted, true, verdict.detail);
  assert.ok(verdict.checks.every(({ outcome }) => outcome !== 'fail'));
}

function refuses(question: Question, text: string, alert: string): void {
  const verdict = ask(question);
  assert.equal(verdict.accepted, false);
  assert.equal(verifyErrorText(verdict.flags), text);
  assert.equal(verdict.alert, alert);
  assert.ok(verdict.checks.some(({ outcome }) => outcome === 'fail'));
}

const { root, otherRoot, intermediate, server, days } = pki;

test('a chain to the trusted root is accepted, in any order, with or without the root', () => {
  accepts({ chain: [server(root)] });
  const leaf = server(intermediate);
  accepts({ chain: [leaf, intermediate] });
  accepts({ chain: [leaf, intermediate, root] });
  accepts({ chain: [leaf, root, intermediate] });
  accepts({ chain: [leaf], anchors: [intermediate] });
  accepts({ chain: [leaf, intermediate], anchors: [otherRoot, root] });
});

test('dates of every certificate count, the root’s own among them', () => {
  refuses({ chain: [server(root, { notAfter: days(-1) })] }, EXPIRED, 'certificate_expired');
  refuses({ chain: [server(root, { notBefore: days(1) })] }, FUTURE, 'certificate_unknown');
  const old = pki.ca('Old', pki.ecKey(5), root, { notAfter: days(-1) });
  refuses({ chain: [server(old), old] }, EXPIRED, 'certificate_expired');
  const oldRoot = pki.ca('Old Root', pki.ecKey(5), undefined, { notAfter: days(-1) });
  refuses({ chain: [server(oldRoot)], anchors: [oldRoot] }, EXPIRED, 'certificate_expired');
  const edge = server(root, { notBefore: pki.NOW, notAfter: pki.NOW });
  accepts({ chain: [edge] });
});

test('with the clock at 2000-01-01 every certificate starts in the future', () => {
  const verdict = ask({ chain: [server(root)], more: { time: 946_684_800 } });
  assert.deepEqual(verdict.flags, ['BADCERT_FUTURE']);
});

test('names: one label per wildcard, no trailing dot, no case, the common name only without a SAN', () => {
  const named = (...dns: string[]) => server(root, { subjectAltNames: dns.map((name) => ({ dns: name })) });
  accepts({ chain: [named('*.example.com')] });
  accepts({ chain: [named('API.EXAMPLE.COM')] });
  accepts({ chain: [server(root)], host: 'API.example.com' });
  refuses({ chain: [named('*.com')] }, NAME, 'bad_certificate');
  refuses({ chain: [named('*.example.com')], host: 'a.b.example.com' }, NAME, 'bad_certificate');
  refuses({ chain: [server(root)], host: 'api.example.com.' }, NAME, 'bad_certificate');
  refuses({ chain: [server(root)], host: '' }, NAME, 'bad_certificate');
  refuses({ chain: [named('other.example.com')] }, NAME, 'bad_certificate');
  accepts({ chain: [pki.issue(pki.ecKey(9), root, { subject: 'CN=*.example.com' })] });
});

test('an IP address matches an iPAddress name, or a DNS name with the same text', () => {
  const ip = (address: string) => server(root, { subjectAltNames: [{ ip: address }] });
  accepts({ chain: [ip('192.0.2.1')], host: '192.0.2.1' });
  accepts({ chain: [ip('2001:db8::1')], host: '2001:DB8:0::1' });
  accepts({ chain: [server(root, { subjectAltNames: [{ dns: '192.0.2.1' }] })], host: '192.0.2.1' });
  refuses({ chain: [server(root)], host: '192.0.2.1' }, NAME, 'bad_certificate');
  refuses({ chain: [ip('192.0.2.1')], host: '192.0.2.2' }, NAME, 'bad_certificate');
});

test('whatever does not lead to a trusted CA is "not correctly signed"', () => {
  const selfSigned = pki.issue(pki.ecKey(6), undefined, { subjectAltNames: [{ dns: 'api.example.com' }] });
  refuses({ chain: [selfSigned] }, UNTRUSTED, 'unknown_ca');
  refuses({ chain: [server(otherRoot)] }, UNTRUSTED, 'unknown_ca');
  refuses({ chain: [server(pki.imposter)] }, UNTRUSTED, 'unknown_ca');
  refuses({ chain: [server(intermediate)] }, UNTRUSTED, 'unknown_ca');
  const flip = (signature: Uint8Array) =>
    signature.map((byte, i) => (i === signature.length - 1 ? byte ^ 1 : byte));
  refuses({ chain: [server(root, { alterSignature: flip })] }, UNTRUSTED, 'unknown_ca');
  const leaf = server(root);
  refuses({ chain: [server(leaf), leaf] }, UNTRUSTED, 'unknown_ca');
  const short = pki.ca('Short', pki.ecKey(7), root, { basicConstraints: { ca: true, pathLength: 0 } });
  const below = pki.ca('Below', pki.ecKey(8), short);
  refuses({ chain: [server(below), below, short] }, UNTRUSTED, 'unknown_ca');
  refuses({ chain: [leaf], anchors: [leaf] }, UNTRUSTED, 'unknown_ca');
  accepts({ chain: [selfSigned], anchors: [selfSigned] });
});

test('keys and hashes below the profile are refused; a root’s own hash is not asked', () => {
  refuses(
    { chain: [server(pki.rsaRoot, {}, rsaPoolKey(1024, 0))], anchors: [pki.rsaRoot] },
    KEY,
    'unsupported_certificate',
  );
  const weak = pki.ca('Weak', rsaPoolKey(1024, 0));
  refuses({ chain: [server(weak)], anchors: [weak] }, KEY, 'unsupported_certificate');
  for (const hash of ['md5', 'sha1', 'sha224'] as const) {
    refuses({ chain: [server(pki.rsaRoot, { hash })], anchors: [pki.rsaRoot] }, HASH, 'certificate_unknown');
  }
  refuses({ chain: [server(root, { hash: 'sha1' })] }, HASH, 'certificate_unknown');
  for (const hash of ['sha384', 'sha512'] as const) accepts({ chain: [server(root, { hash })] });
  const oldRoot = pki.ca('SHA-1 Root', rsaPoolKey(2048, 1), undefined, { hash: 'sha1' });
  accepts({ chain: [server(oldRoot)], anchors: [oldRoot] });
  accepts({ chain: [server(pki.rsaRoot, { pss: true })], anchors: [pki.rsaRoot] });
  accepts({ chain: [server(root, {}, pki.ecKey(9, 'secp521r1'))] });
});

test('the leaf’s usages must fit, if it has any', () => {
  const signer = server(root, { keyUsage: ['keyCertSign'] });
  refuses({ chain: [signer] }, KEY_USAGE, 'unsupported_certificate');
  refuses(
    { chain: [server(root)], more: { keyExchange: 'encipherment' } },
    KEY_USAGE,
    'unsupported_certificate',
  );
  refuses(
    { chain: [server(root, { extendedKeyUsage: ['clientAuth'] })] },
    PURPOSE,
    'unsupported_certificate',
  );
  accepts({ chain: [server(root, { extendedKeyUsage: ['anyExtendedKeyUsage'] })] });
  refuses({ chain: [server(root)], more: { purpose: 'client' } }, PURPOSE, 'unsupported_certificate');
});

test('encipherOnly and decipherOnly forbid signing', () => {
  for (const narrowing of ['encipherOnly', 'decipherOnly'] as const) {
    const odd = pki.ca('Odd', pki.ecKey(5), undefined, {
      keyUsage: ['keyCertSign', 'keyAgreement', narrowing],
    });
    refuses({ chain: [server(odd)], anchors: [odd] }, UNTRUSTED, 'unknown_ca');
    const leaf = server(root, { keyUsage: ['digitalSignature', 'keyAgreement', narrowing] });
    refuses({ chain: [leaf] }, KEY_USAGE, 'unsupported_certificate');
  }
});

test('several reasons are joined in order, and the name names the alert', () => {
  const expired = { notAfter: days(-1) };
  refuses({ chain: [server(root, expired)], host: 'other.example.com' }, EXPIRED + NAME, 'bad_certificate');
  refuses({ chain: [server(otherRoot, expired)] }, EXPIRED + UNTRUSTED, 'certificate_expired');
  const worst = server(otherRoot, { ...expired, hash: 'sha1' });
  refuses(
    { chain: [worst], host: 'other.example.com' },
    EXPIRED + NAME + UNTRUSTED + HASH,
    'bad_certificate',
  );
});

test('a bad key is named before a bad hash', () => {
  const leaf = server(pki.rsaRoot, { hash: 'sha1' }, rsaPoolKey(1024, 0));
  refuses({ chain: [leaf], anchors: [pki.rsaRoot] }, KEY + HASH, 'unsupported_certificate');
});

test('a text over 255 characters does not fit the port’s buffer and leaves the bare code', () => {
  const flags = ['BADCERT_EXPIRED', 'BADCERT_CN_MISMATCH', 'BADCERT_NOT_TRUSTED', 'BADCERT_BAD_MD'] as const;
  assert.equal(verifyException(flags).type, 'ValueError');
  const exception = verifyException([...flags, 'BADCERT_BAD_KEY']);
  assert.deepEqual(exception, { type: 'OSError', code: -9984, name: 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED' });
});

test('an unknown critical extension is an error of the parser, not of the chain', () => {
  const extraExtensions = [{ oid: '1.2.3.4.5', critical: true, value: Uint8Array.of(5, 0) }];
  const verdict = ask({ chain: [server(root, { extraExtensions })] });
  assert.equal(verdict.error?.code, -9570);
  assert.equal(verdict.error?.name, 'MBEDTLS_ERR_X509_INVALID_EXTENSIONS+MBEDTLS_ERR_ASN1_UNEXPECTED_TAG');
  assert.equal(verdict.alert, 'bad_certificate');
  assert.equal(verdict.subject, 'CN=api.example.com');
});

test('nine intermediates are more than mbedTLS has room for', () => {
  const chain = (count: number) => {
    const cas = [root];
    for (let i = 0; i < count; i++) cas.unshift(pki.ca(`Step ${i}`, pki.ecKey(20 + i), cas[0]));
    return [server(cas[0]!), ...cas.slice(0, -1)];
  };
  accepts({ chain: chain(8) });
  const verdict = ask({ chain: chain(9) });
  assert.equal(verdict.error?.code, -12288);
  assert.equal(verdict.alert, 'access_denied');
});

/** The same certificate with its key declared for key agreement alone: id-ecDH is two bytes shorter than id-ecPublicKey. */
function forAgreement({ der, key }: pki.Issued): pki.Issued {
  const shorter = (header: string) =>
    `3082${(Number.parseInt(header.slice(4), 16) - 2).toString(16).padStart(4, '0')}`;
  const hex = Buffer.from(der)
    .toString('hex')
    .replace('3059301306072a8648ce3d0201', '3057301106052b8104010c')
    .replace(/^(3082....)(3082....)/, (_, whole: string, tbs: string) => shorter(whole) + shorter(tbs));
  return { der: Uint8Array.from(Buffer.from(hex, 'hex')), key };
}

test('a CA whose key is for agreement has signed nothing', () => {
  const agreement = forAgreement(root);
  assert.equal(parseCertificate(agreement.der, 'mbedtls').subjectPublicKey.algorithmOid, '1.3.132.1.12');
  for (const profile of ['mbedtls', 'rfc5280'] as const) {
    const verdict = ask({ chain: [server(root)], anchors: [agreement], more: { profile } });
    assert.equal(verdict.accepted, false, profile);
    assert.equal(verdict.alert, 'unknown_ca');
  }
});

test('what mbedTLS does not look at is listed as unchecked; RFC 5280 refuses some of it', () => {
  const constrained = pki.ca('Constrained', pki.ecKey(5), root, {
    nameConstraints: { permitted: [{ dns: 'example.org' }] },
    critical: { nameConstraints: false },
  });
  const chain = [server(constrained), constrained];
  accepts({ chain });
  const unchecked = ask({ chain }).checks.filter(({ outcome }) => outcome === 'unchecked');
  assert.deepEqual(unchecked.map(({ check }) => check).sort(), ['name-constraints', 'policy', 'revocation']);
  const strict = ask({ chain, more: { profile: 'rfc5280' } });
  assert.equal(strict.accepted, false);
  assert.ok(strict.checks.some(({ check, outcome }) => check === 'name-constraints' && outcome === 'fail'));
});
