/** RSA keys that cost a board seconds and the heap it needs elsewhere. */
import { parseCertificate } from '../../../emulator/x509/certificate.ts';
import { parsePrivateKey } from '../../../emulator/x509/keys.ts';
import { decodeCertificates } from '../../../emulator/x509/pem.ts';
import type { Expression } from '../python/program.ts';
import type { Finding, Rule, Subject } from '../rule.ts';

/** Bits. RSA-2048 is the least that is still accepted everywhere, and what a board bears. */
const LARGEST = 3072;

export const rsa4096: Rule = {
  id: 'rsa-4096',
  check: (subject) =>
    subject.uses.flatMap(({ anchors = [], certificates, keys }) => [
      ...[...anchors, ...certificates].flatMap((expression) =>
        judge(subject, expression, certificateBits, 'certificate'),
      ),
      ...keys.flatMap((expression) => judge(subject, expression, keyBits, 'key')),
    ]),
};

function judge(
  subject: Subject,
  expression: Expression,
  bitsOf: (bytes: Uint8Array) => number,
  what: string,
): Finding[] {
  const bytes = subject.bytesOf(expression);
  const bits = bytes === undefined ? 0 : readable(() => bitsOf(bytes));
  if (bits <= LARGEST) return [];
  return [
    {
      line: expression.line,
      message: `this ${what} has an RSA key of ${bits} bits`,
      why: 'the arithmetic takes a board many times what P-256 takes, and its numbers crowd the heap (tls-sandbox compare measures both)',
      remedy: 'use P-256, or RSA-2048 where a server must have RSA',
    },
  ];
}

function certificateBits(bytes: Uint8Array): number {
  return Math.max(
    0,
    ...decodeCertificates(bytes).map((der) => {
      const { publicKey } = parseCertificate(der);
      return publicKey?.kind === 'rsa' ? bitLength(publicKey.n) : 0;
    }),
  );
}

function keyBits(bytes: Uint8Array): number {
  const key = parsePrivateKey(bytes);
  return key.kind === 'rsa' ? bitLength(key.publicKey.n) : 0;
}

/** What is no certificate is for the handshake to tell, not for this rule. */
function readable(bits: () => number): number {
  try {
    return bits();
  } catch {
    return 0;
  }
}

/** Of a modulus without leading zeros. */
function bitLength(modulus: Uint8Array): number {
  return modulus.length * 8 - (Math.clz32(modulus[0]!) - 24);
}
