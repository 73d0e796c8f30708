/** Path lengths, path building, criticality, key identifiers, usages, keys: rebuilt after x509-limbo. */
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import { contextTag, Tag } from '../../emulator/x509/der.ts';
import { derSequence, derValue } from '../../emulator/x509/der-write.ts';
import { encodePublicKey } from '../../emulator/x509/keys.ts';
import {
  ders,
  directory,
  intermediate,
  leaf,
  newKey,
  type RebuiltCase,
  root,
  UNKNOWN_CRITICAL,
  unknownCritical,
  withPathLength,
} from './limbo-build.ts';
import * as pki from './pki.ts';

const R = root();
const anchors = ders(R);

function replaced(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.from(toHex(bytes).replace(toHex(from), toHex(to)), 'hex'));
}

function paths(): RebuiltCase[] {
  const two = withPathLength(R, 2);
  const zero = withPathLength(R, 0);
  const below = withPathLength(zero, 0);
  const one = withPathLength(R, 1);
  const raised = withPathLength(one, 2);
  return [
    {
      id: 'pathlen::ee-with-intermediate-pathlen-2',
      limbo: 'SUCCESS',
      mbedtls: '',
      anchors,
      chain: ders(leaf(two), two),
    },
    {
      id: 'pathlen::validation-ignores-pathlen-in-leaf',
      limbo: 'SUCCESS',
      mbedtls: 'BADCERT_KEY_USAGE',
      anchors,
      chain: ders(below, zero),
    },
    {
      id: 'pathlen::intermediate-violates-pathlen-0',
      limbo: 'FAILURE',
      mbedtls: 'BADCERT_NOT_TRUSTED',
      anchors,
      chain: ders(leaf(below), zero, below),
    },
    {
      // Sent top down: mbedTLS looks for an issuer only among what comes after.
      id: 'pathlen::intermediate-pathlen-may-increase',
      limbo: 'SUCCESS',
      mbedtls: 'BADCERT_NOT_TRUSTED',
      anchors,
      chain: ders(leaf(raised), one, raised),
    },
  ];
}

function building(): RebuiltCase[] {
  const second = root({ subject: 'CN=x509-limbo-root-2' });
  const expired = withPathLength(second, 1, {
    subject: 'CN=x509-limbo-root',
    key: R.key,
    notAfter: pki.days(-1),
  });
  const swapped = intermediate(R);
  const unsent = intermediate(R, { keyUsage: [] });
  const untrusted = withPathLength(R, 0);
  const nameless = root({ subject: '', issuer: 'CN=x509-limbo-root' });
  const badKey = derSequence(
    derSequence(Uint8Array.from(Buffer.from('06092a864886f70d0101010500', 'hex'))),
    derValue(Tag.BIT_STRING, Uint8Array.of(0)),
  );
  const key = newKey();
  const sound = intermediate(R, { key, subject: 'CN=broken' });
  const info = encodePublicKey(key.publicKey);
  const alterTbs = (tbs: Uint8Array) => shorter(tbs, info, badKey);
  const broken = intermediate(R, { key, subject: 'CN=broken', alterTbs });
  return [
    {
      id: 'pathological::multiple-chains-expired-intermediate',
      limbo: 'SUCCESS',
      mbedtls: '',
      anchors: ders(R, second),
      chain: ders(leaf(R), expired),
    },
    {
      id: 'rfc5280::root-and-intermediate-swapped',
      limbo: 'SUCCESS',
      mbedtls: '',
      anchors: ders(swapped),
      chain: ders(leaf(swapped), R),
    },
    {
      id: 'rfc5280::chain-untrusted-root',
      limbo: 'FAILURE',
      mbedtls: 'BADCERT_NOT_TRUSTED',
      anchors: ders(root({ subject: 'CN=x509-limbo-unrelated-root' })),
      chain: ders(leaf(untrusted), R, untrusted),
    },
    {
      id: 'rfc5280::ica-ku-keycertsign',
      limbo: 'FAILURE',
      mbedtls: 'BADCERT_NOT_TRUSTED',
      anchors,
      chain: ders(leaf(unsent)),
    },
    {
      id: 'rfc5280::ica-ku-keycertsign, the intermediate sent',
      limbo: 'FAILURE',
      mbedtls: 'BADCERT_NOT_TRUSTED',
      anchors,
      chain: ders(leaf(unsent), unsent),
    },
    {
      id: 'rfc5280::ca-empty-subject',
      limbo: 'FAILURE',
      mbedtls: -9184,
      anchors: ders(nameless),
      chain: ders(leaf(nameless)),
    },
    {
      id: 'invalid::invalid-issuer-key',
      limbo: 'FAILURE',
      mbedtls: -15200,
      anchors,
      chain: ders(leaf(sound), broken),
    },
  ];
}

/** Puts a shorter value where `from` stands, and mends the one length around it. */
function shorter(tbs: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const header = tbs[1]! < 0x80 ? 2 : 2 + (tbs[1]! & 0x7f);
  return derSequence(replaced(tbs.subarray(header), from, to));
}

function criticality(): RebuiltCase[] {
  const strange = { extraExtensions: [unknownCritical] };
  const strangeRoot = root(strange);
  const strangeCa = withPathLength(R, 0, strange);
  const key = newKey();
  const identifier = derValue(contextTag(0, false), pki.keyIdentifier(key));
  const authority = (critical: boolean, ...parts: Uint8Array[]) => ({
    key,
    authorityKeyIdentifier: false as const,
    extraExtensions: [{ oid: '2.5.29.35', critical, value: derSequence(...parts) }],
  });
  const issuer = derValue(contextTag(1, true), directory('myCN'));
  // The leaf is issued by the same CA's sound certificate: the builder must be able to read its issuer.
  const rooted = (id: string, mbedtls: string | number, made: pki.Issued): RebuiltCase => ({
    id,
    limbo: 'FAILURE',
    mbedtls,
    anchors: ders(made),
    chain: ders(leaf(root({ key: made.key }))),
  });
  const other = pki.keyIdentifier(newKey());
  const mismatch = authority(false, derValue(contextTag(0, false), other));
  return [
    rooted('rfc5280::unknown-critical-extension-root', UNKNOWN_CRITICAL, strangeRoot),
    {
      id: 'rfc5280::unknown-critical-extension-ee',
      limbo: 'FAILURE',
      mbedtls: UNKNOWN_CRITICAL,
      anchors,
      chain: ders(leaf(R, strange)),
    },
    {
      id: 'rfc5280::unknown-critical-extension-intermediate',
      limbo: 'FAILURE',
      mbedtls: UNKNOWN_CRITICAL,
      anchors,
      chain: ders(leaf(strangeCa), strangeCa),
    },
    rooted('rfc5280::ski::critical-ski', '', root({ critical: { subjectKeyIdentifier: true } })),
    rooted('rfc5280::aki::critical-aki', '', root(authority(true, identifier))),
    {
      id: 'rfc5280::aki::leaf-missing-aki',
      limbo: 'FAILURE',
      mbedtls: '',
      anchors,
      chain: ders(leaf(R, { authorityKeyIdentifier: false })),
    },
    rooted('webpki::aki::root-with-aki-missing-keyidentifier', -9568, root(authority(false))),
    rooted(
      'webpki::aki::root-with-aki-authoritycertissuer',
      -9568,
      root(authority(false, identifier, issuer)),
    ),
    rooted('webpki::aki::root-with-aki-ski-mismatch', '', root(mismatch)),
    rooted('rfc5280::mismatching-signature-algorithm', -9856, root({ alterTbs: otherAlgorithm })),
  ];
}

/** ecdsa-with-SHA384 within, ecdsa-with-SHA256 without. */
function otherAlgorithm(tbs: Uint8Array): Uint8Array {
  const oid = (last: number) => Uint8Array.of(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last);
  return replaced(tbs, oid(2), oid(3));
}

function leaves(): RebuiltCase[] {
  const one = (
    id: string,
    limbo: RebuiltCase['limbo'],
    mbedtls: string | number,
    made: pki.Issued,
    more: Partial<RebuiltCase> = {},
  ): RebuiltCase => ({ id, limbo, mbedtls, anchors, chain: ders(made), ...more });
  const purposes = (...extendedKeyUsage: string[]) => leaf(R, { extendedKeyUsage });
  const precertificate = '1.3.6.1.4.1.11129.2.4.4';
  const month = { notBefore: pki.days(-10), notAfter: pki.days(20) };
  const shortRoot = root(month);
  const shortLeaf = leaf(shortRoot, month);
  const dated = (id: string, limbo: RebuiltCase['limbo'], mbedtls: string, time: number): RebuiltCase => ({
    id: `rfc5280::validity::${id}`,
    limbo,
    mbedtls,
    anchors: ders(shortRoot),
    chain: ders(shortLeaf),
    time,
  });
  const rsa = rsaPoolKey(2048, 0);
  const weakRoot = root({ key: rsaPoolKey(1024, 0) });
  return [
    one('rfc5280::eku::ee-wrong-eku', 'FAILURE', 'BADCERT_EXT_KEY_USAGE', purposes('clientAuth')),
    one('webpki::eku::ee-clientauth-only', 'FAILURE', 'BADCERT_EXT_KEY_USAGE', purposes('clientAuth')),
    one('webpki::eku::ee-precertificate-only', 'FAILURE', 'BADCERT_EXT_KEY_USAGE', purposes(precertificate)),
    one(
      'webpki::eku::ee-precertificate-with-serverauth',
      'FAILURE',
      '',
      purposes('serverAuth', precertificate),
    ),
    one('webpki::eku::ee-serverauth-with-additional', 'SUCCESS', '', purposes('serverAuth', 'clientAuth')),
    ...[3, 4, 8, 9].map((number) =>
      one(
        `webpki::eku::ee-*-with-serverauth (1.3.6.1.5.5.7.3.${number})`,
        'FAILURE',
        '',
        purposes('serverAuth', `1.3.6.1.5.5.7.3.${number}`),
      ),
    ),
    one(
      'webpki::ku::ee-rsa-without-any-usages',
      'FAILURE',
      'BADCERT_KEY_USAGE',
      leaf(R, { key: rsa, keyUsage: [] }),
    ),
    one(
      'webpki::ku::ee-ecc-without-digitalsignature',
      'FAILURE',
      'BADCERT_KEY_USAGE',
      leaf(R, { keyUsage: [] }),
    ),
    one(
      'webpki::ku, an EC key that only agrees',
      'FAILURE',
      'BADCERT_KEY_USAGE',
      leaf(R, { keyUsage: ['keyAgreement'] }),
    ),
    one('rfc5280::serial::too-long', 'FAILURE', '', leaf(R, { serialNumber: 2n ** 175n + 1n })),
    one('webpki::v1-cert', 'FAILURE', '', leaf(R, { version: 1 })),
    one('webpki::ee-basicconstraints-ca', 'FAILURE', '', leaf(R, { basicConstraints: { ca: true } })),
    one(
      'webpki::forbidden-weak-rsa-in-leaf',
      'FAILURE',
      'BADCERT_BAD_KEY',
      leaf(R, { key: rsaPoolKey(1024, 0) }),
    ),
    one('webpki::forbidden-weak-rsa-key-in-root', 'FAILURE', 'BADCERT_BAD_KEY', leaf(weakRoot), {
      anchors: ders(weakRoot),
    }),
    dated('notbefore-fractional', 'FAILURE', 'BADCERT_FUTURE', month.notBefore - 0.001),
    dated('notafter-exact', 'SUCCESS', '', month.notAfter),
    dated('notafter-fractional', 'SUCCESS', '', month.notAfter + 0.005),
    dated('expired', 'FAILURE', 'BADCERT_EXPIRED', month.notAfter + 1),
  ];
}

export const PATH_CASES: readonly RebuiltCase[] = [...paths(), ...building(), ...criticality(), ...leaves()];
