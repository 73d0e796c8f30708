/** How a client signs its CertificateVerify in TLS 1.2 (RFC 5246 sections 7.4.6 and 7.4.8). */
import type { PrivateKey } from '../../crypto/provider.ts';
import { CERTIFICATE_TYPES, type CertificateRequest } from '../messages/certificate-request.ts';
import type { Profile } from '../profiles.ts';
import { canSign, SIGNATURE_SCHEMES, type SignatureScheme, schemeById } from '../signature-schemes.ts';
import type { CipherSuite } from '../suites.ts';

/** Undefined when the key is of no use for what the server asks. */
export function chooseClientScheme(
  profile: Profile,
  suite: CipherSuite,
  key: PrivateKey,
  request: CertificateRequest,
): SignatureScheme | undefined {
  if (profile.certificateVerifyHash === 'suite') return schemeOfSuite(suite, key);
  const wantedType = key.kind === 'rsa' ? CERTIFICATE_TYPES.rsa_sign : CERTIFICATE_TYPES.ecdsa_sign;
  if (!request.certificateTypes.includes(wantedType)) return undefined;
  return profile.schemes
    .map(schemeById)
    .find((scheme) => scheme && canSign(key, scheme) && request.schemes.includes(scheme.id));
}

/** mbedTLS keeps only the running hash of the suite, so it signs with that, asked for or not. */
function schemeOfSuite(suite: CipherSuite, key: PrivateKey): SignatureScheme | undefined {
  return SIGNATURE_SCHEMES.find(
    (scheme) => scheme.key === key.kind && scheme.hash === suite.prfHash && scheme.padding !== 'pss',
  );
}
