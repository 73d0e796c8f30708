import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { Random } from '../../emulator/world/random.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { parseCertificateList } from '../../emulator/x509/crl.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { buildPki, type Pki } from '../../src/scenario/pki/build.ts';
import { type ScenarioInput, scenarioSchema } from '../../src/scenario/schema.ts';

/** Everything in `leaf` is added to a good server certificate of `root`. */
type Leaf = NonNullable<NonNullable<ScenarioInput['pki']>['leaves']>[string];

function pkiOf(pki: ScenarioInput['pki']): Pki {
  const scenario = scenarioSchema.parse({ title: 't', why: 'w', pki, devices: { sensor: {} } });
  return buildPki(scenario, new Map(), new Random(1), nodeProvider);
}

function leafOf(leaf: Partial<Leaf>) {
  const pki = pkiOf({
    roots: { root: {} },
    leaves: { api: { issuer: 'root', subject: 'CN=api.example.com', san: ['api.example.com'], ...leaf } },
  });
  return { der: pki.certificate('api'), certificate: parseCertificate(pki.certificate('api')), pki };
}

/** The checks by which a strict client refuses the certificate. */
function refusals(pki: Pki, chain: readonly string[], anchors: readonly string[] = ['root']): string[] {
  const { checks } = verifyChain({
    chain: chain.map(pki.certificate),
    anchors: anchors.map(pki.certificate),
    profile: 'rfc5280',
    purpose: 'server',
    host: 'api.example.com',
    time: Date.UTC(2026, 2, 1, 12) / 1000,
    crypto: nodeProvider,
  });
  return [...new Set(checks.filter(({ outcome }) => outcome === 'fail').map(({ check }) => check))];
}

describe('a certificate of a scenario', () => {
  it('is good when nothing is said', () => {
    const { pki } = leafOf({});
    assert.deepEqual(refusals(pki, ['api']), []);
  });

  const defects: readonly [words: string, leaf: Partial<Leaf>, check: string][] = [
    ['has run out', { validity: { from: '-60d', until: '-1d' } }, 'validity'],
    ['is not valid yet', { validity: { from: '1h', until: '90d' } }, 'validity'],
    ['is for clients', { extendedKeyUsage: ['clientAuth'] }, 'extended-key-usage'],
    ['has a purpose nobody knows', { extendedKeyUsage: ['1.3.6.1.4.1.99999.1'] }, 'extended-key-usage'],
    ['may not sign', { keyUsage: ['keyAgreement'] }, 'key-usage'],
    ['was altered after it was signed', { damage: { tamper: { offset: -1 } } }, 'anchor'],
    ['has a broken signature', { damage: { signature: 'corrupt' } }, 'anchor'],
    ['has a common name alone', { subject: 'CN=api.example.com', san: [] }, 'name'],
    [
      'says something critical that nobody knows',
      { extraExtensions: [{ oid: '1.3.6.1.4.1.99999.1', critical: true }] },
      'critical-extensions',
    ],
  ];
  for (const [words, leaf, check] of defects) {
    it(`is refused where it ${words}`, () => {
      assert.deepEqual(refusals(leafOf(leaf).pki, ['api']), [check]);
    });
  }

  it('can lack what others have', () => {
    const { certificate } = leafOf({
      ca: 'absent',
      keyUsage: [],
      extendedKeyUsage: [],
      keyIdentifiers: false,
      san: [],
      subject: '',
    });
    assert.deepEqual(certificate.extensions, []);
    assert.equal(certificate.subject.text, '');
    assert.equal(leafOf({ version: 1 }).certificate.version, 1);
  });

  it('has the names, the number and the address of the status that were asked for', () => {
    const { certificate } = leafOf({
      serialNumber: '0x7f0123456789abcdef01',
      san: [
        'api.example.com',
        '2001:db8::1',
        '192.0.2.1',
        'ops@example.com',
        'https://example.com/id',
        'n{1..997}.example.com',
      ],
      authorityInfoAccess: { ocsp: ['http://ocsp.example.com'] },
      crlDistributionPoints: ['http://crl.example.com/ca.crl'],
      mustStaple: true,
      policies: ['1.3.6.1.4.1.99999.2'],
    });
    assert.equal(Buffer.from(certificate.serialNumber).toString('hex'), '7f0123456789abcdef01');
    const names = certificate.subjectAltNames!;
    assert.equal(names.length, 1002);
    assert.deepEqual(
      names.slice(0, 6).map(({ kind, text }) => `${kind} ${text}`),
      [
        'dNSName api.example.com',
        'iPAddress 2001:db8::1',
        'iPAddress 192.0.2.1',
        'rfc822Name ops@example.com',
        'uniformResourceIdentifier https://example.com/id',
        'dNSName n1.example.com',
      ],
    );
    const extensions = certificate.extensions.map(({ name }) => name);
    for (const name of ['authorityInfoAccess', 'cRLDistributionPoints', 'tlsfeature', 'certificatePolicies'])
      assert.ok(extensions.includes(name), name);
  });
});

describe('an authority of a scenario', () => {
  it('can be held to names, to a length of the path, and not to be one', () => {
    const with_ = (intermediate: object) =>
      pkiOf({
        roots: { root: {} },
        intermediates: { issuing: { issuer: 'root', ...intermediate } },
        leaves: { api: { issuer: 'issuing', subject: 'CN=api.example.com', san: ['api.example.com'] } },
      });
    const refused = (intermediate: object) => refusals(with_(intermediate), ['api', 'issuing']);
    assert.deepEqual(refused({}), []);
    assert.deepEqual(refused({ nameConstraints: { permitted: ['example.org'] } }), ['name-constraints']);
    assert.deepEqual(refused({ ca: false }), ['basic-constraints']);
    assert.deepEqual(refused({ ca: 'absent' }), ['basic-constraints']);
    assert.deepEqual(refused({ keyUsage: ['digitalSignature'] }), ['key-usage']);
  });

  it('is cross-signed when another certificate has its name and its key', () => {
    const pki = pkiOf({
      roots: { old: {}, new: { subject: 'CN=New Root' } },
      intermediates: { 'new-by-old': { issuer: 'old', keyOf: 'new', subject: 'CN=New Root' } },
      leaves: { api: { issuer: 'new', subject: 'CN=api.example.com', san: ['api.example.com'] } },
    });
    assert.deepEqual(refusals(pki, ['api'], ['new']), []);
    assert.deepEqual(refusals(pki, ['api', 'new-by-old'], ['old']), []);
    assert.deepEqual(refusals(pki, ['api'], ['old']), ['anchor']);
  });

  it('takes back certificates, in lists and in answers', () => {
    const pki = pkiOf({
      roots: { root: { revoked: [{ certificate: 'api', at: '-2d', reason: 'keyCompromise' }] } },
      leaves: {
        api: { issuer: 'root', subject: 'CN=api.example.com', san: ['api.example.com'] },
        other: { issuer: 'root' },
      },
      crls: {
        fresh: { issuer: 'root' },
        stale: { issuer: 'root', nextUpdate: '-1h' },
        clean: { issuer: 'root', revoked: [] },
      },
      ocsp: {
        taken: { certificate: 'api' },
        good: { certificate: 'other' },
        lie: { certificate: 'api', status: 'good' },
      },
    });
    const judge = (evidence: { crls?: Uint8Array[]; staples?: Uint8Array[] }) =>
      verifyChain({
        chain: [pki.certificate('api')],
        anchors: [pki.certificate('root')],
        profile: 'rfc5280',
        purpose: 'server',
        host: 'api.example.com',
        time: Date.UTC(2026, 2, 1, 12) / 1000,
        crypto: nodeProvider,
        ...evidence,
      }).accepted;
    assert.equal(judge({ crls: [pki.crl('fresh')] }), false);
    assert.equal(judge({ crls: [pki.crl('clean')] }), true);
    assert.equal(judge({ staples: [pki.ocspResponse('taken')] }), false);
    assert.equal(judge({ staples: [pki.ocspResponse('lie')] }), true);
    assert.ok(parseCertificateList(pki.crl('stale')).nextUpdate! < Date.UTC(2026, 2, 1, 12) / 1000);
  });

  it('stands for many of its kind', () => {
    const pki = pkiOf({ roots: { public: { count: 30, subject: 'CN=Public Root' } } });
    const subjects = pki.certificates('public').map((der) => parseCertificate(der).subject.text);
    assert.equal(new Set(subjects).size, 30);
    assert.equal(subjects[0], 'CN=Public Root');
    assert.equal(subjects[29], 'CN=Public Root 30');
  });
});
