/** One run as a piece of the HTML report: why it matters, what failed, the ladder with its bytes, output, figures. */
import type { CryptoProvider } from '../../../emulator/crypto/provider.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { describeAttacker, reportAttackers } from '../attackers.ts';
import { computeFigures } from '../figures.ts';
import { formatClock } from '../format.ts';
import { isLessonAlone, lessonCommands } from '../lesson.ts';
import type { ListedFailure } from '../list.ts';
import { describeModes, modesOf } from '../modes.ts';
import { figureRows } from '../render-figures.ts';
import { certificatesHtml } from './certificates.ts';
import { ladderHtml } from './ladder.ts';
import { html, type Markup } from './markup.ts';

export interface RunDescription {
  readonly why?: string;
  readonly remedy?: string | undefined;
  readonly failures: readonly ListedFailure[];
  /** Who computes what is asked anew of certificates. */
  readonly crypto: CryptoProvider;
}

export function renderRunHtml(about: RunDescription, events: readonly TraceEvent[]): string {
  return html`${paragraphs(about.why ?? '').map((text) => html`<p class="why">${text}</p>`)}
${paragraphs(about.remedy ?? '').map((text, i) => html`<p class="why">${i === 0 ? html`<b>What to do.</b> ` : ''}${text}</p>`)}
${about.failures.map(failure)}
<h3>What happened</h3>
${ladderHtml(events)}
${sentences('What is protected', describeModes(modesOf(events)))}
${reportAttackers(events).map((each) => sentences(`What ${each.name} has of it`, describeAttacker(each)))}
${certificatesHtml(events, about.crypto)}
${lessonHtml(events)}
${outputs(events)}
${figures(events)}`.text;
}

/** A line end within a paragraph is that of a file's column, and means nothing here. */
function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}

/** None of a lesson about keys, which has neither devices nor connections. */
function figures(events: readonly TraceEvent[]): Markup | string {
  const computed = computeFigures(events);
  if (isLessonAlone(events, computed)) return '';
  return html`<h3>Figures</h3>
<table class="figures">${figureRows(computed).map(
    ({ name, value, remark }) => html`<tr><th>${name}</th><td>${value}</td><td>${remark}</td></tr>`,
  )}</table>`;
}

function failure({ what, expected, observed, moment }: ListedFailure): Markup {
  const when =
    moment === undefined
      ? ''
      : html`<dt>at</dt><dd>${formatClock(moment.t)} s, ${moment.actor} ${moment.type}</dd>`;
  return html`<dl class="failure"><dt>failed</dt><dd><b>${what}</b></dd><dt>expected</dt><dd>${expected}</dd><dt>observed</dt><dd>${observed}</dd>${when}</dl>`;
}

function lessonHtml(events: readonly TraceEvent[]): Markup | string {
  const commands = lessonCommands(events);
  if (commands.length === 0) return '';
  const text = commands.map(({ remark, command }) => `# ${remark}\n${command}\n`).join('\n');
  return html`<h3>The same by openssl</h3>\n<pre>${text}</pre>`;
}

/** A heading with a line for each, or nothing. */
function sentences(heading: string, lines: readonly string[]): Markup {
  if (lines.length === 0) return html``;
  return html`<h3>${heading}</h3>\n<ul class="sentences">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function outputs(events: readonly TraceEvent[]): Markup[] {
  const texts = new Map<string, string>();
  for (const event of events) {
    const text =
      event.type === 'device.output' ? event.text : event.type === 'device.exception' ? event.traceback : '';
    if (text !== '') texts.set(event.actor, (texts.get(event.actor) ?? '') + text);
  }
  return [...texts].map(([actor, text]) => html`<h3>Output of ${actor}</h3>\n<pre>${text}</pre>`);
}
