import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cannotBrowse, newPage, openScenario, serve } from './chromium.ts';
import { enter, openPrompt, waitForScreen } from './terminal.ts';

describe('the terminal', { skip: cannotBrowse }, () => {
  it("shows what a run's program prints", async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
    const text = await waitForScreen(page, /interval/);
    assert.match(text, /address 192\.168\.4\.2\ntime 2026-03-01 12:00\n/);
    assert.match(text, /HTTP\/1\.1 200 OK\n\{"interval": 60\}$/);
    await page.context().close();
  });

  it("is the device's prompt in a live world: expressions, completion, tracebacks, soft reset", async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
    await openPrompt(page);
    await waitForScreen(page, /interval": 60\}[\s\S]*MicroPython v1\.29\.0 .*ESP32[\s\S]*>>>$/);
    await enter(page, 'import sys; sys.platform');
    await waitForScreen(page, /'esp32'\n>>>$/);
    await page.keyboard.type('sys.impl');
    await page.keyboard.press('Tab');
    await waitForScreen(page, />>> sys\.implementation$/);
    await enter(page, '.name');
    await waitForScreen(page, /'micropython'\n>>>$/);
    await enter(page, '1/0');
    await waitForScreen(page, /ZeroDivisionError: divide by zero\n>>>$/);
    await page.keyboard.press('Control+d');
    await waitForScreen(page, /MPY: soft reboot/);
    await page.context().close();
  });

  it('interrupts with Ctrl-C, a program that waits and one that computes', async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    await enter(page, 'import time; time.sleep(1000)');
    await waitForScreen(page, /sleep\(1000\)\n*$/);
    await page.keyboard.press('Control+c');
    await waitForScreen(page, /KeyboardInterrupt:\s*\n>>>$/);
    await enter(page, 'while True: pass');
    await page.keyboard.press('Enter');
    await waitForScreen(page, /\.\.\.\n*$/);
    await page.keyboard.press('Control+c');
    await waitForScreen(page, /the board was reset, as by its watchdog[\s\S]*>>>$/);
    await page.context().close();
  });

  it('keeps its lines and its history when the page is opened again', async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    await enter(page, '"before " + "the reload"');
    await waitForScreen(page, /'before the reload'\n>>>$/);
    await page.waitForTimeout(600);
    await page.reload();
    await page.locator('.status', { hasText: /as expected/ }).waitFor();
    await waitForScreen(page, /'before the reload'/);
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    await page.keyboard.press('ArrowUp');
    await waitForScreen(page, />>> "before " \+ "the reload"$/);
    await page.keyboard.press('ArrowDown');
    await waitForScreen(page, />>>$/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await waitForScreen(page, /'before the reload'\n>>>$/);
    await page.context().close();
  });

  it('has a tab for each device', async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'device-to-device');
    const tabs = page.getByRole('tablist', { name: 'Devices' }).getByRole('tab');
    assert.deepEqual(await tabs.allInnerTexts(), ['hub', 'sensor']);
    await waitForScreen(page, /192\.168\.4\.2 says 21\.5/);
    await tabs.nth(1).click();
    await waitForScreen(page, /hub says thanks/);
    await page.context().close();
  });
});
