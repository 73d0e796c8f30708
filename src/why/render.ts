/** What `tls-sandbox why` says: to a person, or as one JSON object. */
import { type Paint, painter } from '../report/canvas.ts';
import type { DrawOptions } from '../report/ladder.ts';
import { clean, displayWidth, pad, truncate, wrap } from '../report/text.ts';
import type { Decoded } from './decode.ts';
import type { Diagnosis, Evidence, Suspicion } from './diagnose.ts';

export const UNKNOWN = 'I do not know this one.';

const UNEVENTFUL = 'Nothing is wrong here: no exception, no handshake that failed, no fatal alert.';

/** What helps others to find out. */
export const PLEASE_SEND: readonly string[] = [
  'everything that the board printed from its start to the exception, with the traceback',
  'the lines that make the context and call wrap_socket',
  'import sys; print(sys.implementation, sys.version)',
  'import gc, esp32; print(gc.mem_free(), esp32.idf_heap_info(esp32.HEAP_DATA)) just before wrap_socket',
  'a capture of the connection, if you can take one',
];

/** Labels stand in a column of this width. */
const LABEL = 12;

/** So many causes are told in full; those after them are a line each. */
const IN_FULL = 4;

export function renderDiagnosis(diagnosis: Diagnosis, options: DrawOptions): string {
  const paint = painter(options.color);
  const lines = [
    ...(diagnosis.decoded.length === 0 ? [] : [...decodedLines(diagnosis.decoded, paint, options.width), '']),
    ...(diagnosis.suspicions.length === 0
      ? diagnosis.isUneventful
        ? [UNEVENTFUL]
        : unknownLines(options.width)
      : diagnosis.suspicions
          .slice(0, IN_FULL)
          .flatMap((each, i) => [
            ...(i === 0 ? [] : ['']),
            ...suspicionLines(each, i + 1, paint, options.width),
          ])),
    ...otherLines(diagnosis.suspicions.slice(IN_FULL), paint, options.width),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function decodedLines(decoded: readonly Decoded[], paint: Paint, width: number): string[] {
  return decoded.flatMap(({ found, is, means }) => {
    const head = `${clean(found)}  `;
    const lines = wrap(means === '' ? is : `${is}: ${means}`, width - displayWidth(head));
    return lines.map((line, i) => (i === 0 ? paint(head, 'strong') : ' '.repeat(displayWidth(head))) + line);
  });
}

function suspicionLines(
  { cause, scenario, evidence }: Suspicion,
  number: number,
  paint: Paint,
  width: number,
): string[] {
  const said = (label: string, text: string) => labelled(label, wrap(text, width - LABEL), paint);
  const command = (label: string, text: string) => labelled(label, [paint(text, 'actor')], paint);
  return [
    paint(`${number}. ${cause.title}`, number === 1 ? 'bad' : 'strong'),
    ...labelled(
      'seen',
      evidence.flatMap((each) => evidenceLines(each, width - LABEL)),
      paint,
    ),
    ...said('why', cause.why),
    ...command('see it', runCommand(scenario)),
    ...said('mend it', cause.fix.text),
    ...command('', runCommand(cause.fix.scenario)),
  ];
}

/** Causes that less speaks for. */
function otherLines(others: readonly Suspicion[], paint: Paint, width: number): string[] {
  if (others.length === 0) return [];
  return [
    '',
    'Less likely:',
    ...others.flatMap(({ cause, scenario }) => {
      const command = runCommand(scenario);
      const lines = wrap(cause.title, width - 5);
      return [
        ...lines.map((line, i) => `${i === 0 ? '  – ' : '    '}${line}`),
        `    ${paint(command, 'actor')}`,
      ];
    }),
  ];
}

function evidenceLines({ where, text, says }: Evidence, width: number): string[] {
  const head = `${where}: `;
  const line = head + truncate(clean(text), width - displayWidth(head));
  return [
    line,
    ...says.flatMap((each) => wrap(each, width - 4).map((part, i) => `${i === 0 ? '  → ' : '    '}${part}`)),
  ];
}

function labelled(label: string, lines: readonly string[], paint: Paint): string[] {
  return lines.map((line, i) => `   ${paint(pad(i === 0 ? label : '', LABEL - 4), 'quiet')} ${line}`);
}

function unknownLines(width: number): string[] {
  return [
    UNKNOWN,
    'To find out, somebody needs:',
    ...PLEASE_SEND.flatMap((each) =>
      wrap(each, width - 4).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`),
    ),
  ];
}

export function runCommand(scenario: string): string {
  return `tls-sandbox run ${scenario}`;
}

/** The same as data, for a program or a page. */
export function diagnosisData({ decoded, suspicions }: Diagnosis) {
  return {
    known: suspicions.length > 0,
    decoded,
    causes: suspicions.map(({ cause, scenario, score, evidence }) => ({
      id: cause.id,
      title: cause.title,
      score,
      evidence,
      why: cause.why,
      reproduce: { scenario, command: runCommand(scenario) },
      scenarios: cause.scenarios,
      fix: { ...cause.fix, command: runCommand(cause.fix.scenario) },
    })),
    ...(suspicions.length === 0 && { pleaseSend: PLEASE_SEND }),
  };
}
