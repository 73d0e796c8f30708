import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';

const TITLES = [
  'Why TLS',
  'The handshake and the three modes',
  'Keys',
  'Certificates and chains',
  'Tips for boards',
  'Attackers',
  'Your own board',
];

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('tabpanel', { name: 'Guide' }).getByRole('button', { name });
const outcome = (page: Page) => page.locator('.question-outcome');
const answer = (page: Page) => page.getByLabel('Your answer');

async function openLesson(page: Page, title: string): Promise<void> {
  await page.getByRole('tab', { name: 'Guide' }).click();
  await page
    .getByRole('navigation', { name: 'Lessons' })
    .getByRole('button', { name: new RegExp(`^${title}`) })
    .click();
  await page.getByRole('heading', { level: 2, name: title }).waitFor();
}

async function run(page: Page, label: string): Promise<void> {
  await button(page, `Run: ${label}`).click();
  await page.getByText(`Has run: ${label}.`).waitFor();
}

async function says(page: Page, text: RegExp): Promise<void> {
  await outcome(page).getByText(text).waitFor();
}

describe('the guide', { skip: cannotBrowse }, () => {
  let address: string;
  before(async () => {
    address = await serve();
  });
  const open = async (title: string) => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await openLesson(page, title);
    return page;
  };

  it('has seven lessons in the order of the subject', async () => {
    const page = await open('Why TLS');
    const lessons = page.getByRole('navigation', { name: 'Lessons' }).getByRole('button');
    assert.deepEqual(await lessons.allInnerTexts(), TITLES);
    await page.context().close();
  });

  it('is offered to who has not opened it, among the scenarios', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    const offer = page.getByRole('button', { name: 'Start with the guide' });
    await offer.click();
    await page.getByRole('heading', { level: 2, name: 'Why TLS' }).waitFor();
    await button(page, /^Keys/).click();
    await page.getByRole('tab', { name: 'Scenarios' }).click();
    await offer.waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('asks what Eve reads: the answer stands in the run, another one is wrong, and progress is kept', async () => {
    const page = await open('Why TLS');
    await answer(page).fill('s3cret');
    assert.ok(await button(page, 'Check').isDisabled(), 'nothing is right before the run');
    await run(page, 'without TLS');
    await answer(page).fill('interval');
    await button(page, 'Check').click();
    await says(page, /Not so/);
    await answer(page).fill('"s3cret"');
    await button(page, 'Check').click();
    await says(page, /✓ s3cret/);
    await page.reload();
    await page.getByRole('tab', { name: 'Guide' }).click();
    await page.getByText('1 of 7 done').waitFor();
    await page.context().close();
  });

  it('asks for the message with which a board proves itself', async () => {
    const page = await open('The handshake and the three modes');
    await run(page, 'mode 3');
    await answer(page).selectOption('Certificate');
    await button(page, 'Check').click();
    await says(page, /Not so/);
    await answer(page).selectOption('CertificateVerify');
    await button(page, 'Check').click();
    await says(page, /✓ CertificateVerify/);
    await page.context().close();
  });

  it('asks who comes to the same secret', async () => {
    const page = await open('Keys');
    await run(page, 'agree on a secret');
    await answer(page).selectOption('Bob and Mallory');
    await button(page, 'Check').click();
    await says(page, /Not so/);
    await answer(page).selectOption('Alice and Bob');
    await button(page, 'Check').click();
    await says(page, /✓ Alice and Bob/);
    await page.context().close();
  });

  it('asks for the alert that the server sees', async () => {
    const page = await open('Certificates and chains');
    await run(page, 'the intermediate is missing');
    await answer(page).selectOption('certificate_expired');
    await button(page, 'Check').click();
    await says(page, /Not so/);
    await answer(page).selectOption('unknown_ca');
    await button(page, 'Check').click();
    await says(page, /✓ unknown_ca/);
    await page.context().close();
  });

  it('lets a board be mended: turning the check off is not the way, setting the clock is', async () => {
    const page = await open('Tips for boards');
    await run(page, 'a board that nobody told the time');
    await says(page, /still refuses: the check of validity fails/);
    await page.getByLabel('What to change').selectOption({ label: 'turn the check off: CERT_NONE' });
    await button(page, 'Run so').click();
    await says(page, /does not know to whom/);
    await page.getByLabel('What to change').selectOption({ label: 'set the clock before it starts' });
    await button(page, 'Run so').click();
    await says(page, /✓ It connects/);
    await page.context().close();
  });

  it('lets verify_mode be changed until Mallory fails; that she stays at home does not count', async () => {
    const page = await open('Attackers');
    await run(page, 'a board that does not look');
    await says(page, /takes Mallory for its server and reads/);
    const mode = page.getByLabel('verify_mode in the program');
    await mode.selectOption('CERT_OPTIONAL');
    await button(page, 'Run so').click();
    await says(page, /✗/);
    await page.getByRole('region', { name: 'Details' }).getByRole('tab', { name: 'Attackers' }).click();
    await page.getByRole('checkbox', { name: /^Mallory/ }).uncheck();
    await says(page, /was not there/);
    await mode.selectOption({ label: 'CERT_REQUIRED' });
    await button(page, 'Run so').click();
    await says(page, /✓ Mallory is stopped/);
    await page.context().close();
  });

  it('asks what takes the most time of the board', async () => {
    const page = await open('Your own board');
    await run(page, 'mode 3 on an ESP32');
    const options = await answer(page).getByRole('option').allInnerTexts();
    const verify = options.find((option) => /ECDSA.*verify|verify.*ECDSA/i.test(option));
    assert.ok(verify !== undefined, options.join(', '));
    await answer(page).selectOption(verify);
    await button(page, 'Check').click();
    await says(page, /✓/);
    await page.context().close();
  });
});
