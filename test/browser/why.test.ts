import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';

describe('the question why', { skip: cannotBrowse }, () => {
  let address: string;
  before(async () => {
    address = await serve();
  });

  it('has the likeliest cause of a pasted log first, opens the scenario that shows it, and names the fix', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await page.getByRole('tab', { name: 'Why' }).click();
    await page
      .getByRole('textbox', { name: 'What the board says' })
      .fill('2000-01-01 00:00:04\nValueError: The certificate validity starts in the future\n');
    const [first] = await page.locator('.why-causes > li').all();
    const text = await first!.innerText();
    assert.match(text, /The board's clock was never set/);
    assert.match(text, /the year 2000/);
    assert.match(text, /Mend it: Call ntptime\.settime/);
    await first!.getByRole('button', { name: 'clock-not-set' }).click();
    await page.getByRole('tab', { name: 'About' }).click();
    await page.getByRole('heading', { level: 2, name: 'The clock was never set' }).waitFor();
    await page.context().close();
  });

  it('is asked about an exception of the run, of which the trace knows more than the text', async () => {
    const page = await newPage();
    await openScenario(page, address, 'refuse-incomplete-chain');
    await page.getByRole('button', { name: 'Why?' }).first().click();
    await page.getByRole('heading', { name: 'The run of refuse-incomplete-chain' }).waitFor();
    const [first] = await page.locator('.why-causes > li').all();
    assert.match(await first!.innerText(), /intermediate/);
    await page.context().close();
  });

  it('is asked beside the alert and beside the exception in the ladder, by mouse and by keyboard', async () => {
    const page = await newPage();
    await openScenario(page, address, 'expired-certificate');
    const beside = (text: RegExp) =>
      page.locator('.ladder li').filter({ hasText: text }).getByRole('button', { name: 'Why?' });
    const answer = page.locator('.why-answer');
    await beside(/Python raises/).click();
    await answer.getByText('sensor: ValueError: The certificate validity has expired').waitFor();
    assert.match(await answer.locator('.why-causes > li').first().innerText(), /expired/);
    await beside(/alert certificate_expired/).focus();
    await page.keyboard.press('Enter');
    await answer.getByText('alert certificate_expired, sent by sensor').waitFor();
    assert.equal(await beside(/ServerHello/).count(), 0);
    await page.context().close();
  });

  it('says what it does not know, and what somebody would need', async () => {
    const page = await newPage();
    await openScenario(page, address, 'mode2-server-auth');
    await page.getByRole('tab', { name: 'Why' }).click();
    await page.getByRole('textbox', { name: 'What the board says' }).fill('Segmentation fault');
    await page.getByText('I do not know this one.').waitFor();
    await page.getByText('npx tls-sandbox probe').waitFor();
    await page.context().close();
  });
});
