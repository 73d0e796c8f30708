/** The cases as a table on the terminal, as JSON, and as a page. */
import { encodePem } from '../../emulator/x509/pem.ts';
import { painter } from '../report/canvas.ts';
import type { DrawOptions } from '../report/ladder.ts';
import { clean, pad, truncate } from '../report/text.ts';
import type { Case } from './case.ts';
import { RISKS } from './risks-data.ts';

export interface Listed {
  readonly case: Case;
  /** TCP port. */
  readonly port: number;
}

/** Where the index is, and what clients call the machine. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export function urlOf({ port }: Pick<Listed, 'port'>, host: string): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}

export function listingData(listed: readonly Listed[], { host, port }: Address) {
  const index = `http://${host}:${port}`;
  return {
    host,
    index: `${index}/`,
    cases: listed.map((each) => ({
      case: each.case.id,
      title: each.case.title,
      scenario: each.case.scenario,
      defect: each.case.kind,
      failing: each.case.failing,
      expected: each.case.expected,
      risk: RISKS[each.case.kind].means,
      name: each.case.name,
      port: each.port,
      url: urlOf(each, host),
      ca: { pem: `${index}/ca/${each.case.id}.pem`, der: `${index}/ca/${each.case.id}.der` },
    })),
  };
}

export function renderListing(
  listed: readonly Listed[],
  { host, port }: Address,
  { color, width }: DrawOptions,
): string {
  const paint = painter(color);
  const row = (cells: readonly [string, string, string, string]) =>
    `${pad(cells[0], 32)}${padStart(cells[1], 6)}  ${pad(cells[2], 9)}${truncate(cells[3], width - 49)}`.trimEnd();
  return [
    `index, list and certificates: http://${host}:${port}/   (/cases.json, /ca.pem, /ca/CASE.der)`,
    '',
    paint(row(['case', 'port', 'expected', 'what is wrong']), 'quiet'),
    ...listed.map(({ case: each, port: own }) =>
      row([each.id, String(own), each.expected, clean(each.title)]),
    ),
    '',
    'Ctrl-C ends it.',
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function padStart(text: string, width: number): string {
  return text.padStart(width);
}

/** The authorities of a case, PEM. */
export function authoritiesPem({ anchors }: Pick<Case, 'anchors'>): string {
  return anchors.map((der) => encodePem('CERTIFICATE', der)).join('');
}
