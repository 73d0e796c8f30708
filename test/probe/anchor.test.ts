/** Which certificate is the one to load. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rootCertificates } from 'node:tls';
import { decodeCertificates } from '../../emulator/x509/pem.ts';
import { chooseAnchor } from '../../src/probe/anchor.ts';
import { ca, crypto, days, ecKey, otherRoot, root, server } from '../x509/pki.ts';

const intermediate = ca('Intermediate', ecKey(3), root);
const leaf = server(intermediate);

function subjects(chain: readonly Uint8Array[], files: readonly Uint8Array[] = []) {
  const { best, others } = chooseAnchor(chain, files, crypto);
  return [best, ...others].map((anchor) => anchor && `${anchor.source} ${anchor.certificate.subject.text}`);
}

describe('the certificate to load', () => {
  it('is the root that somebody trusts, before the intermediate that the server sends', () => {
    assert.deepEqual(subjects([leaf.der, intermediate.der], [otherRoot.der, root.der]), [
      'file CN=Root, O=Test',
      'server CN=Intermediate, O=Test',
    ]);
  });

  it('is found though the chain has expired: that is the fault of the chain', () => {
    const expired = server(intermediate, { notAfter: days(-1) });
    assert.equal(subjects([expired.der, intermediate.der], [root.der])[0], 'file CN=Root, O=Test');
  });

  it('is none where a link is missing', () => {
    assert.deepEqual(subjects([leaf.der], [root.der]), [undefined]);
  });

  it('is an intermediate where nothing above it is known', () => {
    assert.deepEqual(subjects([leaf.der, intermediate.der]), ['server CN=Intermediate, O=Test']);
  });

  it('is none of a chain that cannot be read', () => {
    assert.deepEqual(subjects([Uint8Array.of(1, 2, 3)]), [undefined]);
  });

  it('comes from those that browsers trust, where it is one of them', () => {
    const [trusted] = decodeCertificates(new TextEncoder().encode(rootCertificates[0]!));
    assert.equal(chooseAnchor([trusted!], [], crypto).best?.source, 'browsers');
  });
});
