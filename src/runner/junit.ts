/** JUnit XML, as Jenkins and GitLab read it: a suite, a case for each scenario. */
import type { Totals } from './reporters.ts';
import type { TestResult } from './result.ts';

export function renderJunit({ results, milliseconds }: Totals): string {
  const failed = results.filter(({ passed }) => !passed).length;
  const skipped = results.filter((result) => result.skipped !== undefined).length;
  const counts = `tests="${results.length}" failures="${failed}" skipped="${skipped}" time="${seconds(milliseconds)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tls-sandbox" ${counts}>`,
    `  <testsuite name="scenarios" ${counts}>`,
    ...results.flatMap(renderCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function renderCase({ name, file, milliseconds, failures, skipped, notes = [] }: TestResult): string[] {
  const head = `    <testcase name="${escapeXml(name)}" classname="scenarios" file="${escapeXml(file)}" time="${seconds(milliseconds)}"`;
  if (skipped !== undefined) {
    return [`${head}>`, `      <skipped message="${escapeXml(skipped)}"/>`, '    </testcase>'];
  }
  if (failures.length === 0 && notes.length === 0) return [`${head}/>`];
  return [
    `${head}>`,
    ...failures.map(({ what, expected, observed, excerpt }) => {
      const text = [`expected: ${expected}`, `observed: ${observed}`, ...excerpt].join('\n');
      return `      <failure message="${escapeXml(what)}" type="expectation">${escapeXml(text)}</failure>`;
    }),
    ...(notes.length === 0 ? [] : [`      <system-out>${escapeXml(notes.join('\n'))}</system-out>`]),
    '    </testcase>',
  ];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** XML 1.0 has no way at all to write most control characters. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text
    .replace(/[&<>"]/g, (character) => entities[character]!)
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '�');
}
