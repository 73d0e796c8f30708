/** What `tls-sandbox run` prints: the ladder, the device's output, the figures. */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { describeAttacker, reportAttackers } from './attackers.ts';
import { type Paint, painter } from './canvas.ts';
import { computeFigures } from './figures.ts';
import { formatInstant } from './format.ts';
import { wasNotLookedAt } from './ladder/certificate-rows.ts';
import { type DrawOptions, renderLadder } from './ladder.ts';
import { isLessonAlone, lessonCommands } from './lesson.ts';
import { describeModes, modesOf } from './modes.ts';
import { renderFigures } from './render-figures.ts';
import { clean, cleanLines, displayWidth, truncate, wrap } from './text.ts';

/** The whole report. Everything but the device's own output keeps to `width` columns. */
export function renderRun(events: readonly TraceEvent[], options: DrawOptions): string {
  const paint = painter(options.color);
  const { width } = options;
  const sections = [
    title(events, paint, width),
    renderLadder(events, options),
    modes(events, paint, width),
    meaning(events, paint, width),
    attackers(events, paint, width),
    output(events, paint, width),
    lesson(events, paint, width),
    figures(events, paint, width),
  ];
  return sections.filter((part) => part !== '').join('\n');
}

function title(events: readonly TraceEvent[], paint: Paint, width: number): string {
  const start = events.find((event) => event.type === 'run.start');
  if (start?.type !== 'run.start') return '';
  const name = truncate(clean(start.scenario), width);
  const origin = start.source === 'capture' ? 'a capture' : `seed ${start.seed}`;
  const rest = `  ·  ${origin}  ·  begins ${formatInstant(start.startTime)} UTC`;
  return `${paint(name, 'strong')}${paint(truncate(rest, width - displayWidth(name)), 'quiet')}\n`;
}

function section(name: string, lines: readonly string[], paint: Paint, width: number): string {
  const rule = '─'.repeat(Math.max(0, width - displayWidth(name) - 4));
  return [`${paint('──', 'quiet')} ${paint(name, 'strong')} ${paint(rule, 'quiet')}`, ...lines, ''].join(
    '\n',
  );
}

/** Who has proved to be who, and what that is worth. */
function modes(events: readonly TraceEvent[], paint: Paint, width: number): string {
  const lines = describeModes(modesOf(events)).flatMap((text) =>
    wrap(clean(text), width - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`),
  );
  return lines.length === 0 ? '' : section('What is protected', lines, paint, width);
}

/** A lesson about keys, without devices and connections, has none but those that stand in its ladder. */
function figures(events: readonly TraceEvent[], paint: Paint, width: number): string {
  const computed = computeFigures(events);
  if (isLessonAlone(events, computed)) return '';
  return section('Figures', renderFigures(computed, paint, width), paint, width);
}

const CERT_NONE =
  "With verify_mode CERT_NONE, which is ssl.SSLContext's default, the device takes any certificate and never asks " +
  'the server to prove who it is. Whoever can divert the connection (a router, a hotspot, a forged DNS answer) can ' +
  'stand in for the server, read everything and change it. Encryption keeps out only those who merely listen.';
const REMEDY =
  'Remedy: ctx.verify_mode = ssl.CERT_REQUIRED, ctx.load_verify_locations(cadata=…) with the root certificate, ' +
  'wrap_socket(…, server_hostname=…), and a clock that is set.';

/** In words, what it means that a device verified nothing. */
function meaning(events: readonly TraceEvent[], paint: Paint, width: number): string {
  const ignored = events.some((event) => event.type === 'x509.verdict' && wasNotLookedAt(event));
  if (!ignored) return '';
  const lines = [CERT_NONE, REMEDY].flatMap((text) => wrap(text, width - 2).map((line) => `  ${line}`));
  return section(
    'What CERT_NONE means',
    lines.map((line) => paint(line, 'warning')),
    paint,
    width,
  );
}

/** In plain words, what each attacker has of it. */
function attackers(events: readonly TraceEvent[], paint: Paint, width: number): string {
  return reportAttackers(events)
    .map((each) => {
      const lines = describeAttacker(each).flatMap((text) =>
        wrap(clean(text), width - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`),
      );
      return section(`What ${clean(each.name)} has of it`, lines, paint, width);
    })
    .join('\n');
}

/** The openssl commands that come to the same: each on a line of its own, to be copied. */
function lesson(events: readonly TraceEvent[], paint: Paint, width: number): string {
  const commands = lessonCommands(events);
  if (commands.length === 0) return '';
  const lines = commands.flatMap(({ remark, command }) => [
    `  ${paint(`# ${clean(remark)}`, 'quiet')}`,
    `  ${clean(command)}`,
  ]);
  const files = '  # run --lesson-files FOLDER writes the files and these commands as commands.sh';
  return section('The same by openssl', [paint(files, 'quiet'), ...lines], paint, width);
}

function output(events: readonly TraceEvent[], paint: Paint, width: number): string {
  const texts = new Map<string, string>();
  const add = (actor: string, text: string) => texts.set(actor, (texts.get(actor) ?? '') + text);
  for (const event of events) {
    if (event.type === 'device.boot') add(event.actor, '');
    if (event.type === 'device.output') add(event.actor, event.text);
    if (event.type === 'device.exception') add(event.actor, event.traceback);
  }
  return [...texts]
    .map(([actor, text]) => {
      const lines = text === '' ? [paint('(none)', 'quiet')] : cleanLines(text.replace(/\n+$/, ''));
      return section(
        `Output of ${clean(actor)}`,
        lines.map((line) => `  ${line}`),
        paint,
        width,
      );
    })
    .join('\n');
}
