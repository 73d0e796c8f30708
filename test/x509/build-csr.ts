/** Building certification requests (PKCS#10, RFC 2986), in the manner of build.ts and with its library. */
import { AsnConvert } from '@peculiar/asn1-schema';
import { Extensions } from '@peculiar/asn1-x509';
import type { CryptoProvider, PrivateKey } from '../../emulator/crypto/provider.ts';
import { buildName, toAsn } from '../../emulator/x509/build.ts';
import { buildExtensions, type ExtensionSpecs } from '../../emulator/x509/build-extensions.ts';
import { contextTag, Tag } from '../../emulator/x509/der.ts';
import { derInteger, derOid, derSequence, derValue } from '../../emulator/x509/der-write.ts';
import { encodePublicKey } from '../../emulator/x509/keys.ts';
import type { NameSpec } from '../../emulator/x509/name-spec.ts';
import { Oid } from '../../emulator/x509/oids.ts';
import { type SigningOptions, sign, signatureIdentifier, signedSequence } from '../../emulator/x509/sign.ts';

/** The extensions are what is asked for; key identifiers only where they are given. */
export interface CertificationRequestSpec extends ExtensionSpecs, SigningOptions {
  readonly subject: NameSpec;
  /** Signs the request, and its public half is to be certified. */
  readonly key: PrivateKey;
}

/** DER. Throws TypeError for a spec that makes no sense, as buildCertificate does. */
export function buildCertificationRequest(
  spec: CertificationRequestSpec,
  crypto: CryptoProvider,
): Uint8Array {
  const { subject, key } = spec;
  const info = derSequence(
    derInteger(Uint8Array.of(0)),
    serialize(buildName(subject)),
    encodePublicKey(key.publicKey),
    derValue(contextTag(0, true), ...attributes(spec)),
  );
  return signedSequence(info, signatureIdentifier(key, spec), sign(key, info, spec, crypto));
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
