import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { exportFile } from './export.ts';

/** Two runs begin and end in these, on a slow machine. */
const PATIENCE = { timeout: 60_000 };

async function openGauges(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Gauges' }).click();
  await page.getByRole('heading', { name: 'Two runs side by side' }).waitFor();
}

/** The cells of a line of the comparison, without what they mean. */
async function compared(page: Page, section: RegExp, what: string): Promise<string[]> {
  const table = page.locator('.comparison-table tbody').filter({ hasText: section });
  const row = table
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: what, exact: true }) });
  return row.getByRole('cell').allInnerTexts();
}

const bytes = (text: string) => Number(text.replaceAll(/[^\d]/g, ''));

describe('the gauges', { skip: cannotBrowse }, () => {
  let address: string;
  before(async () => {
    address = await serve();
  });

  it('show the heap that the trace tells of, with the record buffer marked, and the table behind it', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await openGauges(page);
    const heap = page.getByRole('region', { name: 'Heap of sensor' });
    await heap.getByText('16,717 B, one buffer for records').waitFor();
    const trace = (await exportFile(page, 'Trace (JSON lines)')).trim().split('\n');
    const states = trace.map((line) => JSON.parse(line)).filter(({ type }) => type === 'device.heap');
    const peak = Math.max(...states.map(({ used }) => used));
    const drawing = heap.getByRole('img', { name: `Up to ${peak.toLocaleString('en')} B in use` });
    assert.ok(await drawing.isVisible());
    await heap.getByText('As a table').click();
    // Each change is a row; one more is the heading.
    assert.equal(await heap.getByRole('row').count(), states.length + 1);
    await page.context().close();
  });

  it('show CPU time by operation, bytes in each direction, and round trips', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await openGauges(page);
    const cpu = page.getByRole('table', { name: 'CPU time of sensor by operation' });
    assert.match(
      (await cpu.getByRole('row').first().innerText()).replaceAll(/\s+/g, ' '),
      /^ecdsa-verify secp256r1 .*ms/,
    );
    const connection = page.getByRole('region', { name: 'Bytes between sensor and api.example.com' });
    await connection.getByText('2 round trips').waitFor();
    const rows = (await connection.getByRole('row').allInnerTexts()).map((row) =>
      row.replaceAll(/\s+/g, ' '),
    );
    assert.equal(rows.length, 4);
    assert.match(rows[0]!, /^sensor → api\.example\.com, handshake [\d,]+ B$/);
    await page.context().close();
  });

  it('hold mode 1 against mode 3: bytes and time of the second are more', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await openGauges(page);
    await page.getByRole('button', { name: 'Mode 1 against mode 3' }).click();
    await page.getByRole('table', { name: 'mode 1 and mode 3' }).waitFor(PATIENCE);
    const [first, second] = await compared(page, /sensor and api/, 'client → server, handshake');
    assert.ok(bytes(second!) > bytes(first!), `${first} against ${second}`);
    const [less, more] = await compared(page, /sensor, estimated/, 'heap in use, at most');
    assert.ok(bytes(more!) > bytes(less!), `${less} against ${more}`);
    await page.context().close();
  });

  it('hold P-256 against RSA-4096: more bytes from the server', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await openGauges(page);
    await page.getByRole('button', { name: 'P-256 against RSA-4096' }).click();
    await page.getByRole('table', { name: 'P-256 and RSA-4096' }).waitFor(PATIENCE);
    const [small, large] = await compared(page, /sensor and api/, 'server → client, handshake');
    assert.ok(bytes(large!) > 2 * bytes(small!), `${small} against ${large}`);
    await page.context().close();
  });

  it('hold TLS 1.2 against 1.3: a round trip less; and any two runs that were kept', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await openGauges(page);
    await page.getByRole('button', { name: 'TLS 1.2 against TLS 1.3' }).click();
    await page.getByRole('table', { name: 'TLS 1.2 and TLS 1.3' }).waitFor(PATIENCE);
    const trips = await compared(page, /gateway and api/, 'round trips');
    assert.deepEqual(trips.slice(0, 2), ['2', '1']);
    await page.getByLabel('First run').selectOption({ label: '1. mode2-server-auth' });
    await page.getByRole('table', { name: 'mode2-server-auth and TLS 1.3' }).waitFor();
    await page.context().close();
  });
});
