/** Findings for a person: the place as editors read it, then why and what to do. */
import picocolors from 'picocolors';
import type { DrawOptions } from '../report/ladder.ts';
import { wrap } from '../report/text.ts';
import type { NamedFinding } from './lint.ts';

export function renderFindings(findings: readonly NamedFinding[], { color, width }: DrawOptions): string {
  const { bold, dim, yellow } = picocolors.createColors(color);
  const parts = findings.map(({ file, line, rule, message, why, remedy }) =>
    [
      `${bold(`${file}:${line}`)} ${yellow(rule)} ${message}`,
      ...indented(`why: ${why}`, width).map(dim),
      ...indented(`do: ${remedy}`, width),
      '',
    ].join('\n'),
  );
  return parts.join('\n');
}

const INDENT = '    ';

function indented(text: string, width: number): string[] {
  return wrap(text, width - INDENT.length).map((line) => INDENT + line);
}
