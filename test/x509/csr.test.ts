/** Certification requests between us and OpenSSL, in both directions. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { parseCertificationRequest, requestIsSelfSigned } from '../../emulator/x509/csr.ts';
import { DerError } from '../../emulator/x509/der.ts';
import { decodePem, encodePem } from '../../emulator/x509/pem.ts';
import { buildCertificationRequest } from './build-csr.ts';
import { attempt, NEW_EC_KEY, openssl, path, skip, valueOffsets } from './openssl.ts';
import * as pki from './pki.ts';

/** A request that OpenSSL makes with a new key. */
function requestOf(...args: readonly string[]): Uint8Array {
  const key = ['-nodes', '-keyout', path('key.pem')];
  const pem = openssl(['req', '-new', '-subj', '/C=DE/O=Workshop/CN=sensor', ...key, ...args]);
  return decodePem(pem)[0]!.der;
}

const NAMES = ['-addext', 'subjectAltName=DNS:sensor.local,IP:192.168.1.10'];

describe('a request that OpenSSL made', { skip }, () => {
  const kinds = [
    { name: 'EC P-256', args: NEW_EC_KEY, key: 'secp256r1', algorithm: 'ecdsa-with-SHA256' },
    {
      name: 'EC P-521 with SHA-512',
      args: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521', '-sha512'],
      key: 'secp521r1',
      algorithm: 'ecdsa-with-SHA512',
    },
    { name: 'RSA', args: ['-newkey', 'rsa:2048'], key: 'rsa', algorithm: 'sha256WithRSAEncryption' },
    {
      name: 'RSA-PSS',
      args: ['-newkey', 'rsa:2048', '-sigopt', 'rsa_padding_mode:pss'],
      key: 'rsa',
      algorithm: 'RSASSA-PSS',
    },
    { name: 'Ed25519', args: ['-newkey', 'ed25519'], key: 'ed25519', algorithm: 'Ed25519' },
  ];
  for (const { name, args, key, algorithm } of kinds) {
    it(`is read and its signature verified: ${name}`, () => {
      const request = parseCertificationRequest(requestOf(...args, ...NAMES));
      assert.equal(request.subject.text, 'C=DE, O=Workshop, CN=sensor');
      assert.equal(request.subjectPublicKey.curve ?? request.subjectPublicKey.kind, key);
      assert.equal(request.signatureAlgorithm.name, algorithm);
      assert.deepEqual(
        request.subjectAltNames?.map(({ kind, text }) => `${kind} ${text}`),
        ['dNSName sensor.local', 'iPAddress 192.168.1.10'],
      );
      assert.equal(requestIsSelfSigned(request, nodeProvider), true);
      assert.equal(requestIsSelfSigned(request, pki.crypto), true);
    });
  }

  it('may ask for no extensions', () => {
    const request = parseCertificationRequest(requestOf(...NEW_EC_KEY));
    assert.deepEqual(request.attributes, []);
    assert.equal(request.subjectAltNames, undefined);
  });

  it('is annotated where asn1parse sees a value begin', () => {
    const der = requestOf(...NEW_EC_KEY, ...NAMES);
    const starts = valueOffsets(der);
    const { fields } = parseCertificationRequest(der);
    assert.equal(fields[0]!.length, der.length);
    const [info, ...rest] = fields[0]!.children!;
    for (const { name, offset } of [info!, ...info!.children!, ...rest]) {
      assert.ok(starts.has(offset), `${name} at ${offset}`);
    }
    const [attribute] = info!.children!.at(-1)!.children!;
    assert.equal(attribute!.value, 'extensionRequest');
    assert.match(JSON.stringify(attribute), /subjectAltName: sensor\.local, 192\.168\.1\.10/);
  });
});

/** OpenSSL says on standard error whether the signature is good; its status does not in every version. */
function verified(pem: string) {
  const { status, text } = attempt(
    ['req', '-verify', '-noout', '-text', '-nameopt', 'utf8,sep_comma_plus'],
    pem,
  );
  return { status, text: Buffer.from(text, 'latin1').toString('utf8') };
}

describe('a request of ours', () => {
  const spec = {
    subject: 'CN=Füller\\, blau, O=Workshop, C=DE',
    subjectAltNames: [{ dns: 'sensor.local' }, { ip: '2001:db8::7' }],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
  } as const;
  const signers = [
    { name: 'EC P-256', key: pki.ecKey(1) },
    { name: 'EC P-384', key: pki.ecKey(1, 'secp384r1'), hash: 'sha384' },
    { name: 'RSA', key: rsaPoolKey(2048, 0) },
    { name: 'RSA-PSS', key: rsaPoolKey(2048, 0), pss: true },
  ] as const;
  for (const { name, ...signer } of signers) {
    it(`is verified and shown by OpenSSL: ${name}`, { skip }, () => {
      const pem = encodePem(
        'CERTIFICATE REQUEST',
        buildCertificationRequest({ ...spec, ...signer }, pki.crypto),
      );
      const { status, text } = verified(pem);
      assert.equal(status, 0, text);
      for (const expected of [
        'verify OK',
        'CN=Füller, blau,O=Workshop,C=DE',
        'DNS:sensor.local, IP Address:2001:DB8:0:0:0:0:0:7',
        'Digital Signature',
        'TLS Web Client Authentication',
      ]) {
        assert.ok(text.includes(expected), `${expected} in\n${text}`);
      }
    });
  }

  it('comes back as it was written, and is the same with either provider', () => {
    const written = { ...spec, key: pki.ecKey(1) };
    const der = buildCertificationRequest(written, pki.crypto);
    const request = parseCertificationRequest(der);
    assert.equal(request.subject.text, spec.subject);
    assert.deepEqual(request.publicKey, written.key.publicKey);
    assert.deepEqual(request.keyUsage, spec.keyUsage);
    assert.deepEqual(
      request.extensions.map(({ name }) => name),
      ['keyUsage', 'extKeyUsage', 'subjectAltName'],
    );
    assert.deepEqual(buildCertificationRequest(written, nodeProvider), der);
  });

  it('without extensions has no attributes', { skip }, () => {
    const der = buildCertificationRequest({ subject: '', key: pki.ecKey(1) }, pki.crypto);
    assert.deepEqual(parseCertificationRequest(der).attributes, []);
    assert.match(verified(encodePem('CERTIFICATE REQUEST', der)).text, /verify OK/);
  });

  it('is not self-signed any more when one bit of what was signed changes', () => {
    const der = buildCertificationRequest({ ...spec, key: pki.ecKey(1) }, pki.crypto);
    const altered = der.slice();
    altered[der.indexOf(0x57)]! ^= 0x20; // the W of Workshop
    const request = parseCertificationRequest(altered);
    assert.match(request.subject.text, /O=workshop/);
    assert.equal(requestIsSelfSigned(request, pki.crypto), false);
  });
});

describe('a broken request', () => {
  const der = buildCertificationRequest({ subject: 'CN=x', key: pki.ecKey(1) }, pki.crypto);

  it('ends in a DerError wherever it is cut', () => {
    for (let length = 0; length < der.length; length++) {
      assert.throws(() => parseCertificationRequest(der.subarray(0, length)), DerError, `${length} bytes`);
    }
  });

  it('never ends in anything else, whichever byte is wrong', () => {
    for (let at = 0; at < der.length; at++) {
      for (const wrong of [0x00, 0x30, 0x7f, 0x80, 0xff]) {
        const damaged = der.slice();
        damaged[at] = wrong;
        try {
          requestIsSelfSigned(parseCertificationRequest(damaged), pki.crypto);
        } catch (error) {
          assert.ok(error instanceof DerError, `byte ${at} = ${wrong}: ${error}`);
        }
      }
    }
  });

  it('of another version than 1 is refused with the byte where it says so', () => {
    const damaged = der.slice();
    const version = der.indexOf(0x02, 2);
    damaged[version + 2] = 1;
    assert.throws(() => parseCertificationRequest(damaged), /request of version 2 at byte \d+/);
  });
});
