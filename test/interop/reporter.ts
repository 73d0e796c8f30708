/**
 * The reporter of `npm run test:interop`: failures as they come, the table when all is done. It is kept in
 * dist/interop.md and compared with docs/interop.md.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { projectRoot } from '../support/project.ts';
import { type Result, renderTable, totals } from './table.ts';

const COMMAND = 'npm run test:interop';

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const results: Result[] = [];
  /** Tests of the set that are no cells of the table, by outcome. */
  const others = { passed: 0, failed: 0, skipped: 0 };
  for await (const event of source) {
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message;
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, skip } = event.data;
    const failed = event.type === 'test:fail';
    if (event.type === 'test:fail') yield describeFailure(name, event.data.details.error);
    if (event.data.details.type === 'suite') {
      if (isSkipped(skip)) yield `– ${name}: ${skip}\n`;
      continue;
    }
    const [section, row, column] = name.split(' | ');
    if (column === undefined) others[failed ? 'failed' : isSkipped(skip) ? 'skipped' : 'passed']++;
    else results.push({ section: section!, row: row!, column, ...outcomeOf(failed, skip) });
  }
  const page = renderPage(results);
  writeFileSync(join(projectRoot, 'dist/interop.md'), page);
  yield `\n${renderTable(results)}`;
  yield `Others: ${others.passed} passed, ${others.failed} failed, ${others.skipped} skipped\n`;
  if (page !== read('docs/interop.md')) {
    yield 'docs/interop.md tells of another run: cp dist/interop.md docs/interop.md\n';
  }
}

function isSkipped(skip: string | boolean | undefined): boolean {
  return skip !== undefined && skip !== false;
}

function outcomeOf(
  failed: boolean,
  skip: string | boolean | undefined,
): Pick<Result, 'outcome'> & { readonly reason?: string } {
  if (failed) return { outcome: 'failed' };
  if (!isSkipped(skip)) return { outcome: 'passed' };
  return { outcome: 'not possible', ...(typeof skip === 'string' ? { reason: skip } : {}) };
}

/** The runner wraps what a test threw. */
function describeFailure(name: string, error: Error & { readonly cause?: unknown }): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return `✗ ${name}\n${(cause.stack ?? cause.message).replace(/^/gm, '    ')}\n`;
}

function renderPage(results: readonly Result[]): string {
  return `# Interoperability

Our TLS engine against other people's. A mark is for all handshakes of its kind, in which the peer had the role of its
column; unless the row says that it is refused, application data went both ways, and close_notify too (JSSE's is not looked at).
✓ works, ✗ fails, – the peer cannot; the reasons are counted at the end. Which suites a peer has is asked of the peer.

Made by \`${COMMAND}\` from its own results, with ${versions()}.

${totals(results)}.

${renderTable(results)}`;
}

function versions(): string {
  const first = (command: string, ...args: string[]): string =>
    spawnSync(command, args).stdout?.toString().split('\n')[0] || `no ${command}`;
  const node = `Node ${process.version} (its OpenSSL ${process.versions.openssl})`;
  return [
    first('openssl', 'version'),
    first('gnutls-cli', '--version'),
    first('java', '--version'),
    node,
  ].join(', ');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(projectRoot, path), 'utf8');
  } catch {
    return undefined;
  }
}
