/** Why a board does not connect, and what would change it: from what was observed and what its twin made of the board. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import type { MbedtlsFlag } from '../../emulator/x509/mbedtls-texts.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import type { Prediction } from './predict.ts';
import { readable } from './readable.ts';
import type { Subject } from './subject.ts';

/** One reason; of several the first is the one that the board meets first. */
export interface Cause {
  /** A word for programs: "tls13-only", "expired". */
  readonly code: string;
  /** What is the matter, in words of this server. */
  readonly what: string;
  readonly remedy: string;
}

interface Question {
  readonly subject: Subject;
  readonly flags: ReadonlySet<MbedtlsFlag>;
  readonly details: readonly string[];
  readonly prediction: Prediction;
}

interface Rule {
  readonly code: string;
  readonly applies: (question: Question) => boolean;
  readonly what: (question: Question) => string;
  readonly remedy: string;
}

const speaks = ({ subject: { versions } }: Question, version: string) => versions.includes(version);
const flagged =
  (flag: MbedtlsFlag) =>
  ({ flags }: Question) =>
    flags.has(flag);
const untrusted = flagged('BADCERT_NOT_TRUSTED');
const detailOf = (question: Question, part: RegExp, otherwise: string) =>
  question.details.find((detail) => part.test(detail)) ?? otherwise;

const NO_MEMORY = /ENOMEM|ALLOC_FAILED|out of memory|MemoryError/i;
/** What a board also says where there was no room (docs/boards.md), if nothing is wrong with the chain. */
const PERHAPS_NO_MEMORY = /not correctly signed|invalid cert|\[Errno (16|105)\]/;

const RULES: readonly Rule[] = [
  {
    code: 'no-name',
    applies: ({ subject }) => subject.reach === 'no-name',
    what: ({ subject }) => `No address is known for the name ${subject.target.host}.`,
    remedy: 'Check the name, and that the DNS server of the Wi-Fi network the board is in knows it.',
  },
  {
    code: 'refused',
    applies: ({ subject }) => subject.reach === 'refused',
    what: ({ subject }) => `Nothing listens on port ${subject.target.port}, or a firewall refuses.`,
    remedy: 'Check the port (443 HTTPS, 8883 MQTT over TLS), and that the service is up.',
  },
  {
    code: 'silent',
    applies: ({ subject }) => subject.reach === 'silent',
    what: () => 'Nothing answers.',
    remedy: 'Check address and port; a firewall that drops packets looks like this too.',
  },
  {
    code: 'not-tls',
    applies: ({ subject }) => subject.reach === 'plain' || subject.reach === 'closed',
    what: ({ subject: { reach } }) =>
      reach === 'plain'
        ? 'What answers there does not speak TLS.'
        : 'The server closes the connection when it is spoken to in TLS.',
    remedy:
      'This is probably the port of the protocol without TLS (80, 1883): take the one with it (443, 8883).',
  },
  {
    code: 'tls13-only',
    applies: (question) => speaks(question, 'TLSv1.3') && !speaks(question, 'TLSv1.2'),
    what: () =>
      'The server speaks TLS 1.3 alone; stock MicroPython on the ESP32 has TLS 1.2 and nothing newer.',
    remedy: 'Allow TLS 1.2 at the server (ECDHE with AES-GCM is as safe), or build firmware with TLS 1.3.',
  },
  {
    code: 'old-tls',
    applies: ({ subject: { versions } }) => versions[0] === 'TLSv1' || versions[0] === 'TLSv1.1',
    what: ({ subject: { versions } }) =>
      `The server knows nothing newer than ${versions[0] === 'TLSv1' ? 'TLS 1.0' : 'TLS 1.1'}, which the firmware does not have.`,
    remedy: 'Let the server speak TLS 1.2. If it cannot, put a proxy that can before it.',
  },
  {
    code: 'no-shared-suite',
    applies: ({ subject, prediction: { alert, judged } }) =>
      subject.versions.includes('TLSv1.2') && alert?.by === 'server' && !judged,
    what: ({ subject: { suites, groups } }) =>
      `The server takes nothing of what the board offers; it wants ${[...suites.slice(0, 1), ...groups.slice(0, 1)].join(' with ') || 'something else'}.`,
    remedy: 'Allow ECDHE with AES-128-GCM-SHA256 and the curve P-256 at the server.',
  },
  {
    code: 'unreadable-certificate',
    applies: ({ subject: { chain } }) => chain.some((der) => readable(der, 'mbedtls') === undefined),
    what: ({ subject: { chain } }) => unreadable(chain),
    remedy: 'Use a certificate with an RSA key or one on P-256, P-384 or P-521.',
  },
  {
    code: 'expired',
    applies: flagged('BADCERT_EXPIRED'),
    what: (question) => `A certificate has expired: ${detailOf(question, /after the end/, '')}.`,
    remedy: 'Renew it at the server; where it is the root that you load, load the newer one.',
  },
  {
    code: 'not-yet-valid',
    applies: flagged('BADCERT_FUTURE'),
    what: (question) => `A certificate is not valid yet: ${detailOf(question, /before the beginning/, '')}.`,
    remedy: "Check the clock of whoever made it; a board's clock must be set too (ntptime).",
  },
  {
    code: 'wrong-name',
    applies: flagged('BADCERT_CN_MISMATCH'),
    what: (question) => `The certificate is for somebody else: ${detailOf(question, /name|match/i, '')}.`,
    remedy: 'Connect by a name that stands in it, and give that name as server_hostname.',
  },
  {
    code: 'weak-key',
    applies: flagged('BADCERT_BAD_KEY'),
    what: (question) => `A key is too weak: ${detailOf(question, /acceptable/, '')}.`,
    remedy: 'Make the key anew: P-256 is the quickest for a board, RSA from 2048 bits on is accepted.',
  },
  {
    code: 'weak-signature',
    applies: flagged('BADCERT_BAD_MD'),
    what: (question) => `A signature is too weak: ${detailOf(question, /acceptable/, '')}.`,
    remedy: 'Have the certificate signed anew, with SHA-256.',
  },
  {
    code: 'self-signed',
    applies: (question) => untrusted(question) && selfSigned(question.subject),
    what: () => 'The server shows a self-signed certificate that the board was not told to trust.',
    remedy:
      'Load that very certificate as the one trusted (cafile), after comparing its fingerprint, or use a CA.',
  },
  {
    code: 'incomplete-chain',
    applies: (question) =>
      untrusted(question) && !selfSigned(question.subject) && question.subject.chain.length === 1,
    what: ({ subject }) =>
      `The server sends its own certificate alone, and what signed it (${issuerOf(subject)}) is not among the roots that are known.`,
    remedy:
      'Let the server send its intermediates too (fullchain.pem); or give what signed it with --ca, and load that.',
  },
  {
    code: 'unknown-root',
    applies: (question) => untrusted(question) && question.subject.chain.length > 1,
    what: ({ subject }) =>
      `The chain ends at ${issuerOf(subject)}, which is not among the roots that are known.`,
    remedy: 'Give the certificate of that authority with --ca; it is the one to load on the board.',
  },
  {
    code: 'wrong-usage',
    applies: ({ flags }) => flags.has('BADCERT_KEY_USAGE') || flags.has('BADCERT_EXT_KEY_USAGE'),
    what: (question) => `The certificate may not be used so: ${detailOf(question, /usage|serverAuth/i, '')}.`,
    remedy: 'Have it issued for servers: keyUsage digitalSignature, extendedKeyUsage serverAuth.',
  },
  {
    code: 'client-certificate',
    applies: ({ subject: { demandsCertificate } }) => demandsCertificate,
    what: ({ subject: { client } }) =>
      client === undefined
        ? 'The server demands a certificate of the board (mutual TLS).'
        : "The server does not accept the board's certificate.",
    remedy: 'Give certificate and key with --cert and --key; they then stand in main.py as well.',
  },
  {
    code: 'out-of-memory',
    applies: ({ flags, prediction: { exception = '' } }) =>
      NO_MEMORY.test(exception) || (flags.size === 0 && PERHAPS_NO_MEMORY.test(exception)),
    what: () => "The board's heap is too small for this handshake.",
    remedy:
      'Shorten the chain, use elliptic curves instead of RSA-4096, load one root only, connect before the rest of the program fills the heap.',
  },
];

/** Empty when the board connects. */
export function causesOf(subject: Subject, prediction: Prediction, crypto: CryptoProvider): Cause[] {
  if (prediction.connects) return [];
  const verdict = judge(subject, crypto);
  const details = verdict.checks.filter(({ outcome }) => outcome === 'fail').map(({ detail }) => detail);
  const question = { subject, flags: new Set(verdict.flags), details, prediction };
  return RULES.filter(({ applies }) => applies(question)).map(({ code, what, remedy }) => ({
    code,
    what: what(question),
    remedy,
  }));
}

/** All that is wrong with the chain, not only what the board meets first. */
function judge({ chain, anchors, target, time }: Subject, crypto: CryptoProvider) {
  if (chain.length === 0) return { checks: [], flags: [] };
  const request = { chain, anchors, host: target.name, time, crypto, purpose: 'server' } as const;
  return verifyChain({ ...request, profile: 'mbedtls' });
}

function unreadable(chain: readonly Uint8Array[]): string {
  for (const der of chain) {
    try {
      parseCertificate(der, 'mbedtls');
    } catch (error) {
      return `The firmware cannot read a certificate of the chain: ${(error as Error).message}.`;
    }
  }
  return '';
}

function selfSigned({ chain }: Subject): boolean {
  const leaf = parseCertificate(chain[0]!);
  return leaf.subject.text === leaf.issuer.text;
}

function issuerOf({ chain }: Subject): string {
  try {
    return `"${parseCertificate(chain.at(-1)!).issuer.text}"`;
  } catch {
    return 'an authority';
  }
}
