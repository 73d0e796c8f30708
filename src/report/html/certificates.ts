/** The certificates view: each chain with its fields, and each check with what both profiles say of it. */
import type { CryptoProvider } from '../../../emulator/crypto/provider.ts';
import { toHex } from '../../../emulator/world/bytes.ts';
import type { CertificateCheck, TraceEvent } from '../../../emulator/world/trace-events.ts';
import { type Certificate, parseCertificate } from '../../../emulator/x509/certificate.ts';
import { extensionText } from '../../../emulator/x509/extensions.ts';
import { oidName } from '../../../emulator/x509/oids.ts';
import { timeText } from '../../../emulator/x509/time.ts';
import { type Judgement, type ShownChain, shownChains } from '../certificates.ts';
import { html, type Markup } from './markup.ts';

const PROFILE_WORDS = { mbedtls: 'mbedTLS (the board)', rfc5280: 'RFC 5280 (strict)' } as const;
const OUTCOME_TONES = { accepted: 'good', refused: 'bad', ignored: 'warning' } as const;
const CHECK_MARKS = { pass: '✓', fail: '✗', unchecked: '–' } as const;
const CHECK_TONES = { pass: 'good', fail: 'bad', unchecked: 'quiet' } as const;

/** Empty where nobody showed any. */
export function certificatesHtml(events: readonly TraceEvent[], crypto: CryptoProvider): Markup {
  const chains = shownChains(events, crypto);
  if (chains.length === 0) return html``;
  return html`<h3>Certificates</h3>${chains.map((each) => chainView(each, crypto))}`;
}

function chainView({ connection, shownTo, chain, judgements }: ShownChain, crypto: CryptoProvider): Markup {
  const verdicts = judgements.map(
    ({ profile, outcome, inTheRun }) =>
      html`<span class="verdict ${OUTCOME_TONES[outcome]}">${PROFILE_WORDS[profile]}: ${outcome}${inTheRun ? '' : ' (asked by this report)'}</span>`,
  );
  return html`<details class="chain"><summary>${chain.length === 1 ? '1 certificate' : `${chain.length} certificates`} shown to <b>${shownTo}</b> <small>${connection}</small> ${verdicts}</summary>
${chain.map((der, depth) => certificateView(der, depth, crypto))}
${judgements.length === 0 ? '' : checksTable(judgements)}</details>`;
}

function certificateView(der: Uint8Array, depth: number, crypto: CryptoProvider): Markup {
  const certificate = readOrNot(der);
  const fingerprint = toHex(crypto.hash('sha256', der), ':');
  if (certificate === undefined) {
    return html`<p class="bad">certificate ${depth}: ${der.length} bytes that cannot be read</p>`;
  }
  const rows: readonly (readonly [string, string])[] = [...fieldsOf(certificate), ['SHA-256', fingerprint]];
  const title = certificate.subject.text || '(no subject)';
  return html`<div class="certificate"><h4>${depth}: ${title}</h4><table>${rows.map(
    ([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`,
  )}</table></div>`;
}

function readOrNot(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch {
    return undefined;
  }
}

function fieldsOf(certificate: Certificate): [string, string][] {
  const { issuer, notBefore, notAfter, serialNumber, subjectPublicKey, signatureAlgorithm, version } =
    certificate;
  return [
    ['issuer', issuer.text],
    ['valid', `${timeText(notBefore)} … ${timeText(notAfter)}`],
    ['serial', `${toHex(serialNumber, ':')}, version ${version}`],
    ['key', keyText(certificate, subjectPublicKey.algorithmOid)],
    ['signed', signatureAlgorithm.name],
    ...certificate.extensions.map((extension): [string, string] => [
      `${oidName(extension.oid)}${extension.critical ? ' (critical)' : ''}`,
      extensionText(extension),
    ]),
  ];
}

function keyText({ publicKey }: Certificate, algorithm: string): string {
  if (publicKey?.kind === 'rsa') return `RSA, ${8 * publicKey.n.length} bits`;
  return publicKey?.kind === 'ec' ? `EC, ${publicKey.curve}` : oidName(algorithm);
}

interface CheckRow {
  readonly certificate: string;
  readonly depth: number;
  readonly check: CertificateCheck['check'];
  readonly by: (readonly CertificateCheck[])[];
}

/** A row for each check of each certificate, a column for each profile. */
function checksTable(judgements: readonly Judgement[]): Markup {
  const rows = new Map<string, CheckRow>();
  judgements.forEach(({ checks }, column) => {
    for (const check of checks) {
      const key = `${check.depth} ${check.check}`;
      const row = rows.get(key) ?? {
        certificate: check.certificate,
        depth: check.depth,
        check: check.check,
        by: judgements.map(() => []),
      };
      row.by[column] = [...row.by[column]!, check];
      rows.set(key, row);
    }
  });
  const leafFirst = [...rows.values()].sort((a, b) => place(a.depth) - place(b.depth));
  let shown = Number.NaN;
  const body = leafFirst.map((row) => {
    const heading = row.depth === shown ? '' : checkHeading(row, judgements.length);
    shown = row.depth;
    return html`${heading}<tr><th>${row.check.replaceAll('-', ' ')}</th>${row.by.map(checkCell)}</tr>`;
  });
  return html`<table class="checks"><thead><tr><th>check</th>${judgements.map(
    ({ profile }) => html`<th>${PROFILE_WORDS[profile]}</th>`,
  )}</tr></thead><tbody>${body}</tbody></table>`;
}

function checkHeading({ depth, certificate }: CheckRow, columns: number): Markup {
  const what = depth < 0 ? 'trust anchor' : `certificate ${depth}`;
  return html`<tr class="of"><th colspan="${columns + 1}">${what}: ${certificate}</th></tr>`;
}

/** Trust anchors last. */
function place(depth: number): number {
  return depth < 0 ? Number.MAX_SAFE_INTEGER : depth;
}

function checkCell(checks: readonly CertificateCheck[]): Markup {
  const lines = checks.map(
    ({ outcome, detail }) =>
      html`<div class="${CHECK_TONES[outcome]}">${CHECK_MARKS[outcome]} ${detail}</div>`,
  );
  return html`<td>${lines.length === 0 ? html`<div class="quiet">says nothing of it</div>` : lines}</td>`;
}
