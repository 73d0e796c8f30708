/** Broken certificates fail with mbedTLS's number, and only with a DerError. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signatureAlgorithm } from '../../emulator/x509/algorithms.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { DerError, DerReader, decodeOid, Tag } from '../../emulator/x509/der.ts';
import { derOid, derSequence, derValue } from '../../emulator/x509/der-write.ts';
import * as pki from './pki.ts';

const good = pki.server(pki.root).der;
const { fields } = parseCertificate(good);
const tbs = fields[0]!.children!.find(({ name }) => name === 'tbsCertificate')!;

function offsetOf(name: string): number {
  const field = tbs.children!.find((child) => child.name === name);
  assert.ok(field, name);
  return field.offset;
}

function altered(offset: number, change: (byte: number) => number): Uint8Array {
  return good.map((byte, i) => (i === offset ? change(byte) : byte));
}

function fails(der: Uint8Array, code: number, name?: string): void {
  assert.throws(
    () => parseCertificate(der, 'mbedtls'),
    (error) => {
      assert.ok(error instanceof DerError, String(error));
      assert.equal(error.code, code, error.message);
      if (name !== undefined) assert.equal(error.codeName, name);
      return true;
    },
  );
}

test('each part fails in its own area', () => {
  const wrongTag = () => 0x1f;
  fails(altered(0, wrongTag), -8576, 'MBEDTLS_ERR_X509_INVALID_FORMAT');
  const unexpected = 'MBEDTLS_ERR_X509_INVALID_FORMAT+MBEDTLS_ERR_ASN1_UNEXPECTED_TAG';
  fails(altered(tbs.offset, wrongTag), -8674, unexpected);
  fails(altered(offsetOf('serialNumber'), wrongTag), -8832 - 98);
  fails(altered(offsetOf('signature'), wrongTag), -8960 - 98);
  fails(altered(offsetOf('issuer'), wrongTag), -8674);
  fails(altered(offsetOf('issuer') + 2, wrongTag), -9088 - 98);
  fails(altered(offsetOf('validity'), wrongTag), -9216 - 98);
  fails(
    altered(offsetOf('validity') + 4, () => 0x58),
    -9216,
  );
  fails(altered(offsetOf('subjectPublicKeyInfo'), wrongTag), -15616 - 98);
  fails(altered(offsetOf('extensions'), wrongTag), -9472 - 98);
});

test('a point off the curve, an algorithm that is not known, algorithms that differ', () => {
  fails(
    altered(offsetOf('subjectPublicKeyInfo') + 60, (byte) => byte ^ 1),
    -19584,
    'MBEDTLS_ERR_ECP_INVALID_KEY',
  );
  fails(
    altered(offsetOf('signature') + 11, () => 0x7f),
    -9728 - 46,
  );
  const outer = fields[0]!.children!.find(({ name }) => name === 'signatureAlgorithm')!;
  fails(
    altered(outer.offset + 11, () => 3),
    -9856,
    'MBEDTLS_ERR_X509_SIG_MISMATCH',
  );
});

test('points and parameters of EC keys fail with the numbers of their parts', () => {
  const key = offsetOf('subjectPublicKeyInfo');
  // SEQUENCE, SEQUENCE, OID, then the OID of the curve; BIT STRING, unused bits, then the point.
  const [parameters, point] = [key + 13, key + 26];
  assert.equal(good[point], 4);
  for (const form of [0, 1, 5, 6, 255])
    fails(
      altered(point, () => form),
      -20352,
      'MBEDTLS_ERR_ECP_BAD_INPUT_DATA',
    );
  assert.equal(good[parameters], 6);
  fails(
    altered(parameters, () => 5),
    -15616 - 98,
    'MBEDTLS_ERR_PK_KEY_INVALID_FORMAT+MBEDTLS_ERR_ASN1_UNEXPECTED_TAG',
  );
});

test('an OID written another way is another OID', () => {
  const name = Uint8Array.of(0x55, 0x1d, 0x0f);
  assert.equal(decodeOid(name), '2.5.29.15');
  for (const other of [[0x80, 0x55, 0x1d, 0x0f], [0x55, 0x1d, 0x0f, 0x80], [0x55, 0x1d, 0x80, 0x0f], []]) {
    assert.match(decodeOid(Uint8Array.from(other)), /^#/);
  }
});

test('cut short at any byte, it is refused', () => {
  for (let length = 0; length < good.length; length++) fails(good.slice(0, length), -8576);
});

test('any single bit flipped ends in a certificate or a DerError', () => {
  let refused = 0;
  for (let i = 0; i < good.length * 8; i++) {
    try {
      parseCertificate(
        altered(i >> 3, (byte) => byte ^ (1 << (i & 7))),
        'mbedtls',
      );
    } catch (error) {
      assert.ok(error instanceof DerError, `bit ${i}: ${error}`);
      refused++;
    }
  }
  assert.ok(refused > good.length, String(refused));
});

test('a second extension of a kind is refused', () => {
  const value = Uint8Array.of(4, 1, 0);
  const extraExtensions = [{ oid: '2.5.29.14', critical: false, value }];
  fails(pki.server(pki.root, { extraExtensions }).der, -9472, 'MBEDTLS_ERR_X509_INVALID_EXTENSIONS');
});

test('the hash of MGF1 has NULL for parameters, or none, and nothing after them', () => {
  const sha256 = derOid('2.16.840.1.101.3.4.2.1');
  const read = (...parameters: Uint8Array[]) => {
    const mgf = derSequence(derOid('1.2.840.113549.1.1.8'), derSequence(sha256, ...parameters));
    const pss = derSequence(derOid('1.2.840.113549.1.1.10'), derSequence(derValue(0xa1, mgf)));
    return signatureAlgorithm(new DerReader(pss).algorithmIdentifier(), true).pss?.mgfHash;
  };
  const nothing = derValue(Tag.NULL);
  assert.equal(read(), 'sha256');
  assert.equal(read(nothing), 'sha256');
  assert.throws(() => read(derValue(Tag.NULL, Uint8Array.of(0))), { code: -8960 });
  assert.throws(() => read(nothing, nothing), { code: -8960 - 102 });
});
