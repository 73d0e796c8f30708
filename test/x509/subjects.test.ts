/** Certificates that name nobody: RFC 5280 section 4.1.2.6. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from './ask.ts';
import * as pki from './pki.ts';

const NOBODY = { subject: [] };
const critical = { critical: { subjectAltName: true } };

test('a server without a subject has its names in a critical extension', () => {
  assert.equal(ask({ chain: [pki.server(pki.root, { ...NOBODY, ...critical })] }).accepted, true);
  const { accepted, detail } = ask({ chain: [pki.server(pki.root, NOBODY)] });
  assert.equal(accepted, false);
  assert.match(detail!, /no subject, and no critical subjectAltName/);
});

test('a CA has a subject', () => {
  const nameless = pki.ca('', pki.ecKey(77), pki.root, NOBODY);
  assert.equal(ask({ chain: [pki.server(nameless), nameless] }).accepted, false);
});
