/** Building certification requests (PKCS#10, RFC 2986), in the manner of build.ts and with its library. */
import { AsnConvert } from '@peculiar/asn1-schema';
import { Extensions } from '@peculiar/asn1-x509';
import type { CryptoProvider, HashName, PrivateKey } from '../crypto/provider.ts';
import { buildName, sign, signatureIdentifier, toAsn } from './build.ts';
import { buildExtensions, type ExtensionSpecs } from './build-extensions.ts';
import { contextTag, Tag } from './der.ts';
import { derInteger, derOid, derSequence, derValue } from './der-write.ts';
import { encodePublicKey } from './keys.ts';
import type { NameSpec } from './name-spec.ts';
import { Oid } from './oids.ts';

/** The extensions are what is asked for; key identifiers only where they are given. */
export interface CertificationRequestSpec extends ExtensionSpecs {
  readonly subject: NameSpec;
  /** Signs the request, and its public half is to be certified. */
  readonly key: PrivateKey;
  /** Default SHA-256. */
  readonly hash?: HashName;
  /** RSASSA-PSS instead of PKCS#1 v1.5, for RSA keys. */
  readonly pss?: boolean;
}

/** DER. Throws TypeError for a spec that makes no sense, as buildCertificate does. */
export function buildCertificationRequest(
  spec: CertificationRequestSpec,
  crypto: CryptoProvider,
): Uint8Array {
  const signing = { ...spec, signer: { key: spec.key } };
  const info = derSequence(
    derInteger(Uint8Array.of(0)),
    serialize(buildName(spec.subject)),
    encodePublicKey(spec.key.publicKey),
    derValue(contextTag(0, true), ...attributes(spec)),
  );
  const signature = sign(signing, info, crypto);
  return derSequence(
    info,
    serialize(signatureIdentifier(signing)),
    derValue(Tag.BIT_STRING, Uint8Array.of(0), signature),
  );
}

/** extensionRequest (RFC 2985 section 5.4.2), when anything is asked for. */
function attributes(spec: CertificationRequestSpec): Uint8Array[] {
  const extensions = buildExtensions(spec, undefined, undefined);
  if (extensions.length === 0) return [];
  const value = serialize(new Extensions(extensions.map(toAsn)));
  return [derSequence(derOid(Oid.extensionRequest), derValue(Tag.SET, value))];
}

function serialize(value: object): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(value));
}
