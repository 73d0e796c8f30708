/** Which judge reads which file. The two lists together are every file of the collection. */

import type { Judge } from './wycheproof.ts';
import * as judges from './wycheproof-judges.ts';

export const QUICK_FILES: Readonly<Record<string, Judge>> = {
  'aes_cbc_pkcs5_test.json': judges.judgeCbc,
  'aes_ccm_test.json': judges.judgeCcm,
  'aes_gcm_test.json': judges.judgeAead('aes-gcm'),
  'chacha20_poly1305_test.json': judges.judgeAead('chacha20-poly1305'),
  'ecdh_secp256r1_ecpoint_test.json': judges.judgeEcdhPoint('secp256r1'),
  'ecdh_secp256r1_test.json': judges.judgeEcdhSpki('secp256r1'),
  'ecdsa_secp256r1_sha256_test.json': judges.judgeEcdsa('secp256r1'),
  'ecdsa_secp384r1_sha384_test.json': judges.judgeEcdsa('secp384r1'),
  'ecdsa_secp521r1_sha512_test.json': judges.judgeEcdsa('secp521r1'),
  'hkdf_sha256_test.json': judges.judgeHkdf('sha256'),
  'hkdf_sha384_test.json': judges.judgeHkdf('sha384'),
  'hmac_sha256_test.json': judges.judgeHmac('sha256'),
  'hmac_sha384_test.json': judges.judgeHmac('sha384'),
  'rsa_pkcs1_2048_test.json': judges.judgeRsaDecrypt,
  'rsa_pss_2048_sha256_mgf1_32_test.json': judges.judgeRsaPss,
  'rsa_signature_2048_sha256_test.json': judges.judgeRsaPkcs1,
  'rsa_signature_3072_sha256_test.json': judges.judgeRsaPkcs1,
  'rsa_signature_4096_sha256_test.json': judges.judgeRsaPkcs1,
  'x25519_test.json': judges.judgeX25519,
};

/** Several seconds each: many multiplications of points on the large curves. */
export const SLOW_FILES: Readonly<Record<string, Judge>> = {
  'ecdh_secp384r1_test.json': judges.judgeEcdhSpki('secp384r1'),
  'ecdh_secp521r1_ecpoint_test.json': judges.judgeEcdhPoint('secp521r1'),
};
