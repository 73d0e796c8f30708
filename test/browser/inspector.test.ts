import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';

/** Chooses a row of the ladder. */
async function choose(page: Page, text: string | RegExp, which = 0): Promise<void> {
  await page
    .getByRole('list', { name: 'What happened' })
    .getByRole('button')
    .filter({ hasText: text })
    .nth(which)
    .click();
}

const meaning = (page: Page) => page.locator('.meaning:visible');
const field = (page: Page, name: string) => page.locator('.fields:visible .field', { hasText: name }).first();

describe('the byte inspector', { skip: cannotBrowse }, () => {
  let page: Page;
  before(async () => {
    page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
  });
  after(() => page.context().close());

  it('says of the bytes under the mouse which field they are, what it means, and where that is written', async () => {
    await choose(page, 'ServerHello');
    await page.getByRole('heading', { name: 'ServerHello', exact: true }).waitFor();
    const number = await field(page, 'cipher_suite').getAttribute('data-field');
    const octets = page.locator(`.octets span[data-field="${number}"]`);
    assert.equal((await octets.allInnerTexts()).join(' '), 'c0 2c');
    await octets.first().hover();
    await meaning(page).getByText('cipher_suite', { exact: true }).waitFor();
    const text = await meaning(page).innerText();
    assert.match(text, /TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384/);
    assert.match(text, /One set of algorithms/);
    assert.match(text, /RFC 5246 appendix A\.5/);
    assert.ok(await field(page, 'cipher_suite').evaluate((each) => each.classList.contains('active')));
  });

  it('marks the bytes of the field that has the focus, by keyboard alone', async () => {
    await field(page, 'msg_type').focus();
    assert.equal(await page.locator('.octets .active').innerText(), '02');
    await page.keyboard.press('ArrowDown');
    assert.match(await meaning(page).innerText(), /^body|^length/);
    assert.equal(await page.locator('.field[tabindex="0"]:visible').count(), 1);
  });

  it('keeps everything where it is while one points about', async () => {
    await choose(page, 'ClientHello');
    const top = () =>
      page.locator('.hex').evaluate((each) => {
        const whole = each.closest('.details')!.getBoundingClientRect();
        return each.getBoundingClientRect().top - whole.top;
      });
    const before = await top();
    await field(page, 'random').hover();
    await field(page, 'cipher_suites').hover();
    assert.equal(await top(), before);
  });

  it('shows an encrypted message decrypted, with the secret that opens it, and as it passed over the network', async () => {
    await choose(page, 'Finished');
    await page.getByText('CLIENT_RANDOM').waitFor();
    assert.match(await page.locator('.octets').first().innerText(), /^14/);
    await page.getByRole('tab', { name: 'On the wire' }).click();
    // Type handshake, TLS 1.2, 40 bytes: an explicit nonce, 16 bytes of ciphertext, a tag.
    assert.match((await page.locator('.octets').first().innerText()).replace(/\s+/g, ''), /^1603030028/);
    await field(page, 'encrypted_fragment').hover();
    assert.match(await meaning(page).innerText(), /all that Eve gets/);
    await choose(page, 'HTTP/1.1 200 OK');
    await page.getByText('"interval": 60').first().waitFor();
  });

  it('shows the keys as steps, each with what goes in', async () => {
    await choose(page, 'ClientKeyExchange');
    await page.getByRole('button', { name: 'What the keys are made of' }).click();
    const steps = page.locator('.keys .step');
    await steps.first().waitFor();
    assert.deepEqual(await steps.locator('h3').allInnerTexts(), [
      'Premaster secret',
      'Master secret',
      'Keys of the records',
      'The client’s Finished',
      'The server’s Finished',
    ]);
    const block = await steps.nth(2).innerText();
    assert.match(block, /server random.*client random.*PRF\(master secret, "key expansion".*client’s key/s);
  });
});

describe('the certificate view', { skip: cannotBrowse }, () => {
  it('has chain, fields, and each check under both profiles; a refused one stands out', async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'expired-certificate');
    await choose(page, 'checks the certificate');
    const view = page.getByRole('article', { name: 'Certificates' });
    await view.getByText('mbedTLS, as on the board: refused').waitFor();
    await view.getByText('RFC 5280, as a browser: refused').waitFor();
    const failed = view.locator('tr.failed');
    assert.equal(await failed.count(), 1);
    assert.match(await failed.innerText(), /validity.*✗ 2026-03-01 12:00:05Z is after the end of.*✗/s);
    assert.equal(await view.locator('.certificate').count(), 2);
    assert.match(
      await view.locator('.certificate').first().innerText(),
      /CN=api\.example\.com.*issuer.*subjectAltName/s,
    );
    await view
      .getByText(/bytes of it \(DER\)/)
      .first()
      .click();
    await field(page, 'notAfter').hover();
    assert.match(
      await meaning(page).innerText(),
      /2026-02-01.*RFC 5280 §4\.1\.2\.5.*without the right time/s,
    );
    await page.context().close();
  });

  it('says where the board accepts what a browser refuses', async () => {
    const page = await newPage({ viewport: { width: 360, height: 740 } });
    await openScenario(page, await serve(), 'cert-name-constraints-unchecked');
    await choose(page, 'checks the certificate');
    const view = page.getByRole('article', { name: 'Certificates' });
    await view.getByText('mbedTLS, as on the board: accepted').waitFor();
    await view.getByText('RFC 5280, as a browser: refused').waitFor();
    await view.getByText(/your ESP32 accepts this, a browser refuses it: name constraint violated/).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await page.context().close();
  });
});
