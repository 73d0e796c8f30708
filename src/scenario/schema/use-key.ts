/** One use of a key outside of any protocol: what a key pair does, one operation at a time. */
import * as z from 'zod/mini';
import { doc, HASHES, name } from './terms.ts';

export const KEY_OPERATIONS = ['encrypt', 'decrypt', 'sign', 'verify', 'agree'] as const;
export const KEY_SCHEMES = ['RSA-OAEP', 'RSA-PSS', 'RSA-PKCS1', 'ECDSA', 'ECDH'] as const;

const tamper = z.strictObject({
  offset: doc('Which byte of the input; negative counts from the end.', z.int()),
  mask: doc('The bits that are flipped.', z._default(z.int().check(z.minimum(1), z.maximum(255)), 1)),
});

export const useKey = z.strictObject({
  by: doc('Who does it: a certificate, whose holder it is, a host, a device or an attacker.', name),
  to: doc('What is done with the key.', z.enum(KEY_OPERATIONS)),
  scheme: doc('By which scheme.', z.enum(KEY_SCHEMES)),
  key: doc(
    'The certificate whose key it is: its public half encrypts and verifies, its private half decrypts, signs and agrees.',
    name,
  ),
  hash: doc('The hash of the scheme.', z._default(z.enum(HASHES), 'sha256')),
  text: doc('The input, as text.', z.optional(z.string())),
  input: doc('The input: the name of an earlier output, or of an earlier text.', z.optional(name)),
  signature: doc('For verify: the name of the output that is held to be the signature.', z.optional(name)),
  peer: doc('For agree: the certificate whose public key the other side has sent.', z.optional(name)),
  tamper: doc('Somebody flips bits of the input on its way.', z.optional(tamper)),
  as: doc('What the output is called from now on.', z.optional(name)),
});

export type UseKeySpec = z.output<typeof useKey>;
