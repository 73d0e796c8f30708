/** The report of many runs, or of one, as one file: no script, nothing to fetch. */
import type { CryptoProvider } from '../../../emulator/crypto/provider.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { SVG_STYLE } from '../svg/style.css.ts';
import { html, Markup } from './markup.ts';
import { renderRunHtml } from './run.ts';
import { STYLE } from './style.css.ts';

export interface PageEntry {
  readonly name: string;
  readonly title: string;
  readonly passed: boolean;
  /** Wall time. */
  readonly milliseconds: number;
  /** From `renderRunHtml`. */
  readonly html?: string;
}

export function renderPage(entries: readonly PageEntry[]): string {
  const failed = entries.filter(({ passed }) => !passed).length;
  const verdict = html`<p><b class="good">${entries.length - failed} passed</b>${failed > 0 ? html`, <b class="bad">${failed} failed</b>` : ''}</p>`;
  return page('tls-sandbox', html`<h1>tls-sandbox</h1>${verdict}${entries.map(section)}`);
}

/** What is to be looked at stands open. */
function section({ name, title, passed, milliseconds, html: body = '' }: PageEntry): Markup {
  const mark = html`<span class="${passed ? 'good' : 'bad'}">${passed ? '✓' : '✗'}</span>`;
  return html`<section><details${passed ? '' : new Markup(' open')}><summary>${mark}<b>${name}</b><span>${title}</span><small>${Math.round(milliseconds)} ms</small></summary><div class="body">${new Markup(body)}</div></details></section>`;
}

/** One run, from its trace alone. */
export function renderTracePage(events: readonly TraceEvent[], crypto: CryptoProvider): string {
  const start = events.find((event) => event.type === 'run.start');
  const name = start?.type === 'run.start' ? start.scenario : 'a run';
  const body = new Markup(renderRunHtml({ failures: [], crypto }, events));
  return page(name, html`<h1>${name}</h1>${body}`);
}

function page(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${new Markup(STYLE + SVG_STYLE)}</style></head><body>${body}</body></html>
`.text;
}
