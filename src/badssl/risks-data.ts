/** What a client risks that puts up with a defect, and what not checking is called. */

export type DefectKind = keyof typeof RISKS;

interface Risk {
  /** What the client checks, or does not: "dates". */
  readonly checks: string;
  /** What it means when it does not. */
  readonly means: string;
}

export const RISKS = {
  none: {
    checks: 'nothing',
    means: 'this is the good one: a client that refuses it tells nothing by refusing others',
  },
  validity: {
    checks: 'dates',
    means: 'keys that were given up long ago, and perhaps stolen, go on being believed',
  },
  name: {
    checks: 'names',
    means: 'whoever has a certificate of the same authority, for any name, can stand in',
  },
  anchor: {
    checks: 'authorities',
    means: 'anybody can make such a certificate: whoever is in between reads and changes everything',
  },
  authority: {
    checks: 'rights of authorities',
    means: 'any server of the authority could sign certificates for others',
  },
  usage: {
    checks: 'purposes',
    means:
      'a certificate that was given for another purpose, to a device for instance, stands in for a server',
  },
  algorithm: {
    checks: 'strength of keys and hashes',
    means: 'certificates of this kind can be forged, or their keys computed',
  },
  format: {
    checks: 'form of certificates',
    means: 'what it cannot read or does not know it passes over; others rely on it being refused',
  },
  signature: {
    checks: 'signatures of authorities',
    means: 'anybody can change a certificate: whoever is in between reads and changes everything',
  },
  proof: {
    checks: 'proof of the key',
    means: 'whoever has copied the certificate, which is public, can stand in',
  },
  integrity: {
    checks: 'integrity',
    means: 'what is said can be changed or repeated on its way',
  },
  version: { checks: 'version', means: 'it can be pushed down to a protocol that is broken' },
  encryption: { checks: 'cipher suites', means: 'everything goes in the clear, or to nobody known' },
  plain: { checks: 'TLS at all', means: 'it speaks without TLS when asked to' },
  silence: { checks: 'time', means: 'a server that falls silent keeps it waiting for ever' },
  revocation: { checks: 'revocation', means: 'a certificate that was taken back is believed until it ends' },
  capability: {
    checks: 'what it can do',
    means: 'nothing is wrong with the server; stock firmware of an ESP32 cannot speak to it',
  },
} as const satisfies Readonly<Record<string, Risk>>;
