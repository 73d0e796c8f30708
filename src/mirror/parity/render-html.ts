/** The parity report as one file: no script, nothing to fetch. */
import { html, Markup } from '../../report/html/markup.ts';
import { STYLE } from '../../report/html/style.css.ts';
import {
  EXPECTATION_MARKS,
  EXPECTED_ON_BOARD,
  type ExpectationLine,
  expectationsInWords,
  hasParity,
  MARKS,
  networkInWords,
  type ParityLine,
  type ParityReport,
  totalsInWords,
  totalsOf,
} from './report.ts';
import type { SummaryRow } from './row.ts';

/** Characters. */
const LONGEST_OPEN = 120;
/** Items of a folded list that one sees. */
const FIRST = 2;

const OWN_STYLE = `
table.parity td{text-align:left;white-space:normal;border-top:1px solid var(--line);padding:.25rem .6rem .25rem 0}
table.parity col:first-child{width:1.2rem}table.parity col:nth-child(2){width:14rem}
table.parity tr.different{background:var(--panel)}table.parity th{padding-top:.8rem}
table.parity details{margin:0}table.parity td{overflow-wrap:anywhere}
table.parity{table-layout:fixed;width:100%}table.parity small.note{display:block}
@media(max-width:700px){table.parity,table.parity tbody{display:block}table.parity tr{display:grid;grid-template-columns:1.2rem 1fr}
table.parity tr>:nth-child(n+2){grid-column:2}table.parity td:nth-child(2){font-weight:600}table.parity td:nth-child(n+3){border:0}}
ul.facts li{display:grid;grid-template-columns:5rem 1fr;align-items:baseline}
.quiet{color:var(--quiet)}
`;

const COLUMNS = html`<colgroup><col><col><col><col></colgroup>`;

/** All scenarios of one command; the differing ones stand open. */
export function renderParityPage(rows: readonly SummaryRow[]): string {
  const title = rows.length === 1 ? `${rows[0]!.name} on a board` : 'Scenarios on a board';
  const body = html`<h1>${title}</h1>${rows.map(row)}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${new Markup(STYLE + OWN_STYLE)}</style></head><body>${body}</body></html>
`.text;
}

function row({ name, report, skipped, failed }: SummaryRow): Markup {
  if (report === undefined)
    return html`<section><details><summary><span class="${failed ? 'bad' : 'quiet'}">${failed ? '✗' : '-'}</span><b>${name}</b><span>${failed ?? `not run: ${skipped}`}</span></summary></details></section>`;
  const ok = hasParity(report);
  const totals = totalsInWords(totalsOf(report));
  return html`<section><details${ok ? '' : new Markup(' open')}><summary><span class="${ok ? 'good' : 'bad'}">${ok ? '✓' : '✗'}</span><b>${name}</b><span>${report.title}</span><small>${totals}</small></summary><div class="body">${facts(report)}${table(report.lines)}${expectations(report.expectations)}</div></details></section>`;
}

function facts({ boardIs, device, network, profile, remarks }: ParityReport): Markup {
  const entries: [string, string][] = [
    ['board', boardIs],
    ['device', device],
    ['network', networkInWords(network)],
    ['emulator', `board profile ${profile}`],
    ...remarks.map((remark): [string, string] => ['note', remark]),
  ];
  return html`<ul class="items facts">${entries.map(([label, text]) => html`<li><small>${label}</small><span>${text}</span></li>`)}</ul>`;
}

function table(lines: readonly ParityLine[]): Markup {
  const sections = [...new Set(lines.map(({ section }) => section))];
  return html`<table class="parity">${COLUMNS}${sections.map(
    (section) =>
      html`<tr><th></th><th colspan="3"><b>${section}</b></th></tr>${lines
        .filter((line) => line.section === section)
        .map(tableRow)}`,
  )}</table>`;
}

function tableRow({ what, verdict, emulated, board, note }: ParityLine): Markup {
  const { mark, tone } = MARKS[verdict];
  const remark = note === undefined ? '' : html`<small class="note">${note}</small>`;
  const values =
    emulated === board
      ? html`<td colspan="2">${value(emulated)}${remark}</td>`
      : html`<td><small>emulator</small><br>${value(emulated)}</td><td><small>board</small><br>${value(board)}${remark}</td>`;
  return html`<tr class="${verdict === 'different' ? 'different' : ''}"><td class="${tone}">${mark}</td><td>${what}</td>${values}</tr>`;
}

function expectations(lines: readonly ExpectationLine[]): Markup {
  if (lines.length === 0) return html``;
  return html`<table class="parity">${COLUMNS}<tr><th></th><th colspan="3"><b>${EXPECTED_ON_BOARD}</b> <small>${expectationsInWords(lines)}</small></th></tr>${lines.map(expectation)}</table>`;
}

function expectation({ what, verdict, expected, observed, note }: ExpectationLine): Markup {
  const { mark, tone } = EXPECTATION_MARKS[verdict];
  const remark = note === undefined ? '' : html`<small class="note">${note}</small>`;
  const values =
    observed === undefined
      ? html`<td colspan="2">${value(expected)}${remark}</td>`
      : html`<td><small>expected</small><br>${value(expected)}</td><td><small>observed on the board</small><br>${value(observed)}${remark}</td>`;
  return html`<tr class="${verdict === 'not met' ? 'different' : ''}"><td class="${tone}">${mark}</td><td>${what}</td>${values}</tr>`;
}

/** A long list is folded: the note says where it differs. Open, it has a line for each. */
function value(text: string): Markup {
  if (text.length <= LONGEST_OPEN) return html`${text}`;
  const items = text.split(', ');
  if (items.length === 1)
    return html`<details><summary>${text.slice(0, LONGEST_OPEN)}…</summary>${text}</details>`;
  return html`<details><summary>${items.slice(0, FIRST).join(', ')}, … ${items.length} in all</summary>${items.map((item) => html`${item}<br>`)}</details>`;
}
