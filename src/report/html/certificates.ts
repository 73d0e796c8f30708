/** The certificates view: each chain with its fields, and each check with what both profiles say of it. */
import type { CryptoProvider } from '../../../emulator/crypto/provider.ts';
import type { CertificateCheck, TraceEvent } from '../../../emulator/world/trace-events.ts';
import { certificateFields, certificateOrNot } from '../certificate-fields.ts';
import { type Judgement, type ShownChain, shownChains } from '../certificates.ts';
import { checkRows } from '../check-rows.ts';
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
  const certificate = certificateOrNot(der);
  if (certificate === undefined) {
    return html`<p class="bad">certificate ${depth}: ${der.length} bytes that cannot be read</p>`;
  }
  const title = certificate.subject.text || '(no subject)';
  return html`<div class="certificate"><h4>${depth}: ${title}</h4><table>${certificateFields(
    certificate,
    crypto,
  ).map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table></div>`;
}

/** A row for each check of each certificate, a column for each profile. */
function checksTable(judgements: readonly Judgement[]): Markup {
  const body = checkRows(judgements).map(
    ({ title, rows }) =>
      html`<tr class="of"><th colspan="${judgements.length + 1}">${title}</th></tr>${rows.map(
        ({ check, by }) => html`<tr><th>${check.replaceAll('-', ' ')}</th>${by.map(checkCell)}</tr>`,
      )}`,
  );
  return html`<table class="checks"><thead><tr><th>check</th>${judgements.map(
    ({ profile }) => html`<th>${PROFILE_WORDS[profile]}</th>`,
  )}</tr></thead><tbody>${body}</tbody></table>`;
}

function checkCell(checks: readonly CertificateCheck[]): Markup {
  const lines = checks.map(
    ({ outcome, detail }) =>
      html`<div class="${CHECK_TONES[outcome]}">${CHECK_MARKS[outcome]} ${detail}</div>`,
  );
  return html`<td>${lines.length === 0 ? html`<div class="quiet">says nothing of it</div>` : lines}</td>`;
}
