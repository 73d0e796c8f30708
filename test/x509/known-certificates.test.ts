/** Certificates that were read before are what reading them again would give. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { DerError } from '../../emulator/x509/der.ts';
import { readCertificate } from '../../emulator/x509/known-certificates.ts';
import * as pki from './pki.ts';

test('the same bytes are read once, wherever they lie', () => {
  const { der } = pki.server(pki.root);
  assert.equal(readCertificate(der.slice()), readCertificate(der));
  assert.deepEqual(readCertificate(der), parseCertificate(der));
});

test('what was read does not change with the bytes it was read from', () => {
  const { der } = pki.server(pki.root);
  const borrowed = der.slice();
  const certificate = readCertificate(borrowed);
  borrowed.fill(0);
  assert.deepEqual(certificate, parseCertificate(der));
});

test('one byte makes another certificate', () => {
  const { der } = pki.server(pki.root);
  const changed = der.slice();
  changed[changed.length - 1]! ^= 1;
  assert.notDeepEqual(readCertificate(changed).signature, readCertificate(der).signature);
});

test('what one set of rules accepts is not what the other does', () => {
  const extraExtensions = [{ oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }];
  const { der } = pki.server(pki.root, { extraExtensions });
  assert.equal(readCertificate(der, 'rfc5280').version, 3);
  assert.throws(() => readCertificate(der, 'mbedtls'), DerError);
  assert.throws(() => readCertificate(der, 'mbedtls'), DerError);
});
