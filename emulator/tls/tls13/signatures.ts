/** Signatures in the handshake of TLS 1.3: RFC 8446 sections 4.2.3 and 4.4.3. */
import type { PrivateKey, PublicKey } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import { latin1 } from '../codec/bytes.ts';
import { type Credentials, TlsError } from '../engine.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import type { DigitallySigned } from '../messages/digitally-signed.ts';
import {
  canSign,
  describeScheme,
  type SignatureScheme,
  schemeById,
  sign,
  verify,
} from '../signature-schemes.ts';

type AnyKey = PrivateKey | PublicKey;

/** In order of preference. PKCS #1 signs certificates only, and SHA-1 nothing. */
export const TLS13_SCHEMES: readonly number[] = [0x0403, 0x0804, 0x0807, 0x0503, 0x0805, 0x0603, 0x0806];

/** Here an ECDSA scheme is bound to its curve, by name. */
const CURVE_SCHEMES = { secp256r1: 0x0403, secp384r1: 0x0503, secp521r1: 0x0603 } as const;

function fits(id: number, key: AnyKey): boolean {
  if (key.kind === 'ec') return id === CURVE_SCHEMES[key.curve];
  const scheme = schemeById(id);
  return scheme !== undefined && canSign(key, scheme);
}

/** The other side's first choice that this side knows and the key can sign with. */
export function chooseScheme(asked: readonly number[], key: AnyKey): SignatureScheme | undefined {
  const id = asked.find((scheme) => TLS13_SCHEMES.includes(scheme) && fits(scheme, key));
  return id === undefined ? undefined : schemeById(id);
}

/** The signer; its context string keeps the two apart. */
export type Signer = 'client' | 'server';

/** What a CertificateVerify signs: 64 spaces, who signs, and the hash of all that was said. */
export function signedContent(signer: Signer, transcriptHash: Uint8Array): Uint8Array {
  const context = latin1(`TLS 1.3, ${signer} CertificateVerify\0`);
  return concat(new Uint8Array(64).fill(0x20), context, transcriptHash);
}

export function signTranscript(
  io: HandshakeIo,
  signer: Signer,
  credentials: Credentials,
  scheme: SignatureScheme,
  transcriptHash: Uint8Array,
): DigitallySigned {
  const content = signedContent(signer, transcriptHash);
  const signature = credentials.sign?.(scheme.id, content) ?? sign(io.host, scheme, credentials.key, content);
  return { scheme: scheme.id, signature };
}

/** Throws TlsError: "illegal-parameter" for a scheme that was not `asked` for, "bad-signature" for a wrong one. */
export function verifyTranscript(
  io: HandshakeIo,
  signer: Signer,
  publicKey: PublicKey,
  { scheme: id, signature }: DigitallySigned,
  transcriptHash: Uint8Array,
): void {
  const scheme = schemeById(id);
  if (scheme === undefined || !TLS13_SCHEMES.includes(id)) {
    throw new TlsError('illegal-parameter', `${describeScheme(id)} was not asked for`);
  }
  if (!fits(id, publicKey)) {
    const kind = publicKey.kind === 'ec' ? publicKey.curve : publicKey.kind;
    throw new TlsError('illegal-parameter', `${scheme.name} with a key of kind ${kind}`);
  }
  const content = signedContent(signer, transcriptHash);
  if (!verify(io.host.crypto, scheme, publicKey, content, signature)) {
    throw new TlsError('bad-signature', `the ${signer}'s signature (${scheme.name}) is wrong`, {
      keyKind: publicKey.kind,
    });
  }
}
